import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops
from parity import load_parity, relative_to_largest
from scipy import special, stats

from tripod_dlib.functional.multiinformation import (
    fixed_bandwidth_multiinformation,
    log_density,
    marginal_bandwidth,
    multiinformation,
    silverman_factor,
)
from tripod_dlib.functional.quantization import latent_std, quantize

COLLAPSED = 3


@pytest.fixture(scope="module")
def reference():
    return load_parity("multiinformation")


def test_values_agree_with_the_published_implementation(reference):
    found = multiinformation(reference["z"], reference["z_std"])
    joint, marginals = log_density(
        reference["z"], reference["bandwidth_joint"], reference["bandwidth_marginal"]
    )
    np.testing.assert_allclose(found, reference["multiinformation"], atol=1e-5, rtol=0)
    np.testing.assert_allclose(joint, reference["log_joint"], atol=1e-5, rtol=0)
    np.testing.assert_allclose(marginals, reference["log_marginals"], atol=1e-5, rtol=0)
    np.testing.assert_allclose(silverman_factor(64, 12), reference["silverman_factor"], rtol=1e-6)


def test_gradients_agree_with_the_published_implementation(reference):
    _, (grad_z, grad_std) = value_and_gradient(
        lambda z, z_std: ops.mean(multiinformation(z, z_std)), reference["z"], reference["z_std"]
    )
    others = np.arange(12) != COLLAPSED
    std = reference["grad_z_std"]
    assert relative_to_largest(grad_std[others], std[others]) < 1e-4
    # the true gradient of a latent that sits on one level is 0; float32 leaves a little
    assert abs(grad_std[COLLAPSED]) < 2e-3
    _, grad_fixed = value_and_gradient(
        lambda z: ops.mean(multiinformation(z, reference["z_std"])), reference["z"]
    )
    assert relative_to_largest(grad_fixed, reference["grad_z_fixed_bandwidth"]) < 1e-4
    np.testing.assert_allclose(grad_z, grad_fixed, rtol=1e-6)


def test_the_whole_objective_s_gradient_agrees_with_the_published_one(reference):
    def objective(pre):
        z_continuous = ops.tanh(pre)
        return ops.mean(multiinformation(quantize(z_continuous, 12), latent_std(z_continuous)))

    _, gradient = value_and_gradient(objective, reference["pre"])
    others = np.arange(12) != COLLAPSED
    expected = reference["grad_pre_full"]
    assert relative_to_largest(gradient[:, others], expected[:, others]) < 1e-4
    np.testing.assert_allclose(gradient[:, COLLAPSED], 0.0, atol=1e-4)


def test_the_joint_density_is_scipy_s_where_the_kernels_coincide():
    z = np.random.default_rng(0).normal(size=(40, 3)) * [1.0, 2.0, 0.5]
    oracle = stats.gaussian_kde(z.T, bw_method=0.4)
    # SciPy's kernel has the sample's covariance: whiten, so that it is diagonal
    whitened = z @ np.linalg.inv(np.linalg.cholesky(np.cov(z.T))).T
    joint, _ = log_density(whitened, np.full(3, 0.4), np.ones(3))
    shift = 0.5 * np.linalg.slogdet(np.cov(z.T))[1]
    np.testing.assert_allclose(np.asarray(joint) - shift, np.log(oracle(z.T)), rtol=1e-9)


@pytest.mark.parametrize("rule", ["std", "silverman_joint", "silverman_1d"])
def test_multiinformation_is_a_double_loop_in_float64(rule):
    generator = np.random.default_rng(2)
    z, std = generator.normal(size=(16, 4)), np.array([0.5, 1.0, 2.0, 0.1])
    joint = std * (4 / 6) ** (1 / 8) * 16 ** (-1 / 8)
    one = std * (4 / 3) ** (1 / 5) * 16 ** (-1 / 5)
    marginal = {"std": std, "silverman_joint": joint, "silverman_1d": one}[rule]
    expected = np.empty(16)
    for i in range(16):
        density, densities = 0.0, np.zeros(4)
        for j in range(16):
            density += np.prod(stats.norm.pdf(z[i], z[j], joint)) / 16
            densities += stats.norm.pdf(z[i], z[j], marginal) / 16
        expected[i] = np.log(density) - np.log(densities).sum()
    np.testing.assert_allclose(np.asarray(multiinformation(z, std, rule)), expected, rtol=1e-9)


@pytest.mark.parametrize("deviation", [1.0, 1e-3, 1e-5])
def test_gradients_stay_exact_for_latents_that_hardly_vary(deviation):
    """Of the joint density, against its derivative in float64, at points that float32 holds: of
    each kernel -(x - center) / bandwidth^2, once as point and once as center."""
    generator = np.random.default_rng(3)
    z = (0.7 + deviation * generator.normal(size=(64, 1))).astype(np.float32)
    bandwidth = np.full(1, deviation, np.float32)
    _, gradient = value_and_gradient(
        lambda z: ops.mean(log_density(z, bandwidth, np.ones(1, np.float32))[0]), z
    )
    width = float(bandwidth[0])
    scaled = (z - z.T).astype(np.float64) / width
    share = special.softmax(-0.5 * scaled**2, axis=1)
    expected = -((share + share.T) * scaled).sum(axis=1) / width / 64
    assert relative_to_largest(gradient[:, 0], expected) < 3e-6


def test_one_fixed_bandwidth_serves_joint_and_marginals():
    z = np.random.default_rng(4).normal(size=(16, 3))
    log_joint, log_marginals = log_density(z, np.full(3, 0.1), np.full(3, 0.1))
    expected = np.asarray(log_joint) - np.asarray(log_marginals).sum(axis=1)
    found = fixed_bandwidth_multiinformation(z, 0.1)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    one = fixed_bandwidth_multiinformation(z[:, :1], 0.1)
    np.testing.assert_allclose(one, 0.0, atol=1e-12)


@pytest.mark.parametrize("batch", [1, 8])
def test_values_and_gradients_are_finite_when_every_latent_is_collapsed(batch):
    def objective(pre):
        z_continuous = ops.tanh(pre)
        return ops.mean(multiinformation(quantize(z_continuous, 12), latent_std(z_continuous)))

    value, gradient = value_and_gradient(objective, np.full((batch, 20), 20.0, np.float32))
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()


def test_an_unknown_rule_lists_the_known_ones():
    with pytest.raises(ValueError, match="'scott'; choose one of std, silverman_joint"):
        marginal_bandwidth(np.ones(3), 8, "scott")
