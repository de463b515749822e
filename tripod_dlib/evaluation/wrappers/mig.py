"""MIG under its gin name."""

from collections.abc import Callable

import gin
import numpy as np

from tripod_dlib import metrics
from tripod_dlib.allowed import PositiveInt
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.evaluation.batches import obtain_representation
from tripod_dlib.evaluation.discretizer import make_discretizer
from tripod_dlib.evaluation.wrappers.base import (
    draw_arrays,
    fixed_data_wrapper,
    metric_wrapper,
)
from tripod_dlib.metrics.counts import counts_of
from tripod_dlib.metrics.gaps import gap_of_sources
from tripod_dlib.metrics.inputs import check
from tripod_dlib.metrics.levels import rank_values


@metric_wrapper("mig", metrics.compute_mig)
def mig(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    num_train: PositiveInt = gin.REQUIRED,
    batch_size: PositiveInt = 16,
) -> dict[str, float | None]:
    """MIG as disentanglement_lib computes it: latents are counted by `discretizer`.

    A factor that does not vary is left out, with a warning; there it divides by 0.

    Returns:
      {"discrete_mig": float}, None where undefined.
    """
    del artifact_dir
    sources, latents = draw_arrays(
        ground_truth_data, representation_function, random_state, num_train, batch_size
    )
    return mig_of_codes(latents.T, sources.T)


@fixed_data_wrapper("mig_validation")
def mig_validation(
    observations: np.ndarray,
    labels: np.ndarray,
    representation_function: Callable[[np.ndarray], np.ndarray],
    batch_size: PositiveInt = 100,
) -> dict[str, float | None]:
    """`mig` of given observations and labels.

    Args:
      observations: (num_points, ...).
      labels: (num_factors, num_points).
      representation_function: Observations to latents.
      batch_size: Points encoded at once.
    """
    latents = obtain_representation(observations, representation_function, batch_size)
    return mig_of_codes(latents, labels)


def mig_of_codes(mus_train: np.ndarray, ys_train: np.ndarray) -> dict[str, float | None]:
    """`mig` of latents (num_latents, num_points) and factors (num_factors, num_points)."""
    sample = check(ys_train.T, mus_train.T)
    counts = counts_of(sample, rank_values(make_discretizer(mus_train).T))
    return {"discrete_mig": gap_of_sources("discrete_mig", "MIG", counts)["discrete_mig"]}
