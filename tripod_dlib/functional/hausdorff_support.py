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
        first, second = (ops.take(z_mean, pairs[pair, side], axis=1) for side in (0, 1))
        i, j, nearest = _farthest(first, second, combinations)
        of_first = ops.square(ops.take(first, i) - ops.take(first, nearest))
        total = total + of_first + ops.square(ops.take(second, j) - ops.take(second, nearest))
    return total


def _farthest(
    first: keras.KerasTensor, second: keras.KerasTensor, combinations: keras.KerasTensor | None
) -> tuple[keras.KerasTensor, keras.KerasTensor, keras.KerasTensor]:
    """The images i and j whose latents together are farthest from any image's, and that image.

    They are found without gradients: those of a maximum ask which entry equals it, and where a
    compiler computes the entries twice, rounded in two ways, none does.
    """
    batch = ops.shape(first)[0]
    to_first, to_second = (
        ops.square(values[:, None] - values[None, :])
        for values in (ops.stop_gradient(first), ops.stop_gradient(second))
    )
    if combinations is None:
        sums = ops.reshape(to_first[:, None, :] + to_second[None, :, :], (-1, batch))
    else:
        sums = ops.take(to_first, combinations[:, 0], axis=0)
        sums = sums + ops.take(to_second, combinations[:, 1], axis=0)
    place = ops.argmax(ops.min(sums, axis=-1))
    nearest = ops.take(ops.argmin(sums, axis=-1), place)
    if combinations is None:
        return place // batch, place % batch, nearest
    i, j = (ops.take(combinations[:, side], place) for side in (0, 1))
    return i, j, nearest
