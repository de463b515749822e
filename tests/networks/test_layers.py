"""Reference arrays are channels first; weights (out, in, height, width)."""

import keras
import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops
from parity import load_parity, relative_to_largest

from tripod_dlib.networks import layers


@pytest.fixture(scope="module")
def reference():
    return load_parity("layers")


def last(images):
    return np.moveaxis(images, 1, -1)


def kernel(weights):
    return weights.transpose(2, 3, 1, 0)


def set_weights(layer, *arrays):
    for variable, array in zip(layer.weights, arrays, strict=True):
        variable.assign(np.reshape(array, variable.shape))


def build_residual(reference, name, in_channels, out_channels):
    block = layers.ResidualBlock(in_channels, out_channels)
    block(last(reference["x"]))
    for i in (0, 1):
        part = f"{name}_block{i + 1}"
        conv = kernel(reference[f"{part}_conv_weight"]), reference[f"{part}_conv_bias"]
        set_weights(block.convolutions[i], *conv)
        norm = reference[f"{part}_norm_weight"], reference[f"{part}_norm_bias"]
        set_weights(block.norms[i], *norm)
    if block.skip is not None:
        skip = kernel(reference[f"{name}_identity_weight"]), reference[f"{name}_identity_bias"]
        set_weights(block.skip, *skip)
    return block


def build_conditional(reference, name, in_channels, out_channels):
    block = layers.ConditionalBlock(in_channels, out_channels, 6)
    block(last(reference["x"]), reference["cond"])
    for i in (0, 1):
        part = f"{name}_block{i + 1}"
        conv = kernel(reference[f"{part}_conv_weight"]), reference[f"{part}_conv_bias"]
        set_weights(block.convolutions[i], *conv)
        dense = reference[f"{part}_cond_proj_weight"].T, reference[f"{part}_cond_proj_bias"]
        set_weights(block.projections[i], *dense)
    if block.skip is not None:
        skip = kernel(reference[f"{name}_identity_weight"]), reference[f"{name}_identity_bias"]
        set_weights(block.skip, *skip)
    return block


@pytest.mark.parametrize("name, out_channels", [("resconv", 5), ("resconv_same", 3)])
def test_residual_block_agrees_with_the_published_one(reference, name, out_channels):
    block = build_residual(reference, name, 3, out_channels)
    found = ops.convert_to_numpy(block(last(reference["x"])))
    np.testing.assert_allclose(found, last(reference[f"{name}_out"]), atol=1e-5, rtol=0)


@pytest.mark.parametrize("name, out_channels", [("rescond", 5), ("rescond_same", 3)])
def test_conditional_block_agrees_with_the_published_one(reference, name, out_channels):
    block = build_conditional(reference, name, 3, out_channels)
    found = ops.convert_to_numpy(block(last(reference["x"]), reference["cond"]))
    np.testing.assert_allclose(found, last(reference[f"{name}_out"]), atol=1e-5, rtol=0)


def test_a_constant_input_is_computed_once_and_gives_the_same(reference):
    block = build_conditional(reference, "rescond_same", 3, 3)
    one = last(reference["x"])[:1]
    repeated = np.repeat(one, 2, axis=0)
    found = ops.convert_to_numpy(block(one, reference["cond"]))
    expected = ops.convert_to_numpy(block(repeated, reference["cond"]))
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_convolution_norm_and_gelu_agree_with_their_gradient(reference):
    convolve = layers.convolution(3, 5, 3)
    convolve(last(reference["x"]))
    set_weights(
        convolve, kernel(reference["convinact_conv_weight"]), reference["convinact_conv_bias"]
    )
    normalize = layers.InstanceNormalization(5)
    normalize(last(reference["convinact_conv_out"]))
    set_weights(normalize, reference["convinact_norm_weight"], reference["convinact_norm_bias"])
    images = last(reference["x"])
    conv = convolve(images)
    norm = normalize(conv)
    for found, name in ((conv, "conv_out"), (norm, "norm_out"), (layers.gelu(norm), "out")):
        expected = last(reference[f"convinact_{name}"])
        np.testing.assert_allclose(ops.convert_to_numpy(found), expected, atol=1e-5, rtol=0)
    cotangent = last(reference["convinact_w"])
    _, gradient = value_and_gradient(
        lambda x: ops.sum(cotangent * layers.gelu(normalize(convolve(x)))), images
    )
    assert relative_to_largest(gradient, last(reference["convinact_grad_x"])) < 1e-4


def test_conditioned_norm_agrees_with_its_gradients(reference):
    convolve, project = layers.convolution(3, 5, 3), layers.dense(6, 10)
    images, cond = last(reference["x"]), reference["cond"]
    convolve(images), project(cond)
    name = "convadainact"
    set_weights(convolve, kernel(reference[f"{name}_conv_weight"]), reference[f"{name}_conv_bias"])
    set_weights(
        project, reference[f"{name}_cond_proj_weight"].T, reference[f"{name}_cond_proj_bias"]
    )

    def block(images, cond):
        scale, shift = ops.split(project(cond)[:, None, None, :], 2, axis=-1)
        normal = layers.instance_norm(convolve(images))
        return layers.gelu(normal * (1.0 + scale) + shift)

    found = ops.convert_to_numpy(block(images, cond))
    np.testing.assert_allclose(found, last(reference[f"{name}_out"]), atol=1e-5, rtol=0)
    cotangent = last(reference["convinact_w"])
    _, (grad_x, grad_cond) = value_and_gradient(
        lambda x, c: ops.sum(cotangent * block(x, c)), images, cond
    )
    assert relative_to_largest(grad_x, last(reference[f"{name}_grad_x"])) < 1e-4
    assert relative_to_largest(grad_cond, reference[f"{name}_grad_cond"]) < 1e-4


def test_dense_block_agrees_with_the_published_one(reference):
    block = layers.DenseBlock(6, 9)
    block(reference["cond"])
    set_weights(
        block,
        reference["linearlnact_linear_weight"].T,
        reference["linearlnact_linear_bias"],
        reference["linearlnact_norm_weight"],
        reference["linearlnact_norm_bias"],
    )
    found = ops.convert_to_numpy(block(reference["cond"]))
    np.testing.assert_allclose(found, reference["linearlnact_out"], atol=1e-5, rtol=0)


def test_upsampling_agrees_with_the_published_one(reference):
    layer = layers.Upsampling(3, 4)
    images = last(reference["x"])
    layer(images)
    set_weights(layer, kernel(reference["upsample_conv_weight"]), reference["upsample_conv_bias"])
    found = ops.convert_to_numpy(layer(images))
    np.testing.assert_allclose(found, last(reference["upsample_out"]), atol=1e-5, rtol=0)


def test_downsampling_is_space_to_depth_and_a_projection(reference):
    layer = layers.downsampling(3, 5)
    images = last(reference["x"])
    layer(images)
    # the reference's channel 4 c + 2 dy + dx is this kernel's [dy, dx, c]
    weights = reference["downsample_conv_weight"].reshape(5, 3, 2, 2).transpose(2, 3, 1, 0)
    set_weights(layer, weights, reference["downsample_conv_bias"])
    found = ops.convert_to_numpy(layer(images))
    np.testing.assert_allclose(found, last(reference["downsample_out"]), atol=1e-5, rtol=0)


def test_gelu_is_the_tanh_approximation(reference):
    found = ops.convert_to_numpy(layers.gelu(reference["gelu_in"]))
    np.testing.assert_allclose(found, reference["gelu_out"], atol=1e-5, rtol=0)


def test_weights_and_biases_start_uniform_within_the_fan_in_bound():
    keras.utils.set_random_seed(0)
    layer = layers.convolution(32, 64, 3)
    layer(np.zeros((1, 4, 4, 32), np.float32))
    bound = (3 * 3 * 32) ** -0.5
    for variable in layer.weights:
        values = variable.numpy()
        assert 0.9 * bound < np.abs(values).max() <= bound
    values = layer.kernel.numpy()
    # the variance of a uniform draw in +-bound is bound^2 / 3, its own relative error 0.9 / sqrt(n)
    np.testing.assert_allclose(values.var(), bound**2 / 3, rtol=4 * 0.9 / np.sqrt(values.size))
