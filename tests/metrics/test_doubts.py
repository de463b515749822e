"""Arrays that can be scored but look mistaken: each metric says so, in its notes and a warning."""

import numpy as np
import pandas
import pytest
from metric_samples import METRICS, noisy, quietly
from scipy.stats import spearmanr

from tripod_dlib import metrics
from tripod_dlib.evaluation.arrays import evaluate_arrays
from tripod_dlib.metrics.doubts import look_outlying

SOURCES, LATENTS = noisy(200, noise=0.3)
ONE_HOT = np.eye(3, dtype=int)[SOURCES[:, 0]]
COUNTED = sorted(name for name, metric in METRICS.items() if metric.discrete)


def changed(array, place, value):
    array = np.array(array)
    array[place] = value
    return array


@pytest.mark.parametrize(
    "labels",
    [ONE_HOT, ONE_HOT.astype(bool), ONE_HOT.astype(object), ONE_HOT.astype(float)],
    ids=lambda labels: str(labels.dtype),
)
@pytest.mark.parametrize("compute", [metrics.compute_mig, metrics.compute_mcc])
def test_one_hot_labels_of_any_kind_are_noticed(labels, compute):
    with pytest.warns(UserWarning, match="Sources 0 to 2 are one label in one-hot form"):
        found = compute(labels, LATENTS)
    assert any("one-hot" in note for note in found["notes"])


def test_one_hot_columns_of_a_frame_beside_others_are_noticed():
    names = np.array(["x", "y", "z"])[SOURCES[:, 0]]
    frame = pandas.get_dummies(pandas.DataFrame({"size": SOURCES[:, 1], "shape": names}))
    with pytest.warns(UserWarning, match="Sources 1 to 3 are one label in one-hot form"):
        metrics.compute_mig(frame, LATENTS)


@pytest.mark.parametrize("value", [1e3, -1e9, 1e300])
def test_an_outlier_is_noticed_by_every_metric(value):
    """Beside it a histogram's bins are empty: MIG counts the latent as one value."""
    latents = changed(LATENTS, (7, 1), value)
    names = ["mig", "irs", "mcc", "unsupervised_metrics"]
    for name, found in evaluate_arrays(
        SOURCES, latents, discrete=False, metrics=names, baselines=False
    ).items():
        assert any("Latents [1] have outliers (1 samples" in note for note in found["notes"]), name
    with pytest.warns(UserWarning, match="have outliers"):
        assert metrics.compute_mig(SOURCES, latents)["gaps"][1] < 0.05


@pytest.mark.parametrize(
    "latents",
    [
        LATENTS,
        np.random.RandomState(0).laplace(size=(5000, 3)),
        np.where(SOURCES == 0, 1.0, 1e-6 * LATENTS),
        np.repeat([[0.0], [1.0]], [199, 1], axis=0),
        np.ones((200, 2)),
        changed(LATENTS, (7, 1), 5.0),
    ],
    ids=["noisy", "laplace", "two scales", "seldom", "constant", "far"],
)
def test_ordinary_latents_have_no_outliers(latents):
    assert look_outlying(latents) == []


@pytest.mark.parametrize("name", COUNTED)
def test_continuous_latents_are_refused_as_discrete(name):
    with pytest.raises(ValueError, match=r"Latent 0 has 200 distinct values .*discrete=False"):
        METRICS[name].compute(SOURCES, LATENTS)


@pytest.mark.parametrize("name", sorted(set(COUNTED) - {"infomec"}))
def test_quantized_latents_scored_as_continuous_are_noticed(name):
    found = METRICS[name].compute.func(SOURCES, SOURCES / 2.0)
    assert any("look quantized, but are scored as continuous" in note for note in found["notes"])


class TestMccOfNumbers:
    def test_numbers_equal_but_for_rounding_are_ties(self):
        tenths = np.where(np.arange(200)[:, None] % 2, SOURCES * 0.1, SOURCES / 10)
        found = metrics.compute_mcc(tenths, LATENTS)
        expected = abs(spearmanr(SOURCES[:, 2], LATENTS[:, 2]).statistic)
        assert found["spearman"][2, 2] == pytest.approx(expected, abs=1e-12)

    @pytest.mark.parametrize("offset", [2**62, np.uint64(2**63), -(2**62)])
    def test_large_integers_keep_their_differences(self, offset):
        large = SOURCES.astype(type(offset) if isinstance(offset, np.uint64) else int) + offset
        found, plain = (metrics.compute_mcc(s, LATENTS)["mcc_pearson"] for s in (large, SOURCES))
        assert found == pytest.approx(plain, abs=1e-12)

    def test_integers_beyond_64_bits_are_refused(self):
        with pytest.raises(ValueError, match="integers of more than 64 bits"):
            metrics.compute_mcc(SOURCES.astype(object) + 2**70, LATENTS)

    def test_a_source_that_counts_the_rows_is_said(self):
        with pytest.warns(UserWarning, match=r"Sources \[2\] count the rows"):
            metrics.compute_mcc(changed(SOURCES, (slice(None), 2), np.arange(200)), LATENTS)


@pytest.mark.parametrize("name", ["infomec", "mig", "mig_histogram", "irs", "unsupervised"])
def test_large_integer_latents_keep_their_differences(name):
    plain = quietly(METRICS[name].compute, SOURCES, SOURCES)
    large = quietly(METRICS[name].compute, SOURCES, SOURCES + 2**62)
    for key, value in plain.items():
        if isinstance(value, float):
            assert large[key] == pytest.approx(value, abs=1e-9), key


def test_latents_of_all_scales_at_once_have_an_irs():
    """The smallest of them have no weight in the mean, and their rows are those of their own."""
    plain, found = (
        metrics.compute_irs(SOURCES, LATENTS * scale) for scale in (1.0, [1e-300, 1.0, 1e300])
    )
    np.testing.assert_allclose(found["irs_matrix"], plain["irs_matrix"], rtol=1e-9)
    assert found["IRS"] == pytest.approx(plain["irs_matrix"][2].max())


@pytest.mark.parametrize("score", ["irs", "mig", "mcc", "unsupervised"])
def test_numbers_at_the_end_of_float64_overflow_nowhere(score):
    """Warnings are errors: differences of such numbers are infinite."""
    latents = LATENTS / np.abs(LATENTS).max() * np.finfo(np.float64).max
    latents[0], latents[1] = latents[latents.argmin(axis=0)[0]], -latents[0]
    found = getattr(metrics, f"compute_{score}")(SOURCES, latents)
    assert all(v is None or np.isfinite(v) for v in found.values() if isinstance(v, float))
