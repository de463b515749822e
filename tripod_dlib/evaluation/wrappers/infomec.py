"""InfoMEC under its gin name."""

from collections.abc import Callable

import gin
import numpy as np

from tripod_dlib import metrics
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.evaluation.wrappers.base import NOT_RESULTS, draw_arrays, metric_wrapper


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
    baselines: bool = True,
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
      baselines: Whether to add, under "baseline", what permuted latents score.

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
    scores = {key: value for key, value in found.items() if key not in NOT_RESULTS}
    if baselines:
        permuted = metrics.permutation_baselines(*arrays, discrete=discrete, metrics=["infomec"])
        scores["baseline"] = permuted["infomec"]
    return scores
