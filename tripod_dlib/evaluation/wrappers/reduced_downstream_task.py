"""Downstream tasks without the latents that matter most, under their gin name."""

from collections.abc import Callable, Sequence

import gin
import numpy as np

from tripod_dlib import metrics
from tripod_dlib.allowed import NonNegativeInt, PositiveInt
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.evaluation.predictor import make_predictor
from tripod_dlib.evaluation.wrappers.base import draw_train_and_test, metric_wrapper
from tripod_dlib.evaluation.wrappers.dci import importance_gbt
from tripod_dlib.metrics.downstream import reduced_accuracies, reduced_by_name


@metric_wrapper("reduced_downstream_task", metrics.compute_reduced_downstream_task)
def reduced_downstream_task(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    num_factors_to_remove: NonNegativeInt = gin.REQUIRED,
    num_train: Sequence[int] = gin.REQUIRED,
    num_test: PositiveInt = gin.REQUIRED,
    batch_size: PositiveInt = 16,
) -> dict[str, float | None]:
    """Accuracy of `predictor` where the latents that matter most to one factor are removed.

    `num_factors_to_remove` latents are removed, one at a time, by `reduced_representation`.

    Args:
      ground_truth_data: Where points come from.
      representation_function: Observations to latents.
      random_state: Source of all draws.
      artifact_dir: Unused.
      num_factors_to_remove: Number of latents that are removed for each factor.
      num_train: Numbers of points to fit on, each tried.
      num_test: Number of points to score.
      batch_size: Points encoded at once.

    Returns:
      The keys of `metrics.compute_reduced_downstream_task`, for each number of points to fit on.
    """
    del artifact_dir
    scores = {}
    for num in num_train:
        mus, ys, mus_test, ys_test = draw_train_and_test(
            ground_truth_data, representation_function, random_state, num, num_test, batch_size
        )

        def remove(kept, test_kept, factor, ys=ys, ys_test=ys_test):
            reduced = reduced_representation(kept.T, ys, test_kept.T, ys_test, factor)
            return tuple(latents.T for latents in reduced)

        train, test = reduced_accuracies(
            mus.T,
            ys.T,
            mus_test.T,
            ys_test.T,
            make_predictor(),
            remove,
            num_factors_to_remove,
            None,
        )
        scores.update(reduced_by_name(num, train, test, range(len(ys))))
    return scores


@gin.configurable("reduced_representation", module="tripod_dlib.metrics")
def reduced_representation(
    mus_train: np.ndarray,
    ys_train: np.ndarray,
    mus_test: np.ndarray,
    ys_test: np.ndarray,
    factor_of_interest: NonNegativeInt,
    correlation_measure: Callable[..., np.ndarray] = gin.REQUIRED,
) -> tuple[np.ndarray, np.ndarray]:
    """Latents less the one that matters most to a factor.

    Args:
      mus_train, mus_test: (num_latents, num_points).
      ys_train, ys_test: (num_factors, num_points).
      factor_of_interest: Number of the factor.
      correlation_measure: Takes these four arrays; gives (num_latents, num_factors), large where a
        latent matters to a factor.

    Returns:
      train, test: (num_latents - 1, num_points).
    """
    matrix = correlation_measure(mus_train, ys_train, mus_test, ys_test)
    latent = int(np.argmax(matrix[:, factor_of_interest]))
    return np.delete(mus_train, latent, axis=0), np.delete(mus_test, latent, axis=0)


@gin.configurable(
    "factorwise_dci",
    module="tripod_dlib.metrics",
    denylist=["mus_train", "ys_train", "mus_test", "ys_test"],
)
def factorwise_dci(
    mus_train: np.ndarray, ys_train: np.ndarray, mus_test: np.ndarray, ys_test: np.ndarray
) -> np.ndarray:
    """Importance (num_latents, num_factors) of boosted trees, fitted for all factors."""
    return importance_gbt(mus_train, ys_train, mus_test, ys_test)[0]
