"""SAP, modularity and explicitness, the FactorVAE score, and rows to score on."""

import numpy as np
import pytest
from metric_samples import METRICS, QUICK, SIZES, grid, noisy, quietly
from sklearn.model_selection import train_test_split

from tripod_dlib import metrics
from tripod_dlib.metrics.modularity_explicitness import modularity, modularity_per_latent
from tripod_dlib.metrics.sap import mean_gap
from tripod_dlib.metrics.split import split


def test_the_gap_is_between_the_two_largest():
    assert mean_gap(np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.2]])) == pytest.approx(
        (0.4 + 0.6) / 2
    )


def test_continuous_sap_takes_numbers_of_any_kind_and_no_strings():
    generator = np.random.RandomState(0)
    sources = generator.normal(size=(50, 2))
    found = METRICS["sap_continuous"].compute(sources, sources)
    r = np.corrcoef(sources.T)[0, 1]
    assert found["SAP_score"] == pytest.approx(1 - r**2)
    with pytest.raises(ValueError, match="need continuous=False"):
        METRICS["sap_continuous"].compute(sources.astype(str), sources)


def test_modularity_has_its_closed_form():
    """1 - (1 + 1) / (4 * 2) for (2, 1, 1); all alike is 0; nothing told is 0 and counts."""
    information = np.array([[2.0, 1.0, 1.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [0.0, 3.0, 0.0]])
    np.testing.assert_allclose(modularity_per_latent(information), [0.75, 0, 0, 1])
    assert modularity(information) == pytest.approx(1.75 / 4)


def test_a_class_that_one_part_lacks_is_left_out_of_the_roc_mean():
    """Without class 2 in the test rows, 0 and 1 are told apart: 1.

    Fitted on 0 and 1 alone, the probability of 1 grows along the line: 0 is told from 1 and 2, area
    1, and 1 is above 0 and below 2, area 1/2.
    """
    sources = grid(3, 2, repeats=10)
    kept = sources[:, 0] != 2
    for train, test, area in ((slice(None), kept, 1.0), (kept, slice(None), 0.75)):
        found = quietly(
            metrics.compute_modularity_explicitness,
            sources[train],
            sources[train],
            test_sources=sources[test],
            test_latents=sources[test],
        )
        assert found["explicitness_test_per_source"][0] == pytest.approx(area)


def test_a_constant_latent_never_votes():
    """disentanglement_lib gives it every vote: 0 / 0 counts as the least."""
    sources = grid(*SIZES, repeats=10)
    latents = np.column_stack([np.full(len(sources), 0.3), sources])
    found = metrics.compute_factor_vae(sources, latents, threshold=0.0, **QUICK)
    assert found["eval_accuracy"] == 1.0 and found["num_active_dims"] == 3


def test_rows_to_score_on_come_whole_and_with_the_same_columns():
    sources, latents = noisy(30)
    with pytest.raises(ValueError, match="belong together"):
        metrics.compute_sap(sources, latents, test_sources=sources)
    with pytest.raises(ValueError, match=r"got \(30, 2\) and \(30, 3\)"):
        metrics.compute_sap(sources, latents, test_sources=sources, test_latents=latents[:, :2])
    with pytest.raises(ValueError, match="1 to score on are needed; got 30 and 0"):
        metrics.compute_sap(sources, latents, test_sources=sources[:0], test_latents=latents[:0])


def test_the_split_is_a_third_by_a_fixed_seed():
    sources, latents = noisy(31)
    parts = split(sources, latents)
    expected = train_test_split(latents, test_size=1 / 3, random_state=42)
    np.testing.assert_array_equal(parts.latents, expected[0])
    np.testing.assert_array_equal(parts.test_latents, expected[1])
