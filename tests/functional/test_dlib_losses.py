"""disentanglement_lib's losses against its own numbers, closed forms and SciPy."""

import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops
from parity import load_losses
from scipy import stats

from tripod_dlib.functional.capacity import annealed_capacity, capacity_penalty
from tripod_dlib.functional.density_ratio import density_ratio, discriminator_loss, permute_latents
from tripod_dlib.functional.gaussian import gaussian_posterior, standard_normal_kl
from tripod_dlib.functional.posterior_covariance import (
    distance_from_identity,
    posterior_covariance,
)
from tripod_dlib.functional.reconstruction import bernoulli_loss, l2_loss
from tripod_dlib.functional.total_correlation import minibatch_total_correlation

INPUTS, OUTPUTS = load_losses()
Z, IMAGES, RAW = (INPUTS[name] for name in ("z", "images", "raw_reconstruction"))


@pytest.fixture
def posterior():
    return gaussian_posterior(INPUTS["z_mean"], INPUTS["z_logvar"])


@pytest.fixture
def kl(posterior):
    return float(np.sum(standard_normal_kl(posterior)) / len(Z))


@pytest.mark.parametrize("activation", ["logits", "tanh"])
@pytest.mark.parametrize("subtract", [False, True])
def test_bernoulli_loss_is_disentanglement_lib_s(activation, subtract):
    found = bernoulli_loss(RAW, IMAGES, activation, subtract)
    np.testing.assert_allclose(
        found, OUTPUTS[f"bernoulli_{activation}_subtract_{subtract}"], rtol=2e-6
    )


@pytest.mark.parametrize("activation", ["logits", "tanh"])
def test_l2_loss_is_disentanglement_lib_s(activation):
    np.testing.assert_allclose(
        l2_loss(RAW, IMAGES, activation), OUTPUTS[f"l2_{activation}"], rtol=2e-6
    )


@pytest.mark.parametrize("loss", [bernoulli_loss, l2_loss])
def test_an_unknown_activation_lists_the_known_ones(loss):
    with pytest.raises(ValueError, match="activation is 'relu'; choose one of logits, tanh"):
        loss(RAW, IMAGES, "relu")


@pytest.mark.parametrize("activation", ["logits", "tanh"])
@pytest.mark.parametrize("loss", [bernoulli_loss, l2_loss])
def test_extreme_outputs_have_finite_losses_and_gradients(loss, activation):
    outputs = np.where(np.arange(48).reshape(1, 4, 4, 3) % 2, 200.0, -200.0).astype(np.float32)
    images = np.tile(np.float32([0.0, 1.0, 0.5]), 16).reshape(1, 4, 4, 3)
    value, gradient = value_and_gradient(lambda x: ops.sum(loss(x, images, activation)), outputs)
    assert np.isfinite(value) and np.isfinite(gradient).all()


def test_divergence_and_total_correlation_are_disentanglement_lib_s(kl, posterior):
    assert kl == pytest.approx(float(OUTPUTS["gaussian_kl"]), rel=1e-6)
    total_correlation = float(np.mean(minibatch_total_correlation(Z, posterior)))
    assert total_correlation == pytest.approx(float(OUTPUTS["total_correlation"]), rel=1e-6)
    assert 4 * kl == pytest.approx(float(OUTPUTS["regularizer_vae_beta4"]), rel=1e-6)
    regularizer = kl + (6 - 1) * total_correlation
    assert regularizer == pytest.approx(float(OUTPUTS["regularizer_beta_tc_vae_beta6"]), rel=1e-6)
    densities = ops.convert_to_numpy(posterior.log_prob(Z))
    np.testing.assert_allclose(densities, OUTPUTS["gaussian_log_density"], rtol=1e-5)


def test_a_divergence_has_its_closed_form():
    """Means (.5, -1), deviations softplus(0, 1): .8215536770 in sum."""
    from tripod_dlib.functional.probability import tfd

    deviations = np.log1p(np.exp([[0.0, 1.0]]))
    kl = standard_normal_kl(tfd.Normal(np.array([[0.5, -1.0]]), deviations))
    assert float(np.sum(kl)) == pytest.approx(0.8215536770, rel=1e-9)


def test_total_correlation_is_a_double_loop_in_float64(posterior):
    mean, std = INPUTS["z_mean"].astype(float), np.exp(INPUTS["z_logvar"].astype(float) / 2)
    joint, product = np.zeros(6), np.zeros((6, 4))
    for i in range(6):
        for j in range(6):
            densities = stats.norm.pdf(Z[i].astype(float), mean[j], std[j])
            joint[i] += np.prod(densities)
            product[i] += densities
    expected = np.log(joint) - np.log(product).sum(axis=1)
    np.testing.assert_allclose(minibatch_total_correlation(Z, posterior), expected, rtol=1e-5)


@pytest.mark.parametrize("step, name", [(3, "step3"), (12, "step12")])
def test_a_capacity_grows_and_stays(step, name):
    assert float(annealed_capacity(step, 25.0, 10)) == OUTPUTS[f"anneal_25_{name}_of_10"]


@pytest.mark.parametrize("power, expected", [(1, 0.2), (4, 0.0016)])
def test_a_penalty_is_a_power_of_the_distance(power, expected):
    """At KL .3 and capacity .1; the gradient is power |distance|^(power - 1), and finite at 0."""
    value, slope = value_and_gradient(lambda kl: capacity_penalty(kl, 0.1, power), np.float64(0.3))
    assert value == pytest.approx(expected)
    assert slope == pytest.approx(power * 0.2 ** (power - 1))
    assert np.isfinite(
        value_and_gradient(lambda kl: capacity_penalty(kl, 0.0, power), np.zeros(()))[1]
    )


@pytest.mark.parametrize("kind, diagonal_factor", [("i", 10.0), ("ii", 1.0)])
def test_dip_vae_s_penalty_is_disentanglement_lib_s(kind, diagonal_factor, kl, posterior):
    covariance = posterior_covariance(posterior, kind)
    if kind == "i":
        np.testing.assert_allclose(covariance, OUTPUTS["covariance_z_mean"], rtol=1e-4)
    off_diagonal, diagonal = map(float, distance_from_identity(covariance))
    regularizer = kl + 5.0 * off_diagonal + 5.0 * diagonal_factor * diagonal
    name = f"regularizer_dip_{kind}_od5_f{diagonal_factor:.0f}"
    assert regularizer == pytest.approx(float(OUTPUTS[name]), rel=1e-5)


def test_an_unknown_dip_vae_lists_the_known_ones(posterior):
    with pytest.raises(ValueError, match="Unknown DIP-VAE 'iii'; choose one of i, ii"):
        posterior_covariance(posterior, "iii")


def test_each_latent_is_permuted_by_itself():
    z = np.arange(10.0).reshape(5, 2)
    draws = np.array([[0.5, 0.1], [0.1, 0.2], [0.9, 0.3], [0.3, 0.4], [0.7, 0.5]])
    expected = [[2.0, 1.0], [6.0, 3.0], [0.0, 5.0], [8.0, 7.0], [4.0, 9.0]]
    np.testing.assert_array_equal(permute_latents(z, draws), expected)
    together = permute_latents(np.stack([z, -z], axis=-1), draws)
    np.testing.assert_array_equal(together, np.stack([expected, np.negative(expected)], axis=-1))


def test_a_discriminator_s_losses_have_their_closed_forms():
    """At [[1, 0], [.5, 2]] and [[0, 1], [1, 0]]: ratio -.25 and loss .9102995851."""
    logits, permuted = np.array([[1.0, 0.0], [0.5, 2.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])
    assert float(np.mean(density_ratio(logits))) == pytest.approx(-0.25)
    for clip in (True, False):
        loss = discriminator_loss(logits, permuted, clip)
        assert float(np.mean(loss)) == pytest.approx(0.9102995851, rel=1e-7)


def test_a_certain_discriminator_is_clipped():
    certain = np.array([[-100.0, 100.0]])
    assert float(discriminator_loss(certain, certain[:, ::-1])[0]) == pytest.approx(-np.log(1e-6))
    assert float(discriminator_loss(certain, certain[:, ::-1], clip=False)[0]) == 200.0


@pytest.mark.parametrize("batch", [1, 8])
@pytest.mark.parametrize("logvar", [-12.0, 0.0], ids=["sharp", "wide"])
def test_sharp_posteriors_and_collapsed_latents_have_finite_values_and_gradients(batch, logvar):
    noise = np.random.default_rng(0).normal(size=(batch, 20)).astype(np.float32)

    def total(mean, logvar):
        posterior = gaussian_posterior(mean, logvar)
        z = mean + posterior.stddev() * noise
        terms = [standard_normal_kl(posterior), minibatch_total_correlation(z, posterior)]
        for kind in ("i", "ii"):
            terms += distance_from_identity(posterior_covariance(posterior, kind))
        return sum(ops.sum(term) for term in terms)

    mean = np.repeat(3.0 * noise[:1], batch, axis=0)
    value, gradients = value_and_gradient(total, mean, np.full_like(mean, logvar))
    assert np.isfinite(value)
    assert all(np.isfinite(gradient).all() for gradient in gradients)
