"""Finite scalar latent quantization."""

import keras
from keras import ops

STD_FLOOR = 1e-6


def quantize(z_continuous: keras.KerasTensor, num_values: int) -> keras.KerasTensor:
    """Rounds latents to the nearest of `num_values` equally spaced values in [-1, 1].

    Ties round half to even in units of the spacing, so with 12 values 0 goes to +1/11. The
    gradient passes straight through the rounding. The result takes at most `num_values` distinct
    floats.

    Args:
      z_continuous: float (..., num_latents) in [-1, 1].
      num_values: Number of values on the grid, at least 2.

    Returns:
      z_quantized: float, same shape.

    Raises:
      ValueError: If `num_values` is less than 2.

    Reference: Hsu et al., 2024, Eq. 10.
    """
    if num_values < 2:
        raise ValueError(f"A latent needs at least 2 values; got num_values={num_values}.")
    level = ops.round((z_continuous + 1.0) / 2.0 * (num_values - 1))
    z_quantized = 2.0 * level / (num_values - 1) - 1.0
    return straight_through(z_continuous, z_quantized)


def straight_through(z: keras.KerasTensor, z_quantized: keras.KerasTensor) -> keras.KerasTensor:
    """The quantized values, with the gradient of what was quantized.

    Args:
      z: float.
      z_quantized: float, same shape.

    Returns:
      z_hat: float, same shape; exactly `z_quantized`.
    """
    # z - stop_gradient(z) is exactly 0
    return ops.stop_gradient(z_quantized) + (z - ops.stop_gradient(z))


def latent_std(z_continuous: keras.KerasTensor) -> keras.KerasTensor:
    """Population standard deviation of each latent over the batch, plus 1e-6.

    Gradients flow through it; where the variance is exactly 0 (a saturated latent, a batch of one)
    the gradient is 0.

    Args:
      z_continuous: float (batch, num_latents).

    Returns:
      z_std: float (num_latents,).

    Reference: Hsu et al., 2024, section 3.4.
    """
    centered = z_continuous - ops.mean(z_continuous, axis=0)
    variance = ops.mean(ops.square(centered), axis=0)
    positive = variance > 0.0
    root = ops.sqrt(ops.where(positive, variance, 1.0))
    return ops.where(positive, root, 0.0) + STD_FLOOR
