"""The fused steps against their definitions: values to 1e-5, gradient arrays to 5e-3."""

import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops
from parity import relative_to_largest

from tripod_dlib.networks import fused, plain

RNG = np.random.default_rng(0)


def normal(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def compare(step, *arrays, atol=1e-5):
    """Value and gradients of both forms under the same random cotangent."""
    fast, oracle = getattr(fused, step), getattr(plain, step)
    expected = ops.convert_to_numpy(oracle(*arrays))
    found = ops.convert_to_numpy(fast(*arrays))
    np.testing.assert_allclose(found, expected, atol=atol, rtol=1e-5)
    cotangent = normal(*expected.shape)
    gradients = [
        value_and_gradient(lambda *x, f=f: ops.sum(cotangent * f(*x)), *arrays)[1]
        for f in (fast, oracle)
    ]
    return [np.asarray(g) for g in gradients[0]], [np.asarray(g) for g in gradients[1]]


@pytest.mark.parametrize("batches", [(3, 3), (1, 3), (3, 1), (1, 1)], ids=str)
@pytest.mark.parametrize("size", [2, 8])
def test_convolution_norm_and_gelu_in_one_pass(batches, size):
    images, condition = batches
    arrays = (
        normal(images, size, size, 4),
        normal(3, 3, 4, 5),
        normal(5),
        normal(condition, 1, 1, 5),
        normal(condition, 1, 1, 5),
    )
    found, expected = compare("convolve_normalize_gelu", *arrays)
    for name, index in (("x", 0), ("kernel", 1), ("scale", 3), ("shift", 4)):
        assert relative_to_largest(found[index], expected[index]) < 5e-3, name
    # the norm takes the bias away: its gradient is 0, and rounding noise in the plain form
    np.testing.assert_array_equal(found[2], 0.0)
    assert np.abs(expected[2]).max() < 1e-3


@pytest.mark.parametrize("batches", [(3, 3, 3), (1, 3, 1), (3, 3, 1), (1, 1, 1)], ids=str)
def test_residuals_are_added_in_the_same_pass(batches):
    images, condition, residual = batches
    arrays = (
        normal(images, 4, 4, 4),
        normal(3, 3, 4, 5),
        np.zeros(5, np.float32),
        normal(condition, 1, 1, 5),
        normal(condition, 1, 1, 5),
        normal(residual, 4, 4, 5),
    )
    found, expected = compare("convolve_normalize_gelu", *arrays)
    for index in (0, 1, 3, 4, 5):
        assert relative_to_largest(found[index], expected[index]) < 5e-3, index


@pytest.mark.parametrize("shape", [(2, 2, 2, 3, 4), (3, 8, 8, 5, 2), (1, 4, 6, 1, 1)], ids=str)
def test_upsampling_and_convolution_as_one_transposed_convolution(shape):
    batch, height, width, in_channels, out_channels = shape
    arrays = (
        normal(batch, height, width, in_channels),
        normal(3, 3, in_channels, out_channels),
        normal(out_channels),
    )
    found, expected = compare("upsample_convolve", *arrays)
    for f, e in zip(found, expected, strict=True):
        assert relative_to_largest(f, e) < 1e-4


def test_a_constant_image_has_finite_values_and_gradients():
    arrays = (np.ones((2, 4, 4, 3), np.float32), np.zeros((3, 3, 3, 2), np.float32), normal(2))
    found, _ = compare("convolve_normalize_gelu", *arrays, normal(2, 1, 1, 2), normal(2, 1, 1, 2))
    assert all(np.isfinite(gradient).all() for gradient in found)
