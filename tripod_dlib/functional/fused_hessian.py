"""The normalized Hessian penalty in little memory: value and gradient made chunk by chunk.

`hessian.normalized_hessian_penalty` is its definition. The penalty is a mean over samples, so a few
samples at a time are decoded, differentiated and forgotten.
"""

import math
from collections.abc import Callable, Sequence

import keras
from keras import ops

from tripod_dlib.functional.differentiation import value_and_gradient
from tripod_dlib.functional.execution import compiled, num_parts, repeat
from tripod_dlib.functional.hessian import DENOMINATOR_FLOOR, STEP_SIZE, perturb


def normalized_hessian_penalty_in_chunks(
    decode: Callable[..., dict[str, keras.KerasTensor]],
    parameters: Sequence[keras.KerasTensor],
    layers: Sequence[str],
    z: keras.KerasTensor,
    z_std: keras.KerasTensor,
    rademacher_draws: keras.KerasTensor,
    gaussian_draws: keras.KerasTensor,
    step_size: float = STEP_SIZE,
    *,
    chunk_size: int,
) -> tuple[keras.KerasTensor, dict[str, keras.KerasTensor]]:
    """See `hessian.normalized_hessian_penalty`.

    Args:
      decode: Maps (parameters, latents (n, num_latents)) to {layer: activations (n, ...)}; depends
        on nothing else that is trained.
      parameters: What the decoder is trained by.
      layers: Names of the layers that `decode` gives.
      z: float (batch, num_latents).
      z_std: float (num_latents,).
      rademacher_draws: float (batch, num_probes, num_latents).
      gaussian_draws: float (batch, num_probes, num_latents).
      step_size: As there.
      chunk_size: Samples that are decoded at a time at most, 4 * num_probes points each; where
        parts of a batch are worked on side by side, in all of them together.

    Returns:
      total: float (batch,), the sum of the layers' penalties. Any weighting of it has the gradient
        of its mean, times the sum of the weights: what is differentiated is the mean.
      penalty: {layer: float (batch,)}, without gradient.
    """
    num_probes = rademacher_draws.shape[1]
    directions = ops.concatenate([rademacher_draws, gaussian_draws], axis=1)

    def sum_of_chunk(rows, weights, z, z_std, directions, *parameters):
        z, directions = (ops.take(tensor, rows, axis=0) for tensor in (z, z_std * directions))
        activations = decode(parameters, perturb(z, directions, step_size))
        ratios = []
        for name in layers:
            top, bottom = fused_normalized_ratio(activations[name], num_probes, step_size)
            ratios.append(top / bottom)
        ratios = ops.stack(ratios, axis=1)
        return ops.sum(weights * ops.sum(ratios, axis=1)), ratios

    @ops.custom_gradient
    def penalty(*tensors):
        batch = ops.shape(tensors[0])[0]
        ratios, gradients = _over_chunks(sum_of_chunk, batch, len(layers), tensors, chunk_size)

        def gradient(*upstreams, upstream=None):
            upstream = upstreams[0] if upstream is None else upstream
            return tuple(ops.sum(upstream[:, 0]) * of_one for of_one in gradients)

        total = ops.sum(ratios, axis=1, keepdims=True)
        return ops.concatenate([total, ratios], axis=1), gradient

    tensors = [ops.convert_to_tensor(given) for given in (z, z_std, directions, *parameters)]
    columns = penalty(*tensors)
    of_layers = ops.stop_gradient(columns[:, 1:])
    return columns[:, 0], {name: of_layers[:, i] for i, name in enumerate(layers)}


def fused_normalized_ratio(
    activations: keras.KerasTensor, num_probes: int, step_size: float = STEP_SIZE
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """`hessian.directional_curvature` and `normalized_ratio` in one pass in either direction.

    Args:
      activations: float (batch * 4 * num_probes, ...), the decoder's values at `perturb`'s points.
      num_probes: Directions of each kind.
      step_size: That of `perturb`.

    Returns:
      numerator, denominator: As `hessian.normalized_ratio`'s.
    """
    entries = math.prod(activations.shape[1:])
    paired = ops.reshape(activations, (-1, 2, 2, num_probes, entries))
    variance = _probe_variances(paired) / step_size**4
    return variance[:, 0], variance[:, 1] + DENOMINATOR_FLOOR


def _over_chunks(sum_of_chunk, batch, num_layers, tensors, chunk_size):
    """Ratios (batch, num_layers), and the gradients of the mean over the batch of their sum.

    Chunks are as even as can be; the last begins early enough to be whole, and samples that were
    done before weigh 0 in it.
    """
    at_a_time = num_parts(batch if isinstance(batch, int) else None)
    if at_a_time > 1:
        chunk_size = -(-min(chunk_size, batch) // at_a_time)
    count = (batch + chunk_size - 1) // chunk_size
    size = (batch + count - 1) // count

    def add_chunk(i, sums):
        rows = ops.minimum(i * size, batch - size) + ops.arange(size)
        fresh = ops.cast(rows >= i * size, "float32")
        _, ratios, gradients = value_and_gradient(
            lambda *tensors: sum_of_chunk(rows, fresh / ops.cast(batch, "float32"), *tensors),
            *tensors,
        )
        places = fresh[:, None] * ops.cast(rows[:, None] == ops.arange(batch), "float32")
        placed = ops.matmul(ops.transpose(places), ratios)
        return [total + new for total, new in zip(sums, (placed, *gradients), strict=True)]

    start = [ops.zeros((batch, num_layers)), *(ops.zeros_like(tensor) for tensor in tensors)]
    ratios, *gradients = repeat(count, add_chunk, start, at_a_time)
    return ratios, gradients


@compiled
def _probe_variances(paired):
    curvature = ops.sum(paired, axis=1)
    centered = curvature - ops.mean(curvature, axis=2, keepdims=True)
    return ops.mean(ops.square(centered), axis=(2, 3))
