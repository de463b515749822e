"""Scores of latents without sources."""

import numpy as np
import pytest
from metric_samples import quantized

from tripod_dlib import metrics
from tripod_dlib.metrics.mutual_information import (
    discrete_mutual_information,
)
from tripod_dlib.metrics.unsupervised import (
    KEYS,
    gaussian_kl,
    gaussian_total_correlation,
    gaussian_wasserstein_correlation,
)


def test_gaussian_scores_have_their_closed_forms():
    """Unit variances, correlation r: total correlation -log(1 - r^2) / 2; the eigenvalues of the
    covariance are 1 + r and 1 - r: distance 4 - 2 (sqrt(1 + r) + sqrt(1 - r))."""
    r = 0.6
    covariance = np.array([[1, r], [r, 1]])
    assert gaussian_total_correlation(covariance) == pytest.approx(-0.5 * np.log(1 - r * r))
    expected = 4 - 2 * (np.sqrt(1 + r) + np.sqrt(1 - r))
    assert gaussian_wasserstein_correlation(covariance) == pytest.approx(expected)
    diagonal, mean = np.diag(np.diag(covariance)), np.zeros(2)
    between = gaussian_kl(mean, covariance, mean, diagonal, 2)
    assert between == pytest.approx(gaussian_total_correlation(covariance))
    shifted = gaussian_kl(np.ones(2), diagonal, mean, diagonal, 2)
    assert shifted == pytest.approx(1.0)


def test_unsupervised_scores_follow_from_the_covariance_and_the_pairs():
    sources, latents = quantized()
    found = metrics.compute_unsupervised(None, latents, discrete=True)
    covariance = np.cov(latents.T)
    assert found[KEYS[0]] == pytest.approx(gaussian_total_correlation(covariance))
    assert found[KEYS[2]] == pytest.approx(found[KEYS[1]] / np.trace(covariance))
    levels = (2 * latents).astype(int)
    pairs = [(i, j) for i in range(4) for j in range(4) if i != j]
    each = [discrete_mutual_information(levels[:, [i]], levels[:, [j]])[0, 0] for i, j in pairs]
    assert found[KEYS[3]] == pytest.approx(np.mean(each))


def test_latents_that_determine_each_other_have_no_total_correlation():
    latents = np.random.RandomState(0).normal(size=(60, 2))
    for other in (latents[:, 0], latents.sum(axis=1)):
        found = metrics.compute_unsupervised(None, np.column_stack([latents, other]))
        assert found[KEYS[0]] is None and any("infinite" in note for note in found["notes"])
        assert found[KEYS[1]] > 0


@pytest.mark.parametrize("factor, end", [(1e-200, "below the smallest"), (1e200, "beyond")])
def test_a_distance_that_float64_has_not_is_undefined_and_said(factor, end):
    _, latents = quantized()
    one = metrics.compute_unsupervised(None, latents, discrete=True)
    found = metrics.compute_unsupervised(None, latents * factor, discrete=True)
    assert found[KEYS[1]] is None and any(end in note for note in found["notes"])
    assert found[KEYS[2]] == pytest.approx(one[KEYS[2]])


def test_arrays_that_are_the_wrong_way_round_are_noticed():
    found = metrics.compute_unsupervised(None, np.random.RandomState(0).normal(size=(3, 60)))
    assert any("More latents (60) than samples (3)" in note for note in found["notes"])


def test_a_quantile_out_of_range_and_latents_without_numbers_are_refused():
    with pytest.raises(ValueError, match=r"diff_quantile is 1.5, .*; allowed is float from 0 to 1"):
        metrics.compute_irs(np.arange(4)[:, None], np.zeros((4, 1)), diff_quantile=1.5)
    with pytest.raises(ValueError, match="latents are numbers; got dtype <U1"):
        metrics.compute_unsupervised(None, np.array([["a"], ["b"]]))
    with pytest.raises(ValueError, match=r"got \(4,\)"):
        metrics.compute_unsupervised(None, np.zeros(4))
