"""The networks' heavy steps, written as their definitions: the oracle of `fused`.

Images are (batch, height, width, channels).
"""

from collections.abc import Callable

import keras
from keras import ops

from tripod_dlib.functional.hessian import stepwise_ratio

EPSILON = 1e-5
normalized_ratio = stepwise_ratio


def gelu(x: keras.KerasTensor) -> keras.KerasTensor:
    """GELU, tanh approximation."""
    return ops.gelu(x, approximate=True)


def instance_norm(x: keras.KerasTensor) -> keras.KerasTensor:
    """Zero mean, unit variance per sample and channel, without parameters."""
    mean, variance = ops.moments(x, axes=[1, 2], keepdims=True)
    return (x - mean) * ops.rsqrt(variance + EPSILON)


def convolve_normalize_gelu(
    x: keras.KerasTensor,
    kernel: keras.KerasTensor,
    bias: keras.KerasTensor,
    scale: keras.KerasTensor,
    shift: keras.KerasTensor,
    *residuals: keras.KerasTensor,
) -> keras.KerasTensor:
    """Zero-padded convolution, instance norm, x scale + shift, GELU, plus residuals.

    Args:
      x: float (batch or 1, height, width, in_channels).
      kernel: float (size, size, in_channels, out_channels).
      bias: float (out_channels,); the norm takes it away again.
      scale: float (batch or 1, 1, 1, out_channels).
      shift: float, as `scale`.
      *residuals: Any number, each float (batch or 1, height, width, out_channels).

    Returns:
      y: float (batch, height, width, out_channels).
    """
    convolved = ops.conv(x, kernel, padding="same", data_format="channels_last") + bias
    return sum(residuals, gelu(instance_norm(convolved) * scale + shift))


def upsample_convolve(
    x: keras.KerasTensor, kernel: keras.KerasTensor, bias: keras.KerasTensor
) -> keras.KerasTensor:
    """Nearest-neighbour upsampling by 2, then a zero-padded 3x3 convolution.

    Args:
      x: float (batch, height, width, in_channels).
      kernel: float (3, 3, in_channels, out_channels).
      bias: float (out_channels,).

    Returns:
      y: float (batch, 2 height, 2 width, out_channels).
    """
    doubled = ops.repeat(ops.repeat(x, 2, axis=1), 2, axis=2)
    return ops.conv(doubled, kernel, padding="same", data_format="channels_last") + bias


def over_batch(function: Callable, batch: keras.KerasTensor):
    """Applies a network to a batch.

    Args:
      function: (n, ...) to a tensor (n, ...), or a dictionary of such.
      batch: (batch, ...).
    """
    return function(batch)


def over_samples(decoder, penalty, names, per_sample, shared, points_per_sample):
    """See `Decoder.over_samples`: all samples at once."""
    of_layers = penalty(lambda latents: decoder.activations(latents, names), *per_sample, *shared)
    return sum(of_layers.values()), of_layers
