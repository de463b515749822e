"""Downstream tasks under their gin name."""

from collections.abc import Callable, Sequence

import gin
import numpy as np

from tripod_dlib import metrics
from tripod_dlib.allowed import PositiveInt
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.evaluation.predictor import make_predictor
from tripod_dlib.evaluation.wrappers.base import draw_train_and_test, metric_wrapper
from tripod_dlib.metrics.downstream import accuracies_by_name
from tripod_dlib.metrics.prediction import prediction_accuracies


@metric_wrapper("downstream_task", metrics.compute_downstream_task)
def downstream_task(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    num_train: Sequence[int] = gin.REQUIRED,
    num_test: PositiveInt = gin.REQUIRED,
    batch_size: PositiveInt = 16,
) -> dict[str, float]:
    """Accuracy of `predictor` for each factor, for several numbers of points to fit on.

    New points are drawn for each number. A factor of which the few points have one value only is
    predicted by that value. Boosted trees draw from NumPy's global generator, as in `dci`.

    Args:
      ground_truth_data: Where points come from.
      representation_function: Observations to latents.
      random_state: Source of all draws but those.
      artifact_dir: Unused.
      num_train: Numbers of points to fit on, each tried.
      num_test: Number of points to score.
      batch_size: Points encoded at once.

    Returns:
      For each number n "n:mean_train_accuracy", "n:min_train_accuracy",
      "n:train_accuracy_factor_i", and the same with "test".
    """
    del artifact_dir
    scores = {}
    for num in num_train:
        mus, ys, mus_test, ys_test = draw_train_and_test(
            ground_truth_data, representation_function, random_state, num, num_test, batch_size
        )
        train, test = prediction_accuracies(make_predictor(), mus.T, ys.T, mus_test.T, ys_test.T)
        scores.update(accuracies_by_name(num, train, test, range(len(ys))))
    return scores
