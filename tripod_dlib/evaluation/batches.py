"""Sources and latents drawn the way disentanglement_lib draws them."""

from collections.abc import Callable

import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData


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
    """
    latents, factors = [], []
    for start in range(0, num_points, batch_size):
        num = min(batch_size, num_points - start)
        chunk, observations = ground_truth_data.sample(num, random_state)
        factors.append(chunk)
        latents.append(representation_function(observations))
    return np.concatenate(latents).T, np.concatenate(factors).T
