import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops

from tripod_dlib.functional.gaussian import gaussian_posterior, standard_normal_kl
from tripod_dlib.functional.pair_aggregation import (
    RULES,
    aggregate,
    average,
    own_by_label,
    own_by_threshold,
    pair_divergence,
)


@pytest.fixture
def first():
    return gaussian_posterior(np.array([[0.0, 1.0, 2.0]]), np.zeros((1, 3)))


@pytest.fixture
def second():
    return gaussian_posterior(np.array([[0.1, 1.0, 0.0]]), np.array([[0.0, np.log(2.0), 0.0]]))


def mean_kl(first, second):
    return 0.5 * float(ops.sum(standard_normal_kl(first) + standard_normal_kl(second)))


def test_divergences_have_their_closed_form_and_the_largest_is_a_latent_of_its_own(first, second):
    """(mu1 - mu2)^2 / v2 + v1 / v2 - 1 + log(v2 / v1): .01, ln 2 - 1/2, 4."""
    divergence = pair_divergence(first, second)
    np.testing.assert_allclose(divergence, [[0.01, 0.19314718056, 4.0]], rtol=1e-9)
    np.testing.assert_array_equal(own_by_threshold(divergence), [[False, False, True]])


@pytest.mark.parametrize("rule, expected", [("group_vae", 1.5485174459), ("mlvae", 1.5240756304)])
def test_aggregated_posteriors_have_their_divergence(rule, expected, first, second):
    own = own_by_threshold(pair_divergence(first, second))
    assert mean_kl(*aggregate(first, second, own, rule)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("labels", [np.array([1]), np.array([[1]])], ids=["flat", "column"])
def test_a_label_keeps_that_latent_alone(labels, first, second):
    own = own_by_label(labels, 3)
    np.testing.assert_array_equal(own, [[False, True, False]])
    found = mean_kl(*aggregate(first, second, own, "group_vae"))
    assert found == pytest.approx(1.0779632048, rel=1e-9)


def test_a_label_beyond_the_latents_shares_all():
    np.testing.assert_array_equal(own_by_label(np.array([0, 7]), 2), [[True, False], [False] * 2])


@pytest.mark.parametrize("rule", RULES)
def test_a_shared_latent_has_one_posterior_and_another_keeps_its_own(rule, first, second):
    first, second = aggregate(first, second, np.array([[False, True, False]]), rule)
    for one, other, own, theirs in (
        (first.mean(), second.mean(), first.mean(), second.mean()),
        (first.stddev(), second.stddev(), first.stddev(), second.stddev()),
    ):
        np.testing.assert_array_equal(one[:, ::2], other[:, ::2])
        np.testing.assert_array_equal(one[:, 1], own[:, 1])
        np.testing.assert_array_equal(other[:, 1], theirs[:, 1])


def test_ml_vae_s_average_is_the_product_of_both_densities_with_half_the_precision():
    """Means 1 and 3, variances 1 and 4: variance 2 * 4 / 5, mean (1 * 4 + 3 * 1) / 5."""
    one = gaussian_posterior(np.array([[1.0]]), np.array([[0.0]]))
    other = gaussian_posterior(np.array([[3.0]]), np.array([[np.log(4.0)]]))
    found = average(one, other, "mlvae")
    assert float(found.variance()[0, 0]) == pytest.approx(1.6)
    assert float(found.mean()[0, 0]) == pytest.approx(1.4)


def test_where_all_latents_differ_alike_all_are_shared():
    np.testing.assert_array_equal(own_by_threshold(np.full((2, 4), 0.3)), np.zeros((2, 4), bool))
    np.testing.assert_array_equal(own_by_threshold(np.ones((2, 1))), [[False], [False]])


def test_an_unknown_rule_lists_the_known_ones(first, second):
    with pytest.raises(ValueError, match="Unknown rule 'mean'; choose one of group_vae, mlvae"):
        average(first, second, "mean")


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("batch, logvar", [(1, -12.0), (4, -12.0), (4, 0.0)])
def test_sharp_and_equal_posteriors_have_finite_values_and_gradients(rule, batch, logvar):
    generator = np.random.default_rng(0)
    means = [generator.normal(size=(batch, 20)).astype(np.float32) for _ in range(2)]
    if logvar == 0.0:
        means[1] = means[0]

    def total(*arrays):
        first, second = (gaussian_posterior(*arrays[i : i + 2]) for i in (0, 2))
        own = own_by_threshold(pair_divergence(first, second))
        pair = aggregate(first, second, own, rule)
        return sum(ops.mean(standard_normal_kl(posterior)) for posterior in pair)

    logvars = np.full((batch, 20), logvar, np.float32)
    value, gradients = value_and_gradient(total, means[0], logvars, means[1], logvars)
    assert np.isfinite(value)
    assert all(np.isfinite(gradient).all() for gradient in gradients)
