"""MIG under its gin name."""

from collections.abc import Callable

import gin
import numpy as np

from tripod_dlib import metrics
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.evaluation.discretizer import make_discretizer
from tripod_dlib.evaluation.wrappers.base import draw_arrays, metric_wrapper


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
