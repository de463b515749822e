"""Downstream tasks where another factor's values change between fitting and scoring."""

from collections.abc import Callable, Sequence

import gin
import numpy as np

from tripod_dlib import metrics
from tripod_dlib.allowed import PositiveInt
from tripod_dlib.data.ground_truth import GroundTruthData, require_full_grid
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.encoded_once import encoded_once
from tripod_dlib.evaluation.predictor import make_predictor
from tripod_dlib.evaluation.wrappers.base import metric_wrapper, warn_of_repeats
from tripod_dlib.metrics.prediction import prediction_accuracies
from tripod_dlib.metrics.progress import steps
from tripod_dlib.metrics.strong_downstream import strong_by_name


@metric_wrapper("strong_downstream_task", metrics.compute_strong_downstream_task)
def strong_downstream_task(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    num_train: Sequence[int] = gin.REQUIRED,
    num_test: PositiveInt = gin.REQUIRED,
    n_experiment: PositiveInt = gin.REQUIRED,
) -> dict[str, float]:
    """Accuracy of `predictor` under a change of another factor, beside that without one.

    Interventions draw from NumPy's global generator, as in disentanglement_lib.

    Args:
      ground_truth_data: Where points come from.
      representation_function: Observations to latents.
      random_state: Source of all draws but those.
      artifact_dir: Unused.
      num_train: Numbers of points to fit on, each tried.
      num_test: Number of points to score.
      n_experiment: Interventions on each factor, whose accuracies are averaged.

    Returns:
      For each number n of points to fit on: "n:mean_train_accuracy", "n:mean_test_accuracy",
      "n:mean_strong_train_accuracy", "n:mean_strong_test_accuracy", and
      "n:strong_generalization_gap", the share of the accuracy that is lost.

    Raises:
      InputError: If the dataset has no image of some combination of factors, or there is no other
        factor to change.
    """
    del artifact_dir
    require_full_grid(ground_truth_data, "strong_downstream_task")
    num_fits = 1 + ground_truth_data.num_factors * n_experiment
    num_draws = num_fits * sum(num + num_test for num in num_train)
    data, function = encoded_once(ground_truth_data, representation_function, num_draws)
    scores = {}

    def accuracies(ys: np.ndarray, ys_test: np.ndarray, targets: slice):
        mus, mus_test = (
            function(data.sample_observations_from_factors(factors, random_state))
            for factors in (ys, ys_test)
        )
        return prediction_accuracies(
            make_predictor(), mus, ys[:, targets], mus_test, ys_test[:, targets]
        )

    warn_of_repeats(ground_truth_data, max(num_train, default=0))
    for num in num_train:
        ys, ys_test = (data.sample_factors(size, random_state) for size in (num, num_test))
        plain = accuracies(ys, ys_test, slice(None))
        strong, targets = [], np.repeat(np.arange(data.num_factors), n_experiment).tolist()
        with steps("predictions under change", len(targets)) as advance:
            for target in targets:
                changed, changed_test, *_ = intervene(ys, ys_test, target, data.num_factors, data)
                strong.append(accuracies(changed, changed_test, slice(target, target + 1)))
                advance()
        train, test = np.concatenate(strong, axis=1)
        scores.update(strong_by_name(num, *plain, train, test))
    return scores


def intervene(
    y_train: np.ndarray,
    y_test: np.ndarray,
    target_y: int,
    num_factors: int,
    ground_truth_data: GroundTruthData,
) -> tuple[np.ndarray, np.ndarray, int, int]:
    """Fixes a factor other than the target in the points to fit on, and excludes its value later.

    The factor, its value and the other points' values are drawn from NumPy's global generator.

    Args:
      y_train, y_test: (num, num_factors); they are not changed.
      target_y: The factor to predict.
      num_factors: Number of factors.
      ground_truth_data: Says how many values a factor has.

    Returns:
      y_train, y_test: Copies with one factor changed.
      factor, value: Which one, and its value in `y_train`, which `y_test` never has.

    Raises:
      InputError: If no other factor has two values.
    """
    sizes = ground_truth_data.factors_num_values
    others = [i for i in range(num_factors) if i != target_y and sizes[i] > 1]
    if not others:
        raise InputError(
            f"To predict factor {target_y} while another one changes takes another factor of at "
            f"least two values; the factors have {list(sizes)}."
        )
    factor = int(np.random.choice(others))
    value = int(np.random.randint(sizes[factor]))
    y_train, y_test = y_train.copy(), y_test.copy()
    y_train[:, factor] = value
    rest = [other for other in range(sizes[factor]) if other != value]
    y_test[:, factor] = np.random.choice(rest, size=len(y_test))
    return y_train, y_test, factor, value
