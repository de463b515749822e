"""DCI with random forests under its gin name; `dci` is disentanglement_lib's, with boosting."""

from collections.abc import Callable

import gin
import numpy as np

from tripod_dlib import metrics
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.evaluation.wrappers.base import NOT_RESULTS, draw_arrays, metric_wrapper


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
    baselines: bool = True,
) -> dict[str, object]:
    """DCI with random forests of points drawn; see `metrics.compute_dci_random_forest`.

    With `baselines` there is "baseline", what permuted latents score.
    """
    del artifact_dir
    arrays = draw_arrays(
        ground_truth_data, representation_function, random_state, num_train, batch_size
    )
    found = metrics.compute_dci_random_forest(
        *arrays, num_trees=num_trees, max_depth=max_depth, seed=seed
    )
    scores = {key: value for key, value in found.items() if key not in NOT_RESULTS}
    if baselines:
        name = "dci_random_forest"
        permuted = metrics.permutation_baselines(*arrays, discrete=False, metrics=[name], seed=seed)
        scores["baseline"] = permuted[name]
    return scores
