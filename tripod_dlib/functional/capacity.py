"""Divergences that are held at a capacity."""

import keras
from keras import ops

LINEAR_FROM = 100.0  # nats


def annealed_capacity(
    step: keras.KerasTensor | int, largest: float, num_steps: int
) -> keras.KerasTensor:
    """A capacity that grows linearly from 0 and stays at its largest value.

    Args:
      step: Updates made before.
      largest: Capacity after `num_steps`, in nats.
      num_steps: Steps of growth.

    Returns:
      capacity: float32 ().

    Reference: Burgess et al., 2018, section 5.
    """
    return ops.minimum(largest * ops.cast(step, "float32") / num_steps, largest)


def capacity_penalty(
    kl: keras.KerasTensor, capacity: keras.KerasTensor | float, power: int = 1
) -> keras.KerasTensor:
    """|kl - capacity| to a power.

    Args:
      kl: float (), a mean over the batch: the distance is that of the mean, not of each image.
      capacity: float ().
      power: 1 in annealed VAE, 4 in DAVA. A higher power goes on linearly beyond a distance of 100,
        so that it stays finite in float32.

    Returns:
      penalty: float ().

    Reference: Burgess et al., 2018, Eq. 8; Estermann and Wattenhofer, 2023.
    """
    distance = ops.abs(kl - capacity)
    if power == 1:
        return distance
    near = ops.minimum(distance, LINEAR_FROM)
    return near**power + power * LINEAR_FROM ** (power - 1) * (distance - near)
