"""The networks' heavy steps, fast and in little memory; `plain` has their definitions.

What follows a convolution is one compiled pass over memory in either direction, and only the
convolution's output, its means and its scales are kept for the gradient. Upsampling and convolution
are one transposed convolution. Convolutions themselves are left to the framework's library. On a
machine of few cores each takes its part of a batch through the whole network.
"""

from collections.abc import Callable

import keras
import numpy as np
from keras import ops

from tripod_dlib.functional.chunks import penalty_in_chunks
from tripod_dlib.functional.execution import compiled, side_by_side
from tripod_dlib.functional.fused_hessian import fused_normalized_ratio
from tripod_dlib.networks.plain import EPSILON

GELU_SCALE = (2.0 / np.pi) ** 0.5
GELU_CUBE = 0.044715
PIXELS_AT_A_TIME = 16 * 8 * 64 * 64  # of perturbed decodings that are held in memory
normalized_ratio = fused_normalized_ratio

# A 3x3 kernel on twofold nearest neighbours, as a 4x4 kernel of stride 2: along each axis,
# [w2, w1 + w2, w0 + w1, w0].
_SPREAD = np.array([[0, 0, 1], [0, 1, 1], [1, 1, 0], [1, 0, 0]], np.float32)
_SPREAD_BOTH = np.kron(_SPREAD, _SPREAD)


def convolve_normalize_gelu(
    x: keras.KerasTensor,
    kernel: keras.KerasTensor,
    bias: keras.KerasTensor,
    scale: keras.KerasTensor,
    shift: keras.KerasTensor,
    *residuals: keras.KerasTensor,
) -> keras.KerasTensor:
    """See `plain.convolve_normalize_gelu`; the bias, which has no effect, is left out."""
    shift = shift + 0.0 * bias  # so that the bias has a gradient, 0
    convolved = ops.conv(x, kernel, padding="same", data_format="channels_last")
    return _normalize_gelu(convolved, scale, shift, *residuals)


def upsample_convolve(
    x: keras.KerasTensor, kernel: keras.KerasTensor, bias: keras.KerasTensor
) -> keras.KerasTensor:
    """See `plain.upsample_convolve`."""
    wide = _wide_kernel(ops.reshape(kernel, (9, *kernel.shape[2:])))
    convolved = ops.conv_transpose(x, wide, strides=2, padding="same", data_format="channels_last")
    return convolved + bias


def over_batch(function: Callable, batch: keras.KerasTensor):
    """See `plain.over_batch`."""
    return side_by_side(function, batch)


def over_samples(decoder, penalty, names, per_sample, shared, points_per_sample):
    """See `Decoder.over_samples`: some samples at a time, value and gradient."""

    def of_chunk(parameters, *tensors):
        return penalty(
            lambda latents: decoder.activations_with(parameters, latents, names), *tensors
        )

    height, width, _ = decoder.image_shape
    return penalty_in_chunks(
        of_chunk,
        [ops.convert_to_tensor(v.value) for v in decoder.trainable_variables],
        per_sample,
        shared,
        names,
        chunk_size=max(1, PIXELS_AT_A_TIME // (points_per_sample * height * width)),
    )


@compiled
def _wide_kernel(taps):
    """(9, in_channels, out_channels) to (4, 4, out_channels, in_channels)."""
    spread = ops.convert_to_tensor(_SPREAD_BOTH, dtype=taps.dtype)
    wide = ops.matmul(spread, ops.reshape(taps, (9, -1)))
    return ops.transpose(ops.reshape(wide, (4, 4, *taps.shape[1:])), (0, 1, 3, 2))


@compiled
def _forward(x, scale, shift, *residuals):
    mean, variance = ops.moments(x, axes=[1, 2], keepdims=True)
    inverse_std = ops.rsqrt(variance + EPSILON)
    u = (x - mean) * inverse_std * scale + shift
    y = 0.5 * u * (1.0 + ops.tanh(GELU_SCALE * (u + GELU_CUBE * u**3)))
    return sum(residuals, y), mean, inverse_std


@compiled
def _backward(x, mean, inverse_std, scale, shift, upstream):
    normal = (x - mean) * inverse_std
    u = normal * scale + shift
    tanh = ops.tanh(GELU_SCALE * (u + GELU_CUBE * u**3))
    slope = GELU_SCALE * (1.0 + 3.0 * GELU_CUBE * u**2)
    u_gradient = upstream * 0.5 * (1.0 + tanh + u * (1.0 - tanh**2) * slope)
    shift_gradient = ops.sum(u_gradient, axis=(1, 2), keepdims=True)
    scale_gradient = ops.sum(u_gradient * normal, axis=(1, 2), keepdims=True)
    pixels = x.shape[1] * x.shape[2]
    centered = u_gradient - (shift_gradient + normal * scale_gradient) / pixels
    x_gradient = centered * (scale * inverse_std)
    return x_gradient, scale_gradient, shift_gradient


@ops.custom_gradient
def _normalize_gelu(x, scale, shift, *residuals):
    y, mean, inverse_std = _forward(x, scale, shift, *residuals)

    def gradient(*upstreams, upstream=None):
        upstream = upstreams[0] if upstream is None else upstream
        gradients = _backward(x, mean, inverse_std, scale, shift, upstream)
        gradients = (*gradients, *(upstream for _ in residuals))
        return tuple(
            ops.sum(gradient, axis=0, keepdims=True) if of.shape[0] == 1 else gradient
            for gradient, of in zip(gradients, (x, scale, shift, *residuals), strict=True)
        )

    return y, gradient
