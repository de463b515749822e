"""Agreement of models."""

import numpy as np
import pytest
from metric_samples import grid
from scipy.stats import spearmanr

from tripod_dlib import metrics
from tripod_dlib.metrics.udr import relative_strength, spearman_correlations


def test_relative_strength_is_one_for_a_permutation_and_half_for_pairs():
    """A row or column (1, 1) has 1 / 2; (1/2, 1/2) has (1/4) / 1."""
    assert relative_strength(np.eye(3)[[2, 0, 1]]) == 1.0
    assert relative_strength(np.ones((2, 2))) == 0.5
    assert relative_strength(np.full((2, 2), 0.5)) == 0.25
    assert relative_strength(np.zeros((2, 3))) == relative_strength(np.zeros((0, 3))) == 0.0


@pytest.mark.parametrize("correlation, expected", [("lasso", 0.9**2 / 0.9), ("spearman", 1.0)])
def test_models_that_differ_by_order_and_sign_agree(correlation, expected):
    """Orthogonal unit latents: Lasso with alpha 0.1 shrinks each coefficient from 1 to 0.9."""
    latents = grid(2, 2, 2, repeats=4) * 2.0 - 1
    models, kl = [latents, -latents[:, [2, 0, 1]], latents[:, ::-1]], [np.ones(3)] * 3
    found = metrics.compute_udr(models, kl, correlation=correlation)
    assert found["model_scores"] == pytest.approx([expected] * 3)
    assert metrics.compute_udr(models[:1], kl[:1])["model_scores"] == [None]


def test_latents_without_divergence_do_not_count():
    generator = np.random.RandomState(0)
    latents = generator.normal(size=(200, 3))
    noise = generator.normal(size=(200, 1))
    one, other = np.column_stack([latents, noise]), np.column_stack([latents, noise**2])
    kl = np.array([1, 1, 1, 0.001])
    whole = metrics.compute_udr([latents] * 2, [np.ones(3)] * 2, correlation="spearman")
    found = metrics.compute_udr([one, other], [kl] * 2, correlation="spearman")
    assert found["model_scores"] == pytest.approx(whole["model_scores"])
    unfiltered = metrics.compute_udr(
        [one, other], [kl] * 2, correlation="spearman", filter_low_kl=False
    )
    assert unfiltered["model_scores"][0] < found["model_scores"][0]


@pytest.mark.parametrize(
    "latents, kl, more, message",
    [
        ([np.zeros((4, 2)), np.zeros((4, 3))], [np.zeros(2), np.zeros(3)], {}, "of one shape"),
        ([np.zeros((4, 0))] * 2, [np.zeros(0)] * 2, {}, r"and a latent; got \[\(4, 0\)\]"),
        ([np.zeros((4, 2))] * 2, [np.zeros(2), np.zeros(3)], {}, r"one divergence a latent, \(2,"),
        ([np.full((4, 2), np.nan)] * 2, [np.zeros(2)] * 2, {}, "of model 0 hold 8 NaN"),
        ([np.zeros((4, 2))] * 2, [np.ones(2), np.array([1, np.nan])], {}, "of model 1 hold NaN"),
        ([np.zeros(4)] * 2, [np.zeros(2)] * 2, {}, r"One column is numpy.reshape\(array, "),
        ([[["a", "b"]] * 4] * 2, [np.zeros(2)] * 2, {}, "of model 0 are numbers; got dtype <U1"),
        (
            [np.zeros((4, 2)), np.ma.masked_array(np.zeros((4, 2)), np.eye(4, 2))],
            [np.zeros(2)] * 2,
            {},
            "latents of model 1 are masked in 2 places",
        ),
        ([], [], {"correlation": "pearson"}, "'pearson'; choose one of lasso, spearman"),
    ],
)
def test_models_that_cannot_be_compared_are_refused(latents, kl, more, message):
    with pytest.raises(ValueError, match=message):
        metrics.compute_udr(latents, kl, **more)


def test_rank_correlation_is_scipy_s():
    one, other = np.random.RandomState(0).normal(size=(2, 50, 3))
    other[:, 1] = np.round(other[:, 1])
    expected = np.abs(spearmanr(one, other).statistic[:3, 3:])
    np.testing.assert_allclose(spearman_correlations(one, other), expected, atol=1e-12)
