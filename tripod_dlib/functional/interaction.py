"""How much of a decoder's variation takes two latents together: measured on the codes themselves.

For codes z and z' of which a random half of the latents is exchanged, giving y and y', a decoder
whose latents act additively has f(z) + f(z') = f(y) + f(y').
"""

import keras
from keras import ops

DENOMINATOR_FLOOR = 1e-10


def exchange(
    z: keras.KerasTensor, uniform_draws: keras.KerasTensor
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Exchanges a random half of the latents between the samples of each pair.

    Sample i of the first half of the batch is paired with sample i of the second half; of an odd
    batch the last sample is left out.

    Args:
      z: float (batch, num_latents).
      uniform_draws: float (batch // 2, num_latents), distinct within a row: the num_latents // 2
        latents with the lowest draws are exchanged.

    Returns:
      exchanged: float (2 * (batch // 2), num_latents), in the samples' order.
    """
    num_pairs = ops.shape(z)[0] // 2
    first, second = z[:num_pairs], z[num_pairs : 2 * num_pairs]
    rank = ops.argsort(ops.argsort(uniform_draws, axis=-1), axis=-1)
    exchanged = rank < z.shape[-1] // 2
    return ops.concatenate(
        [ops.where(exchanged, second, first), ops.where(exchanged, first, second)], axis=0
    )


def interaction_share(
    activations: keras.KerasTensor, exchanged_activations: keras.KerasTensor
) -> keras.KerasTensor:
    """Squared interaction over squared difference, both averaged over the batch and all entries.

    Args:
      activations: float (batch, ...), a decoder's values at the codes.
      exchanged_activations: float (2 * (batch // 2), ...), at `exchange`'s codes.

    Returns:
      share: float (batch,), of each sample's pair over the batch's denominator, so that its mean is
        the share: 0 for additive latents, at most 2 in expectation (four independent values against
        two). An odd batch's last sample has the mean; a batch of one has 0.
    """
    num_pairs = ops.shape(exchanged_activations)[0] // 2
    numerator, difference = pair_differences(activations, exchanged_activations)
    denominator = ops.sum(difference) / _at_least_1(num_pairs)
    of_pairs = numerator / (denominator + DENOMINATOR_FLOOR)
    mean = ops.sum(of_pairs) / _at_least_1(num_pairs)
    unpaired = ops.shape(activations)[0] - 2 * num_pairs
    rest = ops.broadcast_to(ops.reshape(mean, (1,)), (unpaired,))
    return ops.concatenate([of_pairs, of_pairs, rest], axis=0)


def pair_differences(
    activations: keras.KerasTensor, exchanged_activations: keras.KerasTensor
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Squared interaction and squared difference of each pair, means over entries.

    Args:
      activations: As in `interaction_share`.
      exchanged_activations: As there.

    Returns:
      interaction: float (batch // 2,), mean of (f(z) + f(z') - f(y) - f(y'))^2.
      difference: float (batch // 2,), mean of (f(z) - f(z'))^2.
    """
    num_pairs = ops.shape(exchanged_activations)[0] // 2
    first, second = activations[:num_pairs], activations[num_pairs : 2 * num_pairs]
    new_first, new_second = exchanged_activations[:num_pairs], exchanged_activations[num_pairs:]
    return _mean_square(first + second - new_first - new_second), _mean_square(first - second)


def _mean_square(x: keras.KerasTensor) -> keras.KerasTensor:
    return ops.mean(ops.square(x), axis=tuple(range(1, len(x.shape))))


def _at_least_1(count):
    return ops.cast(ops.maximum(count, 1), "float32")
