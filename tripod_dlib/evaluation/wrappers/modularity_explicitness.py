"""Modularity and explicitness under their gin name."""

from collections.abc import Callable

import gin
import numpy as np

from tripod_dlib import metrics
from tripod_dlib.allowed import PositiveInt
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.evaluation.discretizer import make_discretizer
from tripod_dlib.evaluation.wrappers.base import (
    draw_train_and_test,
    metric_wrapper,
    varying_factors,
)
from tripod_dlib.metrics.modularity_explicitness import (
    explicitness,
    information_of_levels,
    modularity,
)


@metric_wrapper("modularity_explicitness", metrics.compute_modularity_explicitness)
def modularity_explicitness(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    num_train: PositiveInt = gin.REQUIRED,
    num_test: PositiveInt = gin.REQUIRED,
    batch_size: PositiveInt = 16,
) -> dict[str, float | None]:
    """Modularity and explicitness of points drawn; latents are counted by `discretizer`.

    Where disentanglement_lib fails or pairs classes wrongly, this goes on: a class that is missing
    in the points to fit on or to score on is left out of its factor's mean, a constant latent
    standardises to 0, and a factor that does not vary is left out, with a warning.

    Returns:
      "modularity_score", "explicitness_score_train", "explicitness_score_test"; None where
      undefined.
    """
    del artifact_dir
    mus, ys, mus_test, ys_test = draw_train_and_test(
        ground_truth_data, representation_function, random_state, num_train, num_test, batch_size
    )
    kept = varying_factors(ys, "modularity_explicitness")
    pairs = [
        explicitness_per_factor(mus, factor, mus_test, test_factor)
        for factor, test_factor in zip(ys[kept], ys_test[kept], strict=True)
    ]
    train, test = np.array(pairs, np.float64).reshape(len(pairs), 2).T
    score = None
    if kept.sum() > 1:
        score = modularity(information_of_levels(make_discretizer(mus).T, ys[kept].T))
    return {
        "modularity_score": score,
        "explicitness_score_train": _mean(train),
        "explicitness_score_test": _mean(test),
    }


def explicitness_per_factor(
    mus_train: np.ndarray, y_train: np.ndarray, mus_test: np.ndarray, y_test: np.ndarray
) -> tuple[float, float]:
    """Area under the ROC curve of one factor, one class against the rest, on both parts.

    Args:
      mus_train, mus_test: (num_latents, num_points).
      y_train, y_test: (num_points,), one factor.

    Returns:
      train, test: float in [0, 1], as `metrics.modularity_explicitness.explicitness`.
    """
    return explicitness(mus_train.T, y_train, mus_test.T, y_test)


def _mean(areas: np.ndarray) -> float | None:
    """A factor of which no class can be scored is NaN, and left out."""
    return float(np.nanmean(areas)) if np.isfinite(areas).any() else None
