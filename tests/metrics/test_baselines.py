"""What latents score that know nothing."""

import numpy as np
import pytest
from metric_samples import quantized

from tripod_dlib import metrics
from tripod_dlib.metrics import (
    permutation_baselines,
)


def test_baselines_are_of_metrics_that_have_one():
    sources, latents = quantized(60)
    found = metrics.permutation_baselines(sources, latents, discrete=True, metrics=["mig"])
    assert list(found) == ["mig"]
    with pytest.raises(ValueError, match=r"No baseline of \['sap'\]; there are those of infomec"):
        metrics.permutation_baselines(sources, latents, discrete=True, metrics=["sap"])


@pytest.mark.parametrize(
    "sizes, low, high",
    [((4, 4, 2, 3, 3, 40, 40), 0.25, 0.27), ((10, 10, 10, 8, 4, 15), 0.05, 0.12)],
    ids=["mpi3d", "shapes3d"],
)
def test_infom_of_noise_is_what_the_factor_sizes_make_it(sizes, low, high):
    """The two bands are those known of independent discrete latents at 10 000 samples."""
    generator = np.random.RandomState(0)
    sources = np.stack([generator.randint(size, size=10_000) for size in sizes], axis=1)
    latents = generator.randint(12, size=(10_000, 14)) / 11
    found = metrics.permutation_baselines(sources, latents, discrete=True, metrics=["infomec"])
    infomec = found["infomec"]
    assert infomec["infom_standard_error"] < 0.005
    assert low - 0.01 <= infomec["infom"] <= high + 0.01
    noise = metrics.compute_infomec(sources, latents, discrete=True, held_out=False)
    spread = 4 * infomec["infom_standard_error"] * np.sqrt(20)
    assert noise["infom"] == pytest.approx(infomec["infom"], abs=spread)
    assert noise["infoe"] == pytest.approx(infomec["infoe"], rel=0.1)


def test_infom_of_continuous_noise_does_not_depend_on_the_number_of_samples(monkeypatch):
    """So that the baseline may leave samples out: a third of them, within four standard errors."""
    generator = np.random.RandomState(0)
    sources = np.stack([generator.randint(size, size=1500) for size in (3, 4, 6)], axis=1)
    latents = generator.normal(size=(1500, 6))

    def infomec():
        given = {"discrete": False, "metrics": ["infomec"]}
        return metrics.permutation_baselines(sources, latents, **given)["infomec"]

    whole = infomec()
    monkeypatch.setattr("tripod_dlib.metrics.baselines.MAX_CONTINUOUS_SAMPLES", 500)
    part = infomec()
    assert part["infom"] != whole["infom"] and part["infoe"] == whole["infoe"]
    for name in ("infom", "infoc"):
        errors = [found[f"{name}_standard_error"] for found in (whole, part)]
        assert abs(part[name] - whole[name]) < 4 * np.hypot(*errors)


@pytest.mark.parametrize("discrete", [True, False])
def test_baselines_are_what_independent_latents_score(discrete):
    generator = np.random.RandomState(0)
    sources = np.stack([generator.randint(k, size=1000) for k in (4, 5, 3)], axis=1)
    latents = sources[:, [0, 1, 2, 0]] + 0.0
    if not discrete:
        latents = latents + generator.normal(size=latents.shape) * 0.1
    found = permutation_baselines(sources, latents, discrete=discrete)
    assert found == permutation_baselines(sources, latents, discrete=discrete)
    infomec = found["infomec"]
    assert 0.0 < infomec["infom"] < 0.7 and infomec["infom_standard_error"] < 0.05
    assert found["dci_random_forest"]["disentanglement"] < 0.2
    assert found["mig"]["discrete_mig"] < 0.05
    freedom = 3 + 4 + 2 + 3 if discrete else 4
    expected = np.mean([freedom * (k - 1) / (2 * 1000 * np.log(k)) for k in (4, 5, 3)])
    assert infomec["infoe"] == pytest.approx(expected)
