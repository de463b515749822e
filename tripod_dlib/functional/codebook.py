"""Latents that take the nearest of learned values: one codebook a latent, or one for all.

The nearest is the first of the nearest where several are.
"""

import keras
from keras import ops

from tripod_dlib.functional.quantization import straight_through


def nearest_scalars(
    z: keras.KerasTensor, codebooks: keras.KerasTensor
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Quantizes each latent by a codebook of its own.

    Args:
      z: float (batch, num_latents).
      codebooks: float (num_latents, num_values).

    Returns:
      z_quantized: float (batch, num_latents), the values themselves: at most num_values distinct
        floats a latent. Its gradient is the codebooks'.
      indices: int32 (batch, num_latents).

    Reference: Hsu et al., 2023, Eq. 2.
    """
    indices = ops.argmin(ops.abs(z[:, :, None] - codebooks[None]), axis=-1)
    chosen = ops.one_hot(indices, codebooks.shape[1], dtype=codebooks.dtype)
    return ops.sum(chosen * codebooks[None], axis=-1), ops.cast(indices, "int32")


def nearest_vectors(
    z: keras.KerasTensor, codebook: keras.KerasTensor
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Quantizes each latent, a vector, by one codebook of all.

    Args:
      z: float (batch, num_latents, num_dimensions).
      codebook: float (num_values, num_dimensions).

    Returns:
      z_quantized: float, shape of `z`. Its gradient is the codebook's.
      indices: int32 (batch, num_latents).

    Reference: van den Oord et al., 2017, Eqs. 1 and 2.
    """
    # |z - e|^2 without |z|^2, which is the same for all e
    products = ops.matmul(z, ops.transpose(codebook))
    distances = ops.sum(ops.square(codebook), axis=-1) - 2.0 * products
    indices = ops.argmin(distances, axis=-1)
    # the values by index, exactly; the gradient by a product, since that of an index is sparse
    values = ops.take(ops.stop_gradient(codebook), indices, axis=0)
    chosen = ops.one_hot(indices, codebook.shape[0], dtype=codebook.dtype)
    return straight_through(ops.matmul(chosen, codebook), values), ops.cast(indices, "int32")


def quantization_loss(z: keras.KerasTensor, z_quantized: keras.KerasTensor) -> keras.KerasTensor:
    """Draws the codebook's values to what they are chosen for: mean of (sg[z] - z_quantized)^2.

    Args:
      z: float (batch, ...).
      z_quantized: float, same shape.

    Returns:
      loss: float (batch,), means over all other axes.

    Reference: van den Oord et al., 2017, Eq. 3; Hsu et al., 2023, Eq. 3.
    """
    return _mean_square(ops.stop_gradient(z) - z_quantized)


def commitment_loss(z: keras.KerasTensor, z_quantized: keras.KerasTensor) -> keras.KerasTensor:
    """Draws latents to the values chosen for them: mean of (z - sg[z_quantized])^2.

    Args:
      z: float (batch, ...).
      z_quantized: float, same shape.

    Returns:
      loss: float (batch,), means over all other axes.

    Reference: van den Oord et al., 2017, Eq. 3; Hsu et al., 2023, Eq. 3.
    """
    return _mean_square(z - ops.stop_gradient(z_quantized))


def _mean_square(difference: keras.KerasTensor) -> keras.KerasTensor:
    return ops.mean(ops.square(difference), axis=tuple(range(1, len(difference.shape))))
