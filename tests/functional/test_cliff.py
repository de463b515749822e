"""Against plain loops over SciPy's kernels, in float64."""

import numpy as np
import pytest
from gradients import EXACT, value_and_gradient
from keras import ops
from scipy import special, stats

from tripod_dlib.functional import cliff

Z = np.random.default_rng(0).normal(size=(30, 3))
Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
WIDTH = 30**-0.2


def slopes(points, centers):
    return -(points - centers) / WIDTH**2 * stats.norm.pdf(points, centers, WIDTH)


def test_latents_are_standardized():
    found = ops.convert_to_numpy(cliff.standardized(3.0 + 2.0 * Z))
    np.testing.assert_allclose(found, Z, atol=1e-5)


def test_the_entropy_of_cliffs_is_a_loop():
    for latent, found in enumerate(ops.convert_to_numpy(cliff.cliff_entropy(Z))):
        change = np.abs([slopes(x, Z[:, latent]).mean() for x in cliff.GRID])
        density = change / (change.sum() * cliff.SPACING)
        expected = -special.xlogy(density, density).sum() * cliff.SPACING
        assert found == pytest.approx(expected, rel=1e-7)


def test_the_divergence_of_cliffs_is_a_loop():
    found = ops.convert_to_numpy(cliff.cliff_divergence(Z))
    np.testing.assert_array_equal(np.diag(found), 0.0)
    for i, j in ((0, 1), (1, 0), (2, 1)):
        shares = []
        for value in cliff.CONDITIONS:
            weights = stats.norm.pdf(value, Z[:, j], WIDTH)
            change = np.abs([(weights * slopes(x, Z[:, i])).sum() for x in cliff.GRID])
            shares.append(change / change.sum())
        mixture = stats.entropy(np.mean(shares, axis=0))
        expected = mixture - np.mean([stats.entropy(share) for share in shares])
        assert found[i, j] == pytest.approx(expected, rel=1e-6)


def test_a_latent_that_another_determines_has_the_larger_divergence():
    free = np.random.default_rng(1).normal(size=(200, 2))
    bound = np.stack([free[:, 0], free[:, 0] ** 2], axis=1)
    apart, together = (
        float(cliff.cliff_divergence(cliff.standardized(z))[1, 0]) for z in (free, bound)
    )
    assert together > apart


def test_the_divergence_from_the_uniform_density_is_a_loop():
    points = cliff.GRID[np.abs(cliff.GRID) <= np.sqrt(3)]
    for latent, found in enumerate(ops.convert_to_numpy(cliff.collapse_divergence(Z))):
        logs = [np.log(stats.norm.pdf(x, Z[:, latent], WIDTH).mean()) for x in points]
        assert found == pytest.approx(-np.log(2 * np.sqrt(3)) - np.mean(logs), rel=100 * EXACT)


@pytest.mark.parametrize("batch", [1, 8])
def test_collapsed_latents_have_finite_values_and_gradients(batch):
    def total(z):
        z = cliff.standardized(z)
        terms = (cliff.cliff_entropy, cliff.cliff_divergence, cliff.collapse_divergence)
        return sum(ops.sum(term(z)) for term in terms)

    value, gradient = value_and_gradient(total, np.full((batch, 5), 0.3, np.float32))
    assert np.isfinite(value) and np.isfinite(gradient).all()
