"""A penalty on a decoder in little memory: value and gradient made chunk by chunk.

The penalty is a mean over samples, so a few samples at a time are decoded, differentiated and
forgotten.
"""

from collections.abc import Callable, Sequence

import keras
from keras import ops

from tripod_dlib.functional.differentiation import value_and_gradient
from tripod_dlib.functional.execution import num_parts, repeat


def penalty_in_chunks(
    penalty: Callable[..., dict[str, keras.KerasTensor]],
    parameters: Sequence[keras.KerasTensor],
    per_sample: Sequence[keras.KerasTensor],
    shared: Sequence[keras.KerasTensor],
    layers: Sequence[str],
    chunk_size: int,
) -> tuple[keras.KerasTensor, dict[str, keras.KerasTensor]]:
    """A penalty of each sample, summed over layers, with the gradient of its mean.

    Args:
      penalty: Maps (parameters, *per_sample, *shared), with n rows of each of the second, to
        {layer: float (n,)}; depends on nothing else that is trained.
      parameters: What the decoder is trained by.
      per_sample: Each (batch, ...).
      shared: What all samples have in common.
      layers: Names of what `penalty` gives.
      chunk_size: Samples that are worked on at a time at most; where parts of a batch are worked on
        side by side, in all of them together.

    Returns:
      total: float (batch,), the sum of the layers' penalties. Any weighting of it has the gradient
        of its mean, times the sum of the weights: what is differentiated is the mean.
      of_layers: {layer: float (batch,)}, without gradient.
    """
    split = len(per_sample), len(per_sample) + len(shared)

    def sum_of_chunk(rows, weights, *tensors):
        samples = [ops.take(tensor, rows, axis=0) for tensor in tensors[: split[0]]]
        of_layers = penalty(tensors[split[1] :], *samples, *tensors[split[0] : split[1]])
        columns = ops.stack([of_layers[layer] for layer in layers], axis=1)
        return ops.sum(weights * ops.sum(columns, axis=1)), columns

    @ops.custom_gradient
    def columns_of(*tensors):
        batch = ops.shape(tensors[0])[0]
        columns, gradients = _over_chunks(sum_of_chunk, batch, len(layers), tensors, chunk_size)

        def gradient(*upstreams, upstream=None):
            upstream = upstreams[0] if upstream is None else upstream
            return tuple(ops.sum(upstream[:, 0]) * of_one for of_one in gradients)

        total = ops.sum(columns, axis=1, keepdims=True)
        return ops.concatenate([total, columns], axis=1), gradient

    tensors = [ops.convert_to_tensor(given) for given in (*per_sample, *shared, *parameters)]
    columns = columns_of(*tensors)
    of_layers = ops.stop_gradient(columns[:, 1:])
    return columns[:, 0], {name: of_layers[:, i] for i, name in enumerate(layers)}


def _over_chunks(sum_of_chunk, batch, num_layers, tensors, chunk_size):
    """Columns (batch, num_layers), and the gradients of the mean over the batch of their sum.

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
        _, columns, gradients = value_and_gradient(
            lambda *tensors: sum_of_chunk(rows, fresh / ops.cast(batch, "float32"), *tensors),
            *tensors,
        )
        places = fresh[:, None] * ops.cast(rows[:, None] == ops.arange(batch), "float32")
        placed = ops.matmul(ops.transpose(places), columns)
        return [total + new for total, new in zip(sums, (placed, *gradients), strict=True)]

    start = [ops.zeros((batch, num_layers)), *(ops.zeros_like(tensor) for tensor in tensors)]
    columns, *gradients = repeat(count, add_chunk, start, at_a_time)
    return columns, gradients
