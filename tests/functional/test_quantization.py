import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops
from parity import load_parity

from tripod_dlib.functional.quantization import latent_std, quantize


@pytest.mark.parametrize("num_values", [12, 5])
def test_values_and_gradients_agree_with_the_published_quantizer(num_values):
    reference = load_parity("quantizer", f"v{num_values}_")

    def weighted(pre):
        return ops.sum(reference["w"] * quantize(ops.tanh(pre), num_values))

    _, gradient = value_and_gradient(weighted, reference["pre"])
    quantized = ops.convert_to_numpy(quantize(ops.tanh(reference["pre"]), num_values))
    np.testing.assert_allclose(quantized, reference["z_q"], atol=1e-6, rtol=0)
    np.testing.assert_allclose(gradient, reference["grad_pre"], atol=3e-6, rtol=0)


@pytest.mark.parametrize("num_values", [12, 5])
def test_ties_and_saturation_agree_with_the_published_quantizer(num_values):
    reference = load_parity("quantizer", f"v{num_values}_")

    def total(pre):
        return ops.sum(quantize(ops.tanh(pre), num_values))

    quantized = ops.convert_to_numpy(quantize(ops.tanh(reference["edge_pre"]), num_values))
    _, gradient = value_and_gradient(total, reference["edge_pre"])
    np.testing.assert_allclose(quantized, reference["edge_z_q"], atol=1e-6, rtol=0)
    np.testing.assert_allclose(gradient, reference["edge_grad_pre"], atol=3e-6, rtol=0)


@pytest.mark.parametrize("num_values", [2, 5, 12, 128])
def test_a_latent_takes_at_most_so_many_floats_and_quantizing_again_changes_nothing(num_values):
    z = np.random.default_rng(0).uniform(-1, 1, size=(5000, 3)).astype(np.float32)
    once = ops.convert_to_numpy(quantize(z, num_values))
    assert len(np.unique(once)) <= num_values
    np.testing.assert_array_equal(ops.convert_to_numpy(quantize(once, num_values)), once)


def test_one_value_is_refused():
    with pytest.raises(ValueError, match="at least 2 values; got num_values=1"):
        quantize(np.zeros((1, 1), np.float32), 1)


def test_std_is_the_population_std_with_its_floor():
    z = np.random.default_rng(1).normal(size=(64, 4)).astype(np.float32)
    expected = z.astype(np.float64).std(axis=0) + 1e-6
    np.testing.assert_allclose(ops.convert_to_numpy(latent_std(z)), expected, rtol=1e-5)


@pytest.mark.parametrize("batch", [1, 8])
def test_std_of_a_constant_latent_has_gradient_zero(batch):
    value, gradient = value_and_gradient(
        lambda z: ops.sum(latent_std(z)), np.ones((batch, 3), np.float32)
    )
    np.testing.assert_allclose(value, 3e-6, rtol=1e-5)
    np.testing.assert_array_equal(gradient, np.zeros((batch, 3)))
