import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops

from tripod_dlib.functional.categorical import (
    annealed_temperature,
    codebook_logits,
    expected_value,
    gumbel,
    gumbel_softmax,
    hard_sample,
    uniform_kl,
)


def test_a_relaxed_sample_and_its_divergence_have_their_closed_forms():
    """p = (1, 2, 4) / 7, noise (.1, .5, -.3), temperature 1/2."""
    logits = np.log(np.array([[[1.0, 2.0, 4.0]]]) / 7)
    weights = gumbel_softmax(logits, np.array([[[0.1, 0.5, -0.3]]]), 0.5)
    np.testing.assert_allclose(weights, [[[0.05850886, 0.52085549, 0.42063564]]], rtol=1e-6)
    np.testing.assert_allclose(uniform_kl(logits), [[0.1429123976]], rtol=1e-9)
    np.testing.assert_allclose(uniform_kl(logits + 3.0), [[0.1429123976]], rtol=1e-9)


def test_soft_assignment_to_a_codebook_has_its_closed_form():
    """z = .3, values (-1, 0, 1), noise (.2, -.1, .4), temperature 1/2; the nearest value is 0."""
    codebook = np.array([-1.0, 0.0, 1.0])
    logits = codebook_logits(np.array([[0.3]]), codebook)
    np.testing.assert_allclose(uniform_kl(logits), [[0.1557338543]], rtol=1e-9)
    weights = gumbel_softmax(logits, np.array([[[0.2, -0.1, 0.4]]]), 0.5)
    np.testing.assert_allclose(expected_value(weights, codebook), [[0.4996911637]], rtol=1e-9)
    np.testing.assert_array_equal(expected_value(hard_sample(logits), codebook), [[0.0]])


def test_a_hard_sample_is_one_hot_with_the_weights_gradient():
    weights = np.array([[[0.2, 0.5, 0.3], [0.4, 0.4, 0.2]]])
    np.testing.assert_array_equal(hard_sample(weights), [[[0, 1, 0], [1, 0, 0]]])
    cotangent = np.arange(6.0).reshape(1, 2, 3)
    _, gradient = value_and_gradient(lambda w: ops.sum(cotangent * hard_sample(w)), weights)
    np.testing.assert_array_equal(gradient, cotangent)


def test_noise_is_that_of_gumbel_and_finite_at_the_ends():
    """-log(-log u): 0 at u = 1/e."""
    draws = np.float32([np.exp(-1.0), 0.0, 1.0])
    found = ops.convert_to_numpy(gumbel(draws))
    assert found[0] == pytest.approx(0.0, abs=1e-6)
    assert found[1] == pytest.approx(-np.log(20 * np.log(10.0)), rel=1e-5)
    assert found[2] == pytest.approx(24 * np.log(2.0), rel=1e-5)


def test_gumbel_s_largest_is_drawn_as_often_as_its_probability():
    generator = np.random.default_rng(0)
    probabilities = np.array([0.2, 0.5, 0.3])
    draws = gumbel(generator.uniform(size=(20_000, 1, 3)))
    logits = np.broadcast_to(np.log(probabilities), draws.shape)
    shares = ops.convert_to_numpy(hard_sample(logits + draws)).mean(axis=(0, 1))
    errors = 4 * np.sqrt(probabilities * (1 - probabilities) / 20_000)
    assert (np.abs(shares - probabilities) < errors).all()


@pytest.mark.parametrize("scale", [0.0, 1e4], ids=["uniform", "certain"])
def test_certain_and_uniform_posteriors_have_finite_values_and_gradients(scale):
    logits = np.float32(scale) * np.eye(20, dtype=np.float32)[None]

    def total(logits):
        weights = gumbel_softmax(logits, ops.zeros_like(logits), 0.1)
        return ops.sum(uniform_kl(logits)) + ops.sum(hard_sample(weights) ** 2)

    value, gradient = value_and_gradient(total, logits)
    assert np.isfinite(value) and np.isfinite(gradient).all()
    largest = float(ops.sum(uniform_kl(logits)))
    assert largest == pytest.approx(0.0 if scale == 0 else 20 * np.log(20.0), abs=1e-3)


@pytest.mark.parametrize("step, expected", [(0, 1.0), (50_000, np.exp(-1.0)), (10**7, 0.5)])
def test_a_temperature_falls_to_its_least(step, expected):
    least = 0.5 if step > 50_000 else 0.0
    assert float(annealed_temperature(step, 2e-5, least)) == pytest.approx(expected, rel=1e-5)
