"""Downstream tasks without the latents that matter most, under their gin name."""

from collections.abc import Callable, Sequence

import gin
import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.evaluation.predictor import make_predictor
from tripod_dlib.evaluation.wrappers.base import draw_train_and_test, metric_wrapper
from tripod_dlib.evaluation.wrappers.dci import importance_gbt
from tripod_dlib.metrics.downstream import reduced_accuracies, reduced_by_name


@metric_wrapper("reduced_downstream_task")
def reduced_downstream_task(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    num_factors_to_remove: int = gin.REQUIRED,
    num_train: Sequence[int] = gin.REQUIRED,
    num_test: int = gin.REQUIRED,
    batch_size: int = 16,
) -> dict[str, float | None]:
    """Accuracy of `predictor` where the latents that matter most to one factor are removed.

    `num_factors_to_remove` latents are removed, one at a time, by `reduced_representation`.

    Returns:
      The keys of `metrics.compute_reduced_downstream_task`, for each number of points to fit on.
    """
    del artifact_dir
    scores = {}
    for num in num_train:
        mus, ys, mus_test, ys_test = draw_train_and_test(
            ground_truth_data, representation_function, random_state, num, num_test, batch_size
        )
        train, test = reduced_accuracies(
            mus.T,
            ys.T,
            mus_test.T,
            ys_test.T,
            make_predictor(),
            lambda kept, factor, ys=ys: latent_to_remove(kept.T, ys, factor),
            num_factors_to_remove,
            None,
        )
        scores.update(reduced_by_name(num, train, test, range(len(ys))))
    return scores


@gin.configurable("reduced_representation", module="tripod_dlib.metrics")
def latent_to_remove(
    mus: np.ndarray,
    ys: np.ndarray,
    factor_of_interest: int,
    correlation_measure: Callable[[np.ndarray, np.ndarray], np.ndarray] = gin.REQUIRED,
) -> int:
    """The latent that matters most to one factor.

    Args:
      mus: (num_latents, num_points).
      ys: (num_factors, num_points).
      factor_of_interest: Number of the factor.
      correlation_measure: Takes mus and ys; gives (num_latents, num_factors), large where a latent
        matters to a factor.
    """
    return int(np.argmax(correlation_measure(mus, ys)[:, factor_of_interest]))


@gin.configurable("factorwise_dci", module="tripod_dlib.metrics")
def factorwise_dci(mus: np.ndarray, ys: np.ndarray) -> np.ndarray:
    """Importance (num_latents, num_factors) of boosted trees, fitted for all factors."""
    return importance_gbt(mus, ys, mus, ys)[0]
