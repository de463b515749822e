"""A dataset as an endless stream for TensorFlow, as disentanglement_lib feeds its models."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData

if TYPE_CHECKING:
    import tensorflow as tf


def tf_data_set_from_ground_truth_data(
    ground_truth_data: GroundTruthData, random_seed: int
) -> "tf.data.Dataset":
    """Single observations without end; every pass begins with the same ones.

    Args:
      ground_truth_data: Where they come from.
      random_seed: Seed of the draws.

    Returns:
      stream: A `tf.data.Dataset` of float32 observations, without a batch axis.
    """
    import tensorflow as tf

    def draw() -> Iterator[np.ndarray]:
        generator = np.random.RandomState(random_seed)
        while True:
            yield ground_truth_data.sample_observations(1, generator)[0]

    shape = tf.TensorShape(ground_truth_data.observation_shape)
    return tf.data.Dataset.from_generator(draw, output_signature=tf.TensorSpec(shape, tf.float32))
