"""Fairness under its gin name."""

from collections.abc import Callable

import gin
import numpy as np

from tripod_dlib import metrics
from tripod_dlib.allowed import PositiveInt
from tripod_dlib.data.ground_truth import GroundTruthData, require_full_grid
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.batches import generate_batch_factor_code
from tripod_dlib.evaluation.encoded_once import encoded_once
from tripod_dlib.evaluation.predictor import make_predictor
from tripod_dlib.evaluation.wrappers.base import metric_wrapper, warn_of_repeats
from tripod_dlib.metrics.fairness import inter_group_fairness, scores_by_name
from tripod_dlib.metrics.prediction import fit_sources
from tripod_dlib.metrics.progress import steps


@metric_wrapper("fairness", metrics.compute_fairness)
def fairness(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    num_train: PositiveInt = gin.REQUIRED,
    num_test_points_per_class: PositiveInt = gin.REQUIRED,
    batch_size: PositiveInt = 16,
) -> dict[str, float]:
    """Unfairness of the prediction of each factor towards the values of each other one.

    `predictor` is fitted for each factor; then the other factor alone is changed, value by value,
    and the predictions' distributions are compared.

    Args:
      ground_truth_data: Where points come from.
      representation_function: Observations to latents.
      random_state: Source of all draws.
      artifact_dir: Unused.
      num_train: Number of points to fit on.
      num_test_points_per_class: Number of points at each value of the factor that is changed.
      batch_size: Points encoded at once.

    Returns:
      The keys of `metrics.fairness.scores_by_name` under "mean_fairness" and "max_fairness".

    Raises:
      InputError: If the dataset has no image of some combination of factors, or has one factor, or
        factors of one value only.
    """
    del artifact_dir
    data = ground_truth_data
    require_full_grid(data, "fairness")
    _require_values(data)
    if data.num_factors < 2:
        raise InputError("fairness compares the prediction of a factor over another; there is one.")
    warn_of_repeats(data, num_train)
    num_changes = (data.num_factors - 1) * sum(data.factors_num_values)
    num_draws = num_train + num_changes * num_test_points_per_class
    data, function = encoded_once(data, representation_function, num_draws)
    mus, ys = generate_batch_factor_code(data, function, num_train, random_state, batch_size)
    models = fit_sources(make_predictor(), mus.T, ys.T, lambda model, _: model)
    mean, largest = np.zeros((2, data.num_factors, data.num_factors))
    pairs = np.argwhere(~np.eye(data.num_factors, dtype=bool))
    with steps("pairs of factors", len(pairs)) as advance:
        for i, j in pairs:
            drawn = data, function, random_state, num_test_points_per_class
            mean[i, j], largest[i, j] = inter_group_fairness(_count(*drawn, models[i], i, j))
            advance()
    return {**scores_by_name(mean, "mean_fairness"), **scores_by_name(largest, "max_fairness")}


def _require_values(data: GroundTruthData) -> None:
    if max(data.factors_num_values) < 2:
        raise InputError(
            f"fairness changes a factor through its values; every factor of {data.name} has one, "
            f"as its factors_num_values say: {list(data.factors_num_values)}."
        )


def _count(
    data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    num: int,
    model: object,
    predicted: int,
    sensitive: int,
) -> np.ndarray:
    """Predictions of one factor at each value of another: int64 (num_values, num_values)."""
    sizes = data.factors_num_values
    counts = np.zeros((sizes[sensitive], sizes[predicted]), np.int64)
    factors = data.sample_factors(num, random_state)
    for value in range(sizes[sensitive]):
        factors[:, sensitive] = value
        observations = data.sample_observations_from_factors(factors, random_state)
        np.add.at(counts[value], model.predict(representation_function(observations)), 1)
    return counts
