"""The interventional robustness score."""

import numpy as np
import pytest
from metric_samples import grid

from tripod_dlib import metrics
from tripod_dlib.metrics.irs import robustness


def test_robustness_is_one_minus_the_move_over_the_largest_move():
    """z = s0 + 2 s1 on a 3 x 2 grid: mean 2, largest move 2. Holding s0 the moves are 1, holding s1
    they are 1: 1 - 1/2 for both; the latent s0 alone has 1 for s0 and 1 - 1/1 = 0 for s1.

    Weighted by the largest moves 2 and 1: (2 * 0.5 + 1 * 1) / 3.
    """
    sources = grid(3, 2)
    latents = np.column_stack([sources @ [1, 2], sources[:, 0]]).astype(float)
    found = metrics.compute_irs(sources, latents, diff_quantile=1.0)
    np.testing.assert_allclose(found["irs_matrix"], [[0.5, 0.5], [1, 0]], atol=1e-12)
    assert found["IRS"] == pytest.approx(2 / 3) and found["num_active_dims"] == 2


def test_robustness_can_be_negative_in_the_matrix_and_is_clipped_in_the_score():
    """Group 0 is (0, 0, 4) with mean 4/3 and move 8/3; group 1 is (0, 4, 4), the same. The mean of
    all is 2, so that the largest move is 2: 1 - (8/3) / 2 = -1/3."""
    sources, latents = np.array([[0], [0], [0], [1], [1], [1]]), np.array([[0, 0, 4, 0, 4, 4.0]]).T
    found = metrics.compute_irs(sources, latents, diff_quantile=1.0)
    assert found["irs_matrix"][0, 0] == pytest.approx(-1 / 3) and found["IRS"] == 0.0


def test_the_two_ends_of_float64_are_as_robust_as_any_two_values():
    sources = grid(3, 2)
    ends = np.where(sources[:, 1:] > 0, 1.7e308, -1.7e308)
    expected = metrics.compute_irs(sources, np.sign(ends))
    found = metrics.compute_irs(sources, ends)
    np.testing.assert_allclose(found["irs_matrix"], expected["irs_matrix"], atol=1e-12)


def test_robustness_of_arrays_names_each_latent_s_source():
    sources = grid(3, 2)
    found = robustness(sources, sources[:, ::-1] * 1.0, 0.99)
    np.testing.assert_array_equal(found["parents"], [1, 0])
    np.testing.assert_allclose(found["disentanglement_scores"], [1, 1])


def test_a_latent_that_does_not_vary_has_no_robustness_and_no_weight():
    sources = grid(3, 2)
    latents = np.column_stack([sources[:, 0], np.zeros(len(sources))]).astype(float)
    robust = robustness(sources, latents, 1.0)
    assert robust["avg_score"] == 1.0
    np.testing.assert_array_equal(robust["IRS_matrix"][1], [0, 0])
    assert robustness(sources, 0 * latents, 1.0)["avg_score"] == 0.0
