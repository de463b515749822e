"""Scores of latents without factors under their gin name."""

from collections.abc import Callable

import gin
import numpy as np

from tripod_dlib import metrics
from tripod_dlib.allowed import PositiveInt
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.evaluation.batches import generate_batch_factor_code
from tripod_dlib.evaluation.discretizer import make_discretizer
from tripod_dlib.evaluation.wrappers.base import metric_wrapper
from tripod_dlib.metrics.levels import rank_values
from tripod_dlib.metrics.unsupervised import (
    KEYS,
    gaussian_total_correlation,
    gaussian_wasserstein_correlation,
    mean_pairwise_information,
)


@metric_wrapper("unsupervised_metrics", metrics.compute_unsupervised)
def unsupervised_metrics(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    num_train: PositiveInt = gin.REQUIRED,
    batch_size: PositiveInt = 16,
) -> dict[str, float | None]:
    """Unsupervised scores as disentanglement_lib computes them: constant latents take part.

    The total correlation is then NaN, which result files show as null; `metrics.
    compute_unsupervised` leaves constant latents out.

    Returns:
      "gaussian_total_correlation", "gaussian_wasserstein_correlation",
      "gaussian_wasserstein_correlation_norm", "mutual_info_score"; None for a single latent.
    """
    del artifact_dir
    latents, _ = generate_batch_factor_code(
        ground_truth_data, representation_function, num_train, random_state, batch_size
    )
    if len(latents) == 1:
        return dict.fromkeys(KEYS)
    covariance = np.cov(latents)
    distance = gaussian_wasserstein_correlation(covariance)
    total_variance = np.trace(covariance)
    scores = (
        gaussian_total_correlation(covariance),
        distance,
        distance / total_variance if total_variance > 0 else float("nan"),
        mean_pairwise_information(rank_values(make_discretizer(latents).T)),
    )
    return dict(zip(KEYS, map(float, scores), strict=True))
