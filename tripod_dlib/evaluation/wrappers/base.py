"""What all wrappers of metrics share: registration with gin, and drawn points as two arrays."""

from collections.abc import Callable

import gin
import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData, require_factors
from tripod_dlib.evaluation.batches import generate_batch_factor_code

NOT_BINDABLE = ["ground_truth_data", "representation_function", "random_state", "artifact_dir"]
NOT_RESULTS = ("notes",)


def metric_wrapper(name: str) -> Callable[[Callable], Callable]:
    """Registers a metric with gin; dataset, representation, generator and folder are not bindable.

    Args:
      name: Its gin name.
    """
    return gin.configurable(name, module="tripod_dlib.metrics", denylist=NOT_BINDABLE)


def draw_arrays(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    num_train: int,
    batch_size: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Sources and latents as our metrics take them: (num_train, num_factors or num_latents).

    Raises:
      InputError: If no factors are known.
    """
    require_factors(ground_truth_data, "A metric of sources")
    latents, factors = generate_batch_factor_code(
        ground_truth_data, representation_function, num_train, random_state, batch_size
    )
    return factors.T, latents.T
