"""Mean correlation coefficient."""

import numpy as np
import pytest
from metric_samples import grid, quantized

from tripod_dlib import metrics


def test_correlations_are_matched_one_to_one():
    """Latents are the negated second source and the cubed first one, which keeps ranks."""
    generator = np.random.RandomState(0)
    sources = generator.normal(size=(500, 2))
    found = metrics.compute_mcc(sources, np.column_stack([-sources[:, 1], sources[:, 0] ** 3]))
    assert found["mcc_spearman"] == pytest.approx(1.0)
    np.testing.assert_array_equal(found["matched_pearson"], [1, 0])
    cubed = abs(np.corrcoef(sources[:, 0], sources[:, 0] ** 3)[0, 1])
    assert found["mcc_pearson"] == pytest.approx((1 + cubed) / 2)


def test_two_sources_do_not_share_a_latent():
    """The greedy choice would give both sources latent 0; the best sum takes 0.8 + 0.6 of
    z0 = 0.8 a + 0.6 b and z1 = 0.6 a - 0.8 b with orthogonal a and b: 0.8 and 0.8."""
    a, b = grid(2, 2).T * 2.0 - 1
    latents = np.column_stack([0.8 * a + 0.6 * b, 0.6 * a - 0.8 * b])
    found = metrics.compute_mcc(np.column_stack([a, b]), latents)
    assert found["mcc_pearson"] == pytest.approx(0.8)
    one = metrics.compute_mcc(np.column_stack([a, b]), latents[:, :1])
    assert one["mcc_pearson"] == pytest.approx(0.4)
    np.testing.assert_array_equal(one["matched_pearson"], [0, -1])


def test_strings_have_no_correlation():
    with pytest.raises(ValueError, match="Continuous sources are numbers; got dtype <U1"):
        metrics.compute_mcc(np.array([["a"], ["b"]]), np.zeros((2, 1)))


def test_no_source_at_all_is_refused():
    with pytest.raises(ValueError, match=r"At least one source and one latent; got \(5, 0\)"):
        metrics.compute_mcc(np.zeros((5, 0)), np.zeros((5, 2)))


def test_a_monotone_map_changes_no_rank_correlation_and_a_scale_no_correlation():
    sources, latents = quantized()
    one = metrics.compute_mcc(sources, latents)
    other = metrics.compute_mcc(np.exp(sources), np.exp(latents) * [-3, 1e-200, 1e200, 2])
    assert other["mcc_spearman"] == pytest.approx(one["mcc_spearman"], abs=1e-9)
    scaled = metrics.compute_mcc(sources, latents * [-3, 1e-200, 1e200, 2])
    assert scaled["mcc_pearson"] == pytest.approx(one["mcc_pearson"], abs=1e-9)
