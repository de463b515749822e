"""SAP under its gin name."""

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
from tripod_dlib.metrics.sap import accuracies, mean_gap, squared_correlations


@metric_wrapper("sap_score", metrics.compute_sap)
def sap_score(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    num_train: PositiveInt = gin.REQUIRED,
    num_test: PositiveInt = gin.REQUIRED,
    batch_size: PositiveInt = 16,
    continuous_factors: bool = gin.REQUIRED,
) -> dict[str, float | None]:
    """Separated attribute predictability of points drawn.

    Args:
      ground_truth_data: Where points come from.
      representation_function: Observations to latents.
      random_state: Source of all draws.
      artifact_dir: Unused.
      num_train: Number of points to fit on.
      num_test: Number of points to score.
      batch_size: Points encoded at once.
      continuous_factors: Whether factors are numbers, predicted by their squared correlation,
        rather than classes, predicted by a linear support vector machine.

    Returns:
      {"SAP_score": float}, None for a single latent. A factor that does not vary is left out, with
      a warning.
    """
    del artifact_dir
    drawn = draw_train_and_test(
        ground_truth_data, representation_function, random_state, num_train, num_test, batch_size
    )
    return sap_of_codes(*drawn, continuous_factors)


@fixed_data_wrapper("sap_score_validation")
def sap_score_validation(
    observations: np.ndarray,
    labels: np.ndarray,
    representation_function: Callable[[np.ndarray], np.ndarray],
    train_percentage: Share = gin.REQUIRED,
    continuous_factors: bool = gin.REQUIRED,
    batch_size: PositiveInt = 100,
) -> dict[str, float | None]:
    """`sap_score` of given observations and labels, the first ones fitted on.

    Args:
      observations: (num_points, ...).
      labels: (num_factors, num_points).
      representation_function: Observations to latents.
      train_percentage: Share of points to fit on.
      continuous_factors: Whether labels are numbers rather than classes.
      batch_size: Points encoded at once.
    """
    given = encode_and_split(
        observations, labels, representation_function, train_percentage, batch_size
    )
    return sap_of_codes(*given, continuous_factors)


def sap_of_codes(
    mus: np.ndarray,
    ys: np.ndarray,
    mus_test: np.ndarray,
    ys_test: np.ndarray,
    continuous_factors: bool,
) -> dict[str, float | None]:
    """`sap_score` of latents (num_latents, num_points) and factors (num_factors, num_points)."""
    kept = varying_factors(ys, "sap_score")
    if len(mus) < 2 or not kept.any():
        return {"SAP_score": None}
    return {
        "SAP_score": mean_gap(
            score_matrix(mus, ys[kept], mus_test, ys_test[kept], continuous_factors)
        )
    }


def score_matrix(
    mus: np.ndarray,
    ys: np.ndarray,
    mus_test: np.ndarray,
    ys_test: np.ndarray,
    continuous_factors: bool,
) -> np.ndarray:
    """How well each latent alone predicts each factor: float64 (num_latents, num_factors).

    The linear support vector machines move NumPy's global generator, as in disentanglement_lib; the
    result does not depend on it.
    """
    if continuous_factors:
        return squared_correlations(mus.T, ys.T)
    return accuracies(mus.T, ys.T, mus_test.T, ys_test.T, None)
