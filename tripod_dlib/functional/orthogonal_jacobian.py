"""Orthogonality of the columns of a decoder's Jacobian, by differences along random directions.

With G = J'J, Var of |J r|^2 over Rademacher directions r is 2 sum_{k != l} G_kl^2, and over
Gaussian ones 2 sum_{k, l} G_kl^2.
"""

import math
from collections.abc import Callable

import keras
from keras import ops

STEP_SIZE = 0.1
DENOMINATOR_FLOOR = 1e-10

Decode = Callable[[keras.KerasTensor], dict[str, keras.KerasTensor]]


def directional_energy(
    decode: Decode,
    z: keras.KerasTensor,
    directions: keras.KerasTensor,
    step_size: float = STEP_SIZE,
) -> dict[str, keras.KerasTensor]:
    """|J u|^2 for directions u, by forward differences.

    Args:
      decode: Maps latents (n, num_latents) to {layer: activations (n, ...)}; called once, with the
        points themselves and all perturbed ones stacked.
      z: float (batch, num_latents).
      directions: float (batch, num_directions, num_latents), already scaled.
      step_size: Length of the step along a direction.

    Returns:
      energy: {layer: float (batch, num_directions)}, sums over the layer's entries.

    Reference: Wei et al., 2021, Eq. 8.
    """
    count = directions.shape[1]
    points = z[:, None, :] + ops.pad(step_size * directions, [[0, 0], [1, 0], [0, 0]])
    energy = {}
    for name, activations in decode(ops.reshape(points, (-1, z.shape[-1]))).items():
        entries = math.prod(activations.shape[1:])
        of_points = ops.reshape(activations, (-1, count + 1, entries))
        slopes = (of_points[:, 1:] - of_points[:, :1]) / step_size
        energy[name] = ops.sum(ops.square(slopes), axis=-1)
    return energy


def orthogonal_jacobian_penalty(
    decode: Decode,
    z: keras.KerasTensor,
    rademacher_draws: keras.KerasTensor,
    step_size: float = STEP_SIZE,
    unbiased: bool = False,
) -> dict[str, keras.KerasTensor]:
    """The penalty as published for generators: an autoencoder can meet it by shrinking.

    Args:
      decode: As in `directional_energy`.
      z: float (batch, num_latents).
      rademacher_draws: float (batch, num_probes, num_latents), +1 or -1.
      step_size: Of the forward difference.
      unbiased: Whether the variance is divided by num_probes - 1 (the authors' PyTorch program)
        rather than num_probes (their TensorFlow program).

    Returns:
      penalty: {layer: float (batch,)}. The authors take the batch's maximum (ProGAN) or mean
      (BigGAN).

    Reference: Wei et al., 2021, Eq. 9.
    """
    energy = directional_energy(decode, z, rademacher_draws, step_size)
    return {name: variance(of_draws, unbiased) for name, of_draws in energy.items()}


def normalized_orthogonal_jacobian_penalty(
    decode: Decode,
    z: keras.KerasTensor,
    z_std: keras.KerasTensor,
    rademacher_draws: keras.KerasTensor,
    gaussian_draws: keras.KerasTensor,
    step_size: float = STEP_SIZE,
) -> dict[str, keras.KerasTensor]:
    """Share of the Jacobian's Gram matrix off its diagonal, which rescaling does not change.

    An addition of this package: to the published penalty what the normalized Hessian penalty is to
    the Hessian penalty. It is 0 where the columns are orthogonal; the ratio of the expectations is
    at most 1, a single estimate is unbounded.

    Args:
      decode: As in `directional_energy`.
      z: float (batch, num_latents).
      z_std: float (num_latents,), the scale of the directions.
      rademacher_draws: float (batch, num_probes, num_latents), +1 or -1.
      gaussian_draws: float (batch, num_probes, num_latents), standard normal.
      step_size: Step of the forward difference, in units of z_std.

    Returns:
      penalty: {layer: float (batch,)}.
    """
    num_probes = rademacher_draws.shape[1]
    directions = z_std * ops.concatenate([rademacher_draws, gaussian_draws], axis=1)
    penalty = {}
    for name, energy in directional_energy(decode, z, directions, step_size).items():
        denominator = variance(energy[:, num_probes:]) + DENOMINATOR_FLOOR
        penalty[name] = variance(energy[:, :num_probes]) / denominator
    return penalty


def variance(of_draws: keras.KerasTensor, unbiased: bool = False) -> keras.KerasTensor:
    """Variance over the second axis.

    Args:
      of_draws: float (batch, num_draws).
      unbiased: Whether to divide by num_draws - 1.

    Returns:
      variance: float (batch,).
    """
    count = of_draws.shape[1]
    centered = of_draws - ops.mean(of_draws, axis=1, keepdims=True)
    return ops.sum(ops.square(centered), axis=1) / (count - 1 if unbiased else count)
