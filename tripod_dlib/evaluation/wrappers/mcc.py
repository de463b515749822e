"""The mean correlation coefficient under its gin name."""

from collections.abc import Callable

import gin
import numpy as np

from tripod_dlib import metrics
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.evaluation.wrappers.base import NOT_RESULTS, draw_arrays, metric_wrapper


@metric_wrapper("mcc")
def mcc(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    num_train: int = gin.REQUIRED,
    batch_size: int = 16,
) -> dict[str, object]:
    """Mean correlation coefficient of points drawn; see `metrics.compute_mcc`.

    Factors count as numbers in the order of their values.
    """
    del artifact_dir
    arrays = draw_arrays(
        ground_truth_data, representation_function, random_state, num_train, batch_size
    )
    found = metrics.compute_mcc(*arrays)
    return {key: value for key, value in found.items() if key not in NOT_RESULTS}
