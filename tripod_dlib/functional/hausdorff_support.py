"""Factorized support: how far values of two latents are from values that occur together."""

import keras
from keras import ops


def hausdorff_factorized_support(
    z_mean: keras.KerasTensor,
    pairs: keras.KerasTensor,
    combinations: keras.KerasTensor | None = None,
) -> keras.KerasTensor:
    """Squared Hausdorff distance of the support of pairs of latents to its factorized hull.

    Of latents k and l it is max over i, j of min over a of (z_ik - z_ak)^2 + (z_jl - z_al)^2. There
    is no scale in it: with no divergence beside it, the reconstruction alone resists shrinking.

    Args:
      z_mean: float (batch, num_latents).
      pairs: int (num_pairs, 2), latents of each pair.
      combinations: int (num_combinations, 2), the images i and j that are tried; None for all.

    Returns:
      distance: float (), summed over the pairs. Gradients flow on both sides of the differences.

    Reference: Roth et al., 2023, Eq. 4.
    """
    total = 0.0
    for pair in range(pairs.shape[0]):
        first, second = (_squared_distances(z_mean, pairs[pair, side]) for side in (0, 1))
        if combinations is None:
            sums = first[:, None, :] + second[None, :, :]
        else:
            sums = ops.take(first, combinations[:, 0], axis=0)
            sums = sums + ops.take(second, combinations[:, 1], axis=0)
        total = total + ops.max(ops.min(sums, axis=-1))
    return total


def _squared_distances(z_mean: keras.KerasTensor, latent: keras.KerasTensor) -> keras.KerasTensor:
    """(batch, batch), within one latent."""
    values = ops.take(z_mean, latent, axis=1)
    return ops.square(values[:, None] - values[None, :])
