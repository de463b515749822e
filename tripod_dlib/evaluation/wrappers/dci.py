"""DCI with boosted trees, disentanglement_lib's `dci`; `dci_random_forest` is the paper's.

The trees have no seed: they draw from NumPy's global generator, as there, and the metric leaves it
as there. `evaluation` seeds it; in Python, `numpy.random.seed` does, or
`metrics.compute_dci_boosting`, which has a seed of its own.
"""

from collections.abc import Callable

import gin
import numpy as np

from tripod_dlib import metrics
from tripod_dlib.allowed import PositiveInt, Share
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.evaluation.wrappers.base import (
    draw_train_and_test,
    encode_and_split,
    fixed_data_wrapper,
    metric_wrapper,
    varying_factors,
)
from tripod_dlib.metrics.boosting import importance_and_accuracy
from tripod_dlib.metrics.importance import importance_scores


@metric_wrapper("dci", metrics.compute_dci_boosting)
def dci(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    num_train: PositiveInt = gin.REQUIRED,
    num_test: PositiveInt = gin.REQUIRED,
    batch_size: PositiveInt = 16,
) -> dict[str, float | None]:
    """Disentanglement, completeness and accuracy of boosted trees on points drawn.

    Returns:
      "informativeness_train", "informativeness_test", "disentanglement", "completeness"; None
      where undefined. A factor that does not vary is left out, with a warning.
    """
    del artifact_dir
    return dci_of_codes(
        *draw_train_and_test(
            ground_truth_data,
            representation_function,
            random_state,
            num_train,
            num_test,
            batch_size,
        )
    )


@fixed_data_wrapper("dci_validation")
def dci_validation(
    observations: np.ndarray,
    labels: np.ndarray,
    representation_function: Callable[[np.ndarray], np.ndarray],
    train_percentage: Share = gin.REQUIRED,
    batch_size: PositiveInt = 100,
) -> dict[str, float | None]:
    """`dci` of given observations and labels (num_factors, num_points), the first ones fitted on.

    Args:
      observations: (num_points, ...).
      labels: (num_factors, num_points).
      representation_function: Observations to latents.
      train_percentage: Share of points to fit on.
      batch_size: Points encoded at once.
    """
    given = encode_and_split(
        observations, labels, representation_function, train_percentage, batch_size
    )
    return dci_of_codes(*given)


def dci_of_codes(
    mus: np.ndarray, ys: np.ndarray, mus_test: np.ndarray, ys_test: np.ndarray
) -> dict[str, float | None]:
    """`dci` of latents (num_latents, num_points) and factors (num_factors, num_points)."""
    kept = varying_factors(ys, "dci")
    if not kept.any():
        keys = ("informativeness_train", "informativeness_test", "disentanglement", "completeness")
        return dict.fromkeys(keys)
    importance, train, test = importance_gbt(mus, ys[kept], mus_test, ys_test[kept])
    return {
        "informativeness_train": train,
        "informativeness_test": test,
        **importance_scores(importance, []),
    }


def importance_gbt(
    x_train: np.ndarray, y_train: np.ndarray, x_test: np.ndarray, y_test: np.ndarray
) -> tuple[np.ndarray, float, float]:
    """Importance of each latent for each factor, and mean accuracies of the trees.

    Args:
      x_train, x_test: (num_latents, num_points).
      y_train, y_test: (num_factors, num_points).

    Returns:
      importance: float64 (num_latents, num_factors).
      train_accuracy, test_accuracy: means over factors.
    """
    importance, train, test = importance_and_accuracy(x_train.T, y_train.T, x_test.T, y_test.T)
    return importance, float(train.mean()), float(test.mean())
