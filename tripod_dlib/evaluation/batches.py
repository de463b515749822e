"""Sources and latents drawn, encoded and split the way disentanglement_lib does it."""

from collections.abc import Callable

import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.errors import InputError


def generate_batch_factor_code(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    num_points: int,
    random_state: np.random.RandomState,
    batch_size: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Draws points in chunks, factors then observations per chunk, and encodes them.

    Args:
      ground_truth_data: Where points come from.
      representation_function: Observations to (num, num_latents).
      num_points: Number of points.
      random_state: Source of all draws.
      batch_size: Points per chunk; the last may be shorter.

    Returns:
      latents: (num_latents, num_points), disentanglement_lib's orientation.
      factors: (num_factors, num_points).

    Raises:
      InputError: If there are no points, no chunks, or no function.
    """
    for name, count in (("num_points", num_points), ("batch_size", batch_size)):
        if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
            raise InputError(f"{name} is {count!r}; it is an integer from 1.")
    if not callable(representation_function):
        raise InputError(
            "representation_function takes observations and gives (num, num_latents); got "
            f"{representation_function!r}."
        )
    latents, factors = [], []
    for start in range(0, num_points, batch_size):
        num = min(batch_size, num_points - start)
        chunk, observations = ground_truth_data.sample(num, random_state)
        factors.append(chunk)
        latents.append(representation_function(observations))
    return np.concatenate(latents).T, np.concatenate(factors).T


def obtain_representation(
    observations: np.ndarray,
    representation_function: Callable[[np.ndarray], np.ndarray],
    batch_size: int,
) -> np.ndarray:
    """Latents (num_latents, num_points) of observations, encoded in chunks of `batch_size`."""
    starts = range(0, len(observations), batch_size)
    latents = [representation_function(observations[i : i + batch_size]) for i in starts]
    return np.concatenate(latents).T


def split_train_test(
    observations: np.ndarray, train_percentage: float
) -> tuple[np.ndarray, np.ndarray]:
    """The first points to fit on, rounded up, and the rest to score on.

    Args:
      observations: (..., num_points), disentanglement_lib's orientation.
      train_percentage: A share in [0, 1], not a percentage.

    Returns:
      train, test: (..., num_train) and (..., num_points - num_train).
    """
    num_train = int(np.ceil(observations.shape[-1] * train_percentage))
    return observations[..., :num_train], observations[..., num_train:]
