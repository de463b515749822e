import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops

from tripod_dlib.functional import hessian
from tripod_dlib.functional.orthogonal_jacobian import (
    directional_energy,
    normalized_orthogonal_jacobian_penalty,
    orthogonal_jacobian_penalty,
)

J = np.array([[1.0, 1.0], [0.0, 1.0], [2.0, 0.0]])
DRAWS = np.array([[[1.0, 1.0], [1.0, -1.0]]])
ZERO = np.zeros((1, 2))


def linear(matrix):
    return lambda z: {"f": z @ matrix.T}


def bent(z):
    """f = (z1 z2, z1 + z2^2)."""
    return {"f": ops.stack([z[:, 0] * z[:, 1], z[:, 0] + z[:, 1] ** 2], axis=1)}


def test_a_linear_decoder_has_its_closed_form():
    """|J r|^2 is 9 and 5; their variance 4, or 8 unbiased."""
    energy = directional_energy(linear(J), ZERO, DRAWS)["f"]
    np.testing.assert_allclose(energy, [[9.0, 5.0]], rtol=1e-9)
    for unbiased, expected in ((False, 4.0), (True, 8.0)):
        found = orthogonal_jacobian_penalty(linear(J), ZERO, DRAWS, unbiased=unbiased)["f"]
        np.testing.assert_allclose(found, [expected], rtol=1e-9)


def test_a_bent_decoder_has_its_forward_differences():
    """At (1, 2) with step .1: 35.62 and 9.22, of variance 174.24."""
    z = np.array([[1.0, 2.0]])
    np.testing.assert_allclose(directional_energy(bent, z, DRAWS)["f"], [[35.62, 9.22]], rtol=1e-9)
    found = orthogonal_jacobian_penalty(bent, z, DRAWS)["f"]
    np.testing.assert_allclose(found, [174.24], rtol=1e-9)


def many_draws(num_probes, num_latents):
    generator = np.random.default_rng(0)
    shape = (1, num_probes, num_latents)
    return generator.choice([-1.0, 1.0], size=shape), generator.normal(size=shape)


def test_many_draws_give_the_normalized_penalty_s_exact_share():
    """sum_{k != l} (s_k s_l G_kl)^2 / sum_{k, l} of the same, to four standard errors: the relative
    error of a variance of K draws is below sqrt(kurtosis / K), and Gaussian quadratic forms have a
    kurtosis of at most 15."""
    num_probes, std = 20_000, np.array([0.5, 2.0])
    found = normalized_orthogonal_jacobian_penalty(
        linear(J), ZERO, std, *many_draws(num_probes, 2)
    )["f"]
    squares = np.square(np.outer(std, std) * (J.T @ J))
    share = (squares.sum() - np.trace(squares)) / squares.sum()
    np.testing.assert_allclose(found, [share], rtol=4 * np.sqrt(15 / num_probes))


@pytest.mark.parametrize("scale", [np.diag([3.0, 0.2]), 5.0 * np.eye(2)], ids=["latents", "layer"])
def test_rescaling_latents_or_a_layer_changes_nothing(scale):
    draws, std = many_draws(2, 2), np.array([1.0, 2.0])
    before = normalized_orthogonal_jacobian_penalty(linear(J), ZERO, std, *draws)["f"]
    after = normalized_orthogonal_jacobian_penalty(
        linear(J @ scale), ZERO, std / np.diag(scale), *draws
    )["f"]
    np.testing.assert_allclose(after, before, rtol=1e-6)


def test_orthogonal_columns_have_no_penalty():
    columns = np.array([[2.0, 0.0], [0.0, 3.0], [0.0, -1.0]])
    draws = many_draws(2, 2)
    assert float(orthogonal_jacobian_penalty(linear(columns), ZERO, draws[0])["f"][0]) < 1e-20
    found = normalized_orthogonal_jacobian_penalty(linear(columns), ZERO, np.ones(2), *draws)["f"]
    assert float(found[0]) < 1e-20


@pytest.mark.parametrize("batch", [1, 3])
def test_collapsed_latents_have_finite_values_and_gradients(batch):
    matrix = np.random.default_rng(1).normal(size=(30, 20)).astype(np.float32)
    draws = [draw.astype(np.float32) for draw in many_draws(2, 20)]
    draws = [np.repeat(draw, batch, axis=0) for draw in draws]

    def total(z, z_std):
        penalty = normalized_orthogonal_jacobian_penalty(
            lambda points: {"f": ops.tanh(points @ matrix.T)}, z, z_std, *draws
        )
        return ops.mean(penalty["f"])

    std = np.full(20, 1e-6, np.float32)
    value, gradients = value_and_gradient(total, np.zeros((batch, 20), np.float32), std)
    assert np.isfinite(value)
    assert all(np.isfinite(gradient).all() for gradient in gradients)


def test_the_vanilla_hessian_penalty_of_the_bent_decoder_has_its_closed_form():
    """H_1 has 1 off its diagonal, H_2 (0, 2) on it: along (1, +-1) the first's curvature is +-2,
    the second's 2, so that the variances are 4 and 0 and their mean 2. With directions of (.5, 3)
    the first's is +-3: 9 / 2."""
    z = np.array([[1.0, 2.0]])
    for scale, expected in ((1.0, 2.0), (np.array([0.5, 3.0]), 4.5)):
        found = hessian.hessian_penalty(bent, z, scale, DRAWS)["f"]
        np.testing.assert_allclose(found, [expected], rtol=1e-6)
