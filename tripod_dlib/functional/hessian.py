"""Hessian penalties by central finite differences: the draws, the passes and the aggregation.

Var over directions of the second directional derivative estimates sums of squared Hessian entries.
The variance cancels 2 f(z), so the unperturbed pass is never needed.
"""

from collections.abc import Callable

import keras
from keras import ops

STEP_SIZE = 0.1
DENOMINATOR_FLOOR = 1e-10


def rademacher(shape: tuple[int, ...], seed: keras.random.SeedGenerator) -> keras.KerasTensor:
    """Draws of +1 or -1, float32.

    Args:
      shape: (batch, num_probes, num_latents).
      seed: Seed generator.
    """
    return ops.where(keras.random.uniform(shape, seed=seed) < 0.5, -1.0, 1.0)


def perturb(
    z: keras.KerasTensor, directions: keras.KerasTensor, step_size: float = STEP_SIZE
) -> keras.KerasTensor:
    """All points z + step and z - step of every sample in one stack, for one decoder call.

    Args:
      z: float (batch, num_latents).
      directions: float (batch, num_directions, num_latents), already scaled.
      step_size: Length of the step along a direction.

    Returns:
      points: float (batch * 2 * num_directions, num_latents), sample by sample; within a sample
        first all plus, then all minus.
    """
    steps = step_size * directions
    points = z[:, None, :] + ops.concatenate([steps, -steps], axis=1)
    return ops.reshape(points, (-1, z.shape[-1]))


def directional_curvature(
    activations: keras.KerasTensor, num_directions: int, step_size: float = STEP_SIZE
) -> keras.KerasTensor:
    """Second directional derivatives up to a term that all directions of a sample share.

    Args:
      activations: float (batch * 2 * num_directions, ...), the decoder's values at `perturb`'s
        points.
      num_directions: Directions per sample.
      step_size: That of `perturb`.

    Returns:
      curvature: float (batch, num_directions, num_entries): (f(z+) + f(z-)) / step_size^2.

    Reference: Hsu et al., 2024, Eq. 9.
    """
    entries = 1
    for size in activations.shape[1:]:
        entries *= size
    paired = ops.reshape(activations, (-1, 2, num_directions, entries))
    return (paired[:, 0] + paired[:, 1]) / step_size**2


def curvature_variance(curvature: keras.KerasTensor) -> keras.KerasTensor:
    """Population variance over directions, then mean over entries.

    Args:
      curvature: float (batch, num_directions, num_entries).

    Returns:
      variance: float (batch,).

    Reference: Hsu et al., 2024, Eqs. 8 and 17.
    """
    # The shared term 2 f(z) / step^2 is large: take it away before anything is squared.
    centered = curvature - ops.mean(curvature, axis=1, keepdims=True)
    return ops.mean(ops.square(centered), axis=(1, 2))


def normalized_ratio(
    curvature: keras.KerasTensor, num_probes: int
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Off-diagonal and total curvature from the directions of both kinds.

    Args:
      curvature: float (batch, 2 * num_probes, num_entries), Rademacher directions first.
      num_probes: Directions of each kind.

    Returns:
      numerator: float (batch,), share of pairs of different latents.
      denominator: float (batch,), all pairs, plus 1e-10.

    Reference: Hsu et al., 2024, Eq. 17; each is averaged over entries before the division.
    """
    numerator = curvature_variance(curvature[:, :num_probes])
    denominator = curvature_variance(curvature[:, num_probes:]) + DENOMINATOR_FLOOR
    return numerator, denominator


def stepwise_ratio(
    activations: keras.KerasTensor, num_probes: int, step_size: float = STEP_SIZE
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """`normalized_ratio` of `directional_curvature`.

    Args:
      activations: float (batch * 4 * num_probes, ...), the decoder's values at `perturb`'s points.
      num_probes: Directions of each kind.
      step_size: That of `perturb`.

    Returns:
      numerator, denominator: As `normalized_ratio`'s.
    """
    curvature = directional_curvature(activations, 2 * num_probes, step_size)
    return normalized_ratio(curvature, num_probes)


def normalized_hessian_penalty(
    decode: Callable[[keras.KerasTensor], dict[str, keras.KerasTensor]],
    z: keras.KerasTensor,
    z_std: keras.KerasTensor,
    rademacher_draws: keras.KerasTensor,
    gaussian_draws: keras.KerasTensor,
    step_size: float = STEP_SIZE,
    ratio: Callable[..., tuple[keras.KerasTensor, keras.KerasTensor]] = stepwise_ratio,
) -> dict[str, keras.KerasTensor]:
    """Share of the decoder's curvature that couples different latents, layer by layer.

    It is 0 when every Hessian is diagonal. The ratio of the expectations is at most 1; a single
    estimate is unbounded. Rescaling a latent or a whole layer does not change it.

    Args:
      decode: Maps latents (n, num_latents) to {layer: activations (n, ...)}; called once, with all
        perturbed points stacked.
      z: float (batch, num_latents).
      z_std: float (num_latents,), the scale of the steps.
      rademacher_draws: float (batch, num_probes, num_latents), +1 or -1.
      gaussian_draws: float (batch, num_probes, num_latents), standard normal.
      step_size: Step of the finite difference, in units of z_std.
      ratio: How it is computed; `fused_hessian.fused_normalized_ratio` is the faster one.

    Returns:
      penalty: {layer: float (batch,)}; the penalty is the mean over the batch of the layers' sum.

    Reference: Hsu et al., 2024, Eqs. 16 and 17.
    """
    num_probes = rademacher_draws.shape[1]
    directions = z_std * ops.concatenate([rademacher_draws, gaussian_draws], axis=1)
    layers = decode(perturb(z, directions, step_size))
    penalty = {}
    for name, activations in layers.items():
        numerator, denominator = ratio(activations, num_probes, step_size)
        penalty[name] = numerator / denominator
    return penalty


def hessian_penalty(
    decode: Callable[[keras.KerasTensor], dict[str, keras.KerasTensor]],
    z: keras.KerasTensor,
    scale: keras.KerasTensor | float,
    rademacher_draws: keras.KerasTensor,
    step_size: float = STEP_SIZE,
) -> dict[str, keras.KerasTensor]:
    """The vanilla Hessian penalty: off-diagonal curvature, layer by layer, not normalized.

    Args:
      decode: As in `normalized_hessian_penalty`.
      z: float (batch, num_latents).
      scale: Scale of the directions: z_std (num_latents,) as Tripod's authors publish it, or 1.0 as
        in the original penalty.
      rademacher_draws: float (batch, num_probes, num_latents), +1 or -1.
      step_size: Step of the finite difference.

    Returns:
      penalty: {layer: float (batch,)}.

    Reference: Peebles et al., 2020; Hsu et al., 2024, Eq. 15.
    """
    num_probes = rademacher_draws.shape[1]
    layers = decode(perturb(z, scale * rademacher_draws, step_size))
    return {
        name: curvature_variance(directional_curvature(activations, num_probes, step_size))
        for name, activations in layers.items()
    }
