"""Metrics under their gin names, with disentanglement_lib's signature.

Each draws its own points from the given `RandomState`, factors then observations in chunks.
"""

from collections.abc import Callable

import gin
import numpy as np

from tripod_dlib import metrics
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.evaluation.batches import generate_batch_factor_code
from tripod_dlib.evaluation.discretizer import make_discretizer

NOT_BINDABLE = ["ground_truth_data", "representation_function", "random_state", "artifact_dir"]
NOT_RESULTS = ("notes",)


def metric_wrapper(name: str) -> Callable[[Callable], Callable]:
    """Registers a metric with gin; dataset, representation, generator and folder are not bindable.

    Args:
      name: Its gin name.
    """
    return gin.configurable(name, module="tripod_dlib.metrics", denylist=NOT_BINDABLE)


def draw_arrays(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    num_train: int,
    batch_size: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Sources and latents as our metrics take them: (num_train, num_factors or num_latents)."""
    latents, factors = generate_batch_factor_code(
        ground_truth_data, representation_function, num_train, random_state, batch_size
    )
    return factors.T, latents.T


@metric_wrapper("infomec")
def infomec(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    num_train: int = gin.REQUIRED,
    batch_size: int = 16,
    discrete: bool | None = None,
    pruning: str = "iqr",
    num_neighbors: int = 10,
) -> dict[str, object]:
    """InfoMEC of points drawn from a dataset; see `metrics.compute_infomec`.

    Args:
      ground_truth_data: Where points come from.
      representation_function: Observations to latents.
      random_state: Source of all draws.
      artifact_dir: Unused.
      num_train: Number of points.
      batch_size: Points per chunk.
      discrete: Whether latents are discrete; None takes it from a `Representation`.
      pruning: Rule that leaves inactive latents out.
      num_neighbors: Of the continuous estimate.

    Raises:
      ValueError: If `discrete` is None and the representation does not say it.
    """
    del artifact_dir
    if discrete is None:
        discrete = getattr(representation_function, "discrete", None)
    if discrete is None:
        raise ValueError(
            "Whether the latents are discrete is not known: bind infomec.discrete to True or "
            "False, or give a tripod_dlib.evaluation.representation.Representation."
        )
    arrays = draw_arrays(
        ground_truth_data, representation_function, random_state, num_train, batch_size
    )
    found = metrics.compute_infomec(
        *arrays, discrete=discrete, pruning=pruning, num_neighbors=num_neighbors
    )
    return {key: value for key, value in found.items() if key not in NOT_RESULTS}


@metric_wrapper("dci_random_forest")
def dci_random_forest(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    num_train: int = gin.REQUIRED,
    batch_size: int = 16,
    num_trees: int = 100,
    max_depth: int = 10,
    seed: int = 0,
) -> dict[str, object]:
    """DCI with random forests of points drawn; see `metrics.compute_dci_random_forest`."""
    del artifact_dir
    arrays = draw_arrays(
        ground_truth_data, representation_function, random_state, num_train, batch_size
    )
    found = metrics.compute_dci_random_forest(
        *arrays, num_trees=num_trees, max_depth=max_depth, seed=seed
    )
    return {key: value for key, value in found.items() if key not in NOT_RESULTS}


@metric_wrapper("mig")
def mig(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    num_train: int = gin.REQUIRED,
    batch_size: int = 16,
) -> dict[str, float]:
    """MIG as disentanglement_lib computes it: latents are counted by `discretizer`.

    A factor that does not vary is left out, with a warning; there it divides by 0.

    Returns:
      {"discrete_mig": float}.
    """
    del artifact_dir
    sources, latents = draw_arrays(
        ground_truth_data, representation_function, random_state, num_train, batch_size
    )
    levels = make_discretizer(latents.T).T
    return {"discrete_mig": metrics.compute_mig(sources, levels, discrete=True)["discrete_mig"]}
