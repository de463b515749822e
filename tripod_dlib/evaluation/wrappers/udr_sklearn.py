"""Unsupervised disentanglement ranking under its gin name: it compares models, not factors."""

from collections.abc import Callable, Sequence

import gin
import numpy as np

from tripod_dlib.allowed import NonNegativeFloat, PositiveInt
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.metrics import udr

WithDivergence = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


@gin.configurable(
    "udr_sklearn",
    module="tripod_dlib.metrics",
    denylist=["ground_truth_data", "representation_functions", "random_state"],
)
def udr_sklearn(
    ground_truth_data: GroundTruthData,
    representation_functions: Sequence[WithDivergence],
    random_state: np.random.RandomState,
    batch_size: PositiveInt = gin.REQUIRED,
    num_data_points: PositiveInt = gin.REQUIRED,
    correlation_matrix: str = "lasso",
    filter_low_kl: bool = True,
    include_raw_correlations: bool = True,
    kl_filter_threshold: NonNegativeFloat = 0.01,
) -> dict[str, list]:
    """How well each of several models agrees with the others on points drawn.

    Args:
      ground_truth_data: Where points come from; factors are not needed.
      representation_functions: For each model observations to (latents, divergence from the prior
        of each latent).
      random_state: Source of all draws.
      batch_size: Points per draw.
      num_data_points: Number of points, a multiple of `batch_size`.
      correlation_matrix: "lasso"; anything else is Spearman's rank correlation.
      filter_low_kl: Whether only latents of a divergence beyond the threshold enter the scores.
      include_raw_correlations: Whether the matrices are among the results.
      kl_filter_threshold: That threshold, in nats.

    Returns:
      "raw_correlations": (num_models, num_models, num_latents, num_latents), if asked for.
      "pairwise_disentanglement_scores": (num_models, num_models, 1).
      "model_scores": One a model, the median over the others.

    Raises:
      ValueError: If there is one model in place of several, or the points are no whole number of
        batches; see also `metrics.compute_udr`.
    """
    if callable(representation_functions):
        raise ValueError(
            "udr_sklearn compares several models with each other, and got one: "
            "tripod_udr --model_dirs=RUN,RUN,... takes several."
        )
    if num_data_points % batch_size:
        raise ValueError(
            f"udr_sklearn.num_data_points is {num_data_points}, which is no multiple of "
            f"udr_sklearn.batch_size, {batch_size}."
        )
    latents: list[list] = [[] for _ in representation_functions]
    kl: list[list] = [[] for _ in representation_functions]
    for _ in range(num_data_points // batch_size):
        observations = ground_truth_data.sample_observations(batch_size, random_state)
        for index, function in enumerate(representation_functions):
            encoded, divergence = function(observations)
            latents[index].append(encoded)
            kl[index].append(divergence)
    results = udr.compute_udr(
        [np.concatenate(batches) for batches in latents],
        [np.mean(batches, axis=0) for batches in kl],
        correlation="lasso" if correlation_matrix == "lasso" else "spearman",
        filter_low_kl=filter_low_kl,
        kl_filter_threshold=kl_filter_threshold,
        random_state=random_state,
    )
    scores = {"raw_correlations": results["raw_correlations"].tolist()}
    return {
        **(scores if include_raw_correlations else {}),
        "pairwise_disentanglement_scores": results["pairwise_scores"][:, :, None].tolist(),
        "model_scores": results["model_scores"],
    }
