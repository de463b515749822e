"""InfoMEC."""

import numpy as np
import pytest
from metric_samples import grid
from parity import load_parity
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from tripod_dlib.metrics import (
    compute_infomec,
)
from tripod_dlib.metrics.seeds import generator_of


@pytest.mark.parametrize("prefix", ["discrete_", "continuous_"])
def test_scores_agree_with_the_published_implementation(prefix):
    reference = load_parity("infomec", prefix)
    found = compute_infomec(
        reference["sources"], reference["latents"], discrete=bool(reference["is_discrete"])
    )
    tolerance = 1e-5 if prefix == "discrete_" else 1e-4
    np.testing.assert_array_equal(found["active"], reference["active"])
    active = reference["active"]
    np.testing.assert_allclose(
        found["nmi"][:, active],
        reference["nmi"][:, active],
        atol=1e-6 if prefix == "discrete_" else 1e-4,
    )
    assert found["infom"] == pytest.approx(float(reference["infom"]), abs=tolerance)
    assert found["infoc"] == pytest.approx(float(reference["infoc"]), abs=tolerance)
    assert found["infoe"] == pytest.approx(float(reference["infoe"]), abs=1e-4)
    np.testing.assert_allclose(found["cross_entropies"], reference["ce_latents"], atol=1e-3)


@pytest.mark.filterwarnings("ignore:lbfgs failed to converge")  # as published: 100 iterations
@pytest.mark.parametrize("discrete", [True, False])
def test_cross_entropies_are_those_of_scikit_learn_s_truncated_fit(discrete):
    generator = np.random.RandomState(2)
    sources = np.stack([generator.randint(k, size=600) for k in (2, 4, 7)], axis=1)
    latents = np.clip(sources[:, [0, 1, 2, 2]] + generator.randint(3, size=(600, 4)), 0, 6)
    if not discrete:
        latents = latents + generator.normal(size=latents.shape)
    found = compute_infomec(sources, latents, discrete=discrete)
    if discrete:
        inputs = np.concatenate([np.eye(7)[column] for column in latents.T], axis=1)
        inputs = inputs[:, inputs.any(axis=0)]
    else:
        inputs = (latents - latents.mean(axis=0)) / latents.std(axis=0)
    for i, source in enumerate(sources.T):
        model = LogisticRegression(C=np.inf, class_weight="balanced", max_iter=100)
        model.fit(inputs, source)
        expected = log_loss(source, model.predict_proba(inputs))
        tolerance = 2e-3 if source.max() == 1 else 1e-3
        assert found["cross_entropies"][i] == pytest.approx(expected, abs=tolerance)


def test_latents_that_are_the_sources_score_one():
    sources = grid(4, 3, 5, repeats=20)
    found = compute_infomec(sources, sources / 10.0, discrete=True, pruning="none")
    assert found["infom"] == pytest.approx(1.0)
    assert found["infoc"] == pytest.approx(1.0)
    assert found["infoe"] == pytest.approx(1.0, abs=1e-3)
    np.testing.assert_allclose(found["nmi"], np.eye(3), atol=1e-12)


def test_duplicated_latents_keep_modularity_and_halve_the_largest_share():
    """Two sources, two copies of each: the largest share is 1/2: InfoC = (1/2 - 1/4)/(1 - 1/4)."""
    sources = grid(4, 4, repeats=30)
    found = compute_infomec(sources, sources[:, [0, 0, 1, 1]], discrete=True)
    assert found["infom"] == pytest.approx(1.0)
    assert found["infoc"] == pytest.approx(1 / 3)


def test_one_latent_for_two_sources_tells_of_both():
    """The latent is the pair: both NMI are 1, the largest share 1/2, so InfoM = 0."""
    sources = grid(4, 4, repeats=30)
    pair = sources[:, 0] * 4 + sources[:, 1]
    found = compute_infomec(sources, np.stack([pair, pair], axis=1), discrete=True)
    assert found["infom"] == pytest.approx(0.0, abs=1e-12)
    assert found["infoc"] == pytest.approx(0.0, abs=1e-12)


def test_an_inactive_latent_changes_neither_modularity_nor_compactness():
    generator = np.random.RandomState(4)
    sources = generator.randint(4, size=(300, 2))
    latents = np.round((sources + generator.randint(2, size=(300, 2))) / 4, 3)
    nearly = np.where(generator.uniform(size=300) < 0.1, 1.0, 0.0)
    one = compute_infomec(sources, latents, discrete=True)
    two = compute_infomec(sources, np.column_stack([latents, nearly]), discrete=True)
    assert two["active"].tolist() == [True, True, False]
    assert (two["infom"], two["infoc"]) == (one["infom"], one["infoc"])


def test_pruning_rules_are_those_of_the_two_papers():
    rows = np.arange(100)
    latents = np.column_stack([rows % 4, rows == 0, np.zeros(100)]).astype(float)
    sources = grid(10, 10)
    for rule, expected in (("iqr", [1, 0, 0]), ("range", [1, 1, 0]), ("none", [1, 1, 1])):
        found = compute_infomec(sources, latents, discrete=True, pruning=rule)
        assert found["active"].tolist() == [bool(flag) for flag in expected], rule
    with pytest.raises(ValueError, match="Unknown pruning 'std'; choose one of iqr, range, none"):
        compute_infomec(sources, latents, discrete=True, pruning="std")


def test_no_active_latent_scores_zero():
    found = compute_infomec(grid(5, 5, repeats=4), np.zeros((100, 3)), discrete=True)
    assert (found["infom"], found["infoc"], found["infoe"]) == (0.0, 0.0, 0.0)


def test_one_active_latent_leaves_compactness_undefined():
    sources = grid(5, 5, repeats=4)
    found = compute_infomec(sources, np.column_stack([sources[:, 0], np.zeros(100)]), discrete=True)
    assert found["infom"] == pytest.approx(1.0) and found["infoc"] is None
    assert found["infoe"] is not None and any("InfoC" in note for note in found["notes"])


def test_a_constant_source_is_left_out_and_listed():
    sources = grid(5, 5, repeats=4)
    padded = np.column_stack([sources, np.full(100, 7)])
    without = compute_infomec(sources, sources, discrete=True)
    with pytest.warns(UserWarning, match=r"never vary: sources \[2\]"):
        found = compute_infomec(padded, sources, discrete=True)
    assert (found["infom"], found["infoc"]) == (without["infom"], without["infoc"])
    assert np.isnan(found["nmi"][2]).all() and found["nmi"].shape == (3, 2)


def test_labels_that_no_held_out_row_has_are_noted():
    sources = np.stack([np.arange(100) % 2, np.arange(100) % 3], axis=1)
    latents = sources + np.random.RandomState(0).normal(size=sources.shape)
    for seed in range(3):
        held_out = np.flatnonzero(generator_of(seed).permutation(100) < 20)
        fitted = np.setdiff1d(np.arange(100), held_out)
        rare = sources.copy()
        rare[fitted[0], 1] = 3  # a class of one row, which is fitted on
        found = compute_infomec(rare, latents, discrete=False, seed=seed)
        assert "The held-out InfoE saw no row of some labels of sources [1]." in found["notes"]
        found = compute_infomec(sources, latents, discrete=False, seed=seed)
        assert not any("saw no row" in note for note in found["notes"])


def test_one_varying_source_leaves_modularity_undefined():
    sources = grid(5, repeats=20)
    latents = np.column_stack([sources, np.tile([0, 1], 50)])
    found = compute_infomec(sources, latents, discrete=True)
    assert found["infom"] is None and found["infoc"] is not None


def test_no_varying_source_leaves_everything_undefined():
    with pytest.warns(UserWarning, match="never vary"):
        found = compute_infomec(np.zeros((50, 2)), grid(5, 10), discrete=True)
    assert [found[name] for name in ("infom", "infoc", "infoe")] == [None] * 3


def test_a_latent_without_information_contributes_no_preference():
    """Source i is latent i; the third latent is independent of both: shares 1, 1, 1/2."""
    cells = grid(4, 4, 4, repeats=5)
    found = compute_infomec(cells[:, :2], cells, discrete=True)
    assert found["infom"] == pytest.approx((2.5 / 3 - 0.5) / 0.5, abs=1e-9)


@pytest.mark.parametrize(
    "sources, latents, message",
    [
        (np.zeros((4, 2)), np.array([[0.0], [np.nan], [1], [np.inf]]), "2 NaN .* row 1, column 0"),
        (np.zeros((4, 2)), np.zeros((3, 2)), r"got \(4, 2\) and \(3, 2\)"),
        (np.zeros((1, 2)), np.zeros((1, 2)), "At least 2 samples are needed; got 1"),
        (np.random.RandomState(0).uniform(size=(40, 1)), np.zeros((40, 2)), "looks continuous"),
        (
            np.array([[0.0], [np.nan]]),
            np.zeros((2, 2)),
            "Source 0 has 1 label of 2 missing, .* row 1",
        ),
    ],
)
def test_bad_input_is_refused_with_what_came(sources, latents, message):
    with pytest.raises(ValueError, match=message):
        compute_infomec(sources, latents, discrete=True)


def test_continuous_latents_called_discrete_are_refused():
    latents = np.random.RandomState(0).normal(size=(100, 2))
    with pytest.raises(ValueError, match="Latent 0 has 100 distinct values .* discrete=False"):
        compute_infomec(grid(10, 10), latents, discrete=True)


def test_huge_scales_overflow_nowhere():
    sources = grid(3, 3, repeats=30)
    latents = sources * 1e6 + np.random.RandomState(0).normal(size=sources.shape)
    found = compute_infomec(sources, latents, discrete=False)
    assert np.isfinite(found["cross_entropies"]).all() and found["infoe"] > 0.5
