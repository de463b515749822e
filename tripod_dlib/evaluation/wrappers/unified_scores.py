"""Every aggregation of every matrix under their gin name."""

from collections.abc import Callable, Sequence

import gin
import numpy as np

from tripod_dlib import metrics
from tripod_dlib.allowed import PositiveInt, Share
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.evaluation.discretizer import discrete_entropy
from tripod_dlib.evaluation.wrappers import unified_matrices  # noqa: F401 (gin knows them then)
from tripod_dlib.evaluation.wrappers.base import (
    draw_train_and_test,
    encode_and_split,
    fixed_data_wrapper,
    metric_wrapper,
    varying_factors,
)
from tripod_dlib.metrics import unified

Matrix = Callable[..., np.ndarray]


@metric_wrapper("unified_scores", metrics.compute_unified_scores)
def unified_scores(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    num_train: PositiveInt = gin.REQUIRED,
    num_test: PositiveInt = gin.REQUIRED,
    matrix_fns: list[Matrix] = gin.REQUIRED,
    batch_size: PositiveInt = 16,
) -> dict[str, float | int | None]:
    """Aggregations of the bound matrices of points drawn.

    Args:
      ground_truth_data: Where points come from.
      representation_function: Observations to latents.
      random_state: Source of all draws.
      artifact_dir: Unused.
      num_train: Points to fit on.
      num_test: Points to score on.
      matrix_fns: @importance_gbt_matrix, @mutual_information_matrix, @accuracy_svm_matrix, or
        others of the same arguments.
      batch_size: Points per chunk.

    Returns:
      "<matrix>.<entry>", entries as in `metrics.unified.aggregate` and `precision_curve`. A factor
      that does not vary is left out, with a warning.
    """
    drawn = draw_train_and_test(
        ground_truth_data, representation_function, random_state, num_train, num_test, batch_size
    )
    return scores_of_arrays(*drawn, matrix_fns, artifact_dir)


@fixed_data_wrapper("unified_score_validation")
def unified_score_validation(
    observations: np.ndarray,
    labels: np.ndarray,
    representation_function: Callable[[np.ndarray], np.ndarray],
    train_percentage: Share = gin.REQUIRED,
    matrix_fns: list[Matrix] = gin.REQUIRED,
    batch_size: PositiveInt = 100,
) -> dict[str, float | int | None]:
    """`unified_scores` of given observations and labels, the first ones fitted on.

    Args:
      observations: (num_points, ...).
      labels: (num_factors, num_points).
      representation_function: Observations to latents.
      train_percentage: Share of points to fit on.
      matrix_fns: As in `unified_scores`.
      batch_size: Points encoded at once.
    """
    given = encode_and_split(
        observations, labels, representation_function, train_percentage, batch_size
    )
    return scores_of_arrays(*given, matrix_fns)


def scores_of_arrays(
    mus_train: np.ndarray,
    ys_train: np.ndarray,
    mus_test: np.ndarray,
    ys_test: np.ndarray,
    matrix_fns: Sequence[Matrix],
    artifact_dir: str | None = None,
    factor_names: Sequence[str] | None = None,
) -> dict[str, float | int | None]:
    """`unified_scores` of latents (num_latents, num_points) and factors (num_factors, num_points).

    `artifact_dir` and `factor_names` are for pictures there, and unused here.
    """
    del artifact_dir, factor_names
    kept = varying_factors(ys_train, "unified_scores")
    scores: dict[str, float | int | None] = {}
    for function in matrix_fns if kept.any() else ():
        matrix = function(mus_train, ys_train[kept], mus_test, ys_test[kept])
        entropies = discrete_entropy(ys_train[kept])
        aggregated = {**unified.precision_curve(matrix), **unified.aggregate(matrix, entropies)}
        scores.update({f"{function.__name__}.{key}": value for key, value in aggregated.items()})
    return scores
