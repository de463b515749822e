import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops
from parity import load_parity, relative_to_largest
from scipy import stats

from tripod_dlib.functional.total_correlation import decomposed_kl


@pytest.fixture(scope="module")
def reference():
    return load_parity("tcvae")


def terms(mean, rho, noise, reference):
    std = ops.softplus(rho)
    return decomposed_kl(mean + std * noise, mean, std, int(reference["dataset_size"]))


@pytest.mark.parametrize("name", ["total_correlation", "mutual_information", "dimensionwise_kl"])
def test_terms_agree_with_the_published_implementation(reference, name):
    found = terms(reference["mu"], reference["rho"], reference["noise"], reference)[name]
    expected = reference[name]
    np.testing.assert_allclose(
        np.asarray(found) / int(reference["x_dim"]), expected, atol=1e-7, rtol=0
    )


@pytest.mark.parametrize("prefix, names", [("tc", ["total_correlation"]), ("kl", None)])
def test_gradients_agree_with_the_published_implementation(reference, prefix, names):
    def mean(mu, rho):
        found = terms(mu, rho, reference["noise"], reference)
        chosen = [found[name] for name in names or found]
        return ops.mean(sum(chosen)) / int(reference["x_dim"])

    _, (grad_mu, grad_rho) = value_and_gradient(mean, reference["mu"], reference["rho"])
    assert relative_to_largest(grad_mu, reference[f"grad_{prefix}_mu"]) < 1e-4
    assert relative_to_largest(grad_rho, reference[f"grad_{prefix}_rho"]) < 1e-4


def test_the_terms_are_a_double_loop_in_float64():
    generator = np.random.default_rng(0)
    mean, std = generator.normal(size=(12, 3)), generator.uniform(0.2, 1.0, size=(12, 3))
    z = mean + std * generator.normal(size=(12, 3))
    found = {name: np.asarray(v) for name, v in decomposed_kl(z, mean, std, 1000).items()}
    for i in range(12):
        joint, product = 0.0, np.zeros(3)
        for j in range(12):
            joint += np.prod(stats.norm.pdf(z[i], mean[j], std[j])) / (12 * 1000)
            product += stats.norm.pdf(z[i], mean[j], std[j]) / (12 * 1000)
        log_product = np.log(product).sum()
        given = stats.norm.logpdf(z[i], mean[i], std[i]).sum()
        prior = stats.norm.logpdf(z[i]).sum()
        np.testing.assert_allclose(found["total_correlation"][i], np.log(joint) - log_product)
        np.testing.assert_allclose(found["mutual_information"][i], given - np.log(joint))
        np.testing.assert_allclose(found["dimensionwise_kl"][i], log_product - prior)


def test_sharp_posteriors_are_finite_with_finite_gradients():
    generator = np.random.default_rng(1)
    mean = generator.normal(size=(8, 20)).astype(np.float32)
    log_variance = np.full((8, 20), -12.0, np.float32)

    def total(mean, log_variance):
        std = ops.exp(log_variance / 2)
        return ops.mean(sum(decomposed_kl(mean + std, mean, std, 480_000).values()))

    value, gradients = value_and_gradient(total, mean, log_variance)
    assert np.isfinite(value)
    assert all(np.isfinite(gradient).all() for gradient in gradients)
