"""The interventional robustness score under its gin name."""

from collections.abc import Callable

import gin
import numpy as np

from tripod_dlib import metrics
from tripod_dlib.allowed import PositiveInt, Probability
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.evaluation.discretizer import make_discretizer
from tripod_dlib.evaluation.wrappers.base import draw_arrays, metric_wrapper, varying_factors
from tripod_dlib.metrics.irs import robustness

ACTIVE_DIMS = ("count", "sum_of_values")


@metric_wrapper("irs", metrics.compute_irs)
def irs(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    diff_quantile: Probability = 0.99,
    num_train: PositiveInt = gin.REQUIRED,
    batch_size: PositiveInt = gin.REQUIRED,
    active_dims: str = "count",
) -> dict[str, float | int | None]:
    """Interventional robustness of points drawn; factors go through the `discretizer`.

    Args:
      ground_truth_data: Where points come from.
      representation_function: Observations to latents.
      random_state: Source of all draws.
      artifact_dir: Unused.
      diff_quantile: Which quantile of a latent's moves counts.
      num_train: Number of points.
      batch_size: Points per chunk.
      active_dims: What "num_active_dims" is: "count", the number of latents that vary, or
        "sum_of_values", the sum of their values, which disentanglement_lib gives by mistake.

    Returns:
      {"IRS": float, "num_active_dims": int or float}: 0 and 0 if no latent varies.

    Raises:
      ValueError: If `active_dims` is unknown.
    """
    del artifact_dir
    if active_dims not in ACTIVE_DIMS:
        raise ValueError(
            f"Unknown irs.active_dims {active_dims!r}; choose one of {', '.join(ACTIVE_DIMS)}."
        )
    sources, latents = draw_arrays(
        ground_truth_data, representation_function, random_state, num_train, batch_size
    )
    active = drop_constant_dims(latents.T)
    levels = make_discretizer(sources.T)
    levels = levels[varying_factors(levels, "irs")]
    if not active.size:
        score = 0.0 if len(levels) else None
        return {"IRS": score, "num_active_dims": 0}
    return {
        "IRS": robustness(levels.T, active.T, diff_quantile)["avg_score"] if len(levels) else None,
        "num_active_dims": len(active) if active_dims == "count" else float(np.sum(active)),
    }


def drop_constant_dims(ys: np.ndarray) -> np.ndarray:
    """The rows of (num_latents, num_points) that vary.

    Raises:
      ValueError: If it is no matrix.
    """
    ys = np.asarray(ys)
    if ys.ndim != 2:
        raise ValueError(f"Expecting a matrix, (num_latents, num_points); got {ys.shape}.")
    return ys[ys.var(axis=1) > 0.0]
