"""Matrices that relate latents to factors, for `unified_scores`, under their gin names."""

from collections.abc import Callable

import gin
import numpy as np

from tripod_dlib.evaluation.discretizer import discrete_mutual_info, make_discretizer
from tripod_dlib.evaluation.wrappers.dci import importance_gbt
from tripod_dlib.evaluation.wrappers.sap_score import score_matrix

ARRAYS = ["mus_train", "ys_train", "mus_test", "ys_test"]


def _matrix(name: str) -> Callable[[Callable], Callable]:
    return gin.configurable(name, module="tripod_dlib.metrics", denylist=ARRAYS)


@_matrix("importance_gbt_matrix")
def importance_gbt_matrix(
    mus_train: np.ndarray, ys_train: np.ndarray, mus_test: np.ndarray, ys_test: np.ndarray
) -> np.ndarray:
    """Importance of latents in boosted trees, as in `dci`: (num_latents, num_factors)."""
    return importance_gbt(mus_train, ys_train, mus_test, ys_test)[0]


@_matrix("mutual_information_matrix")
def mutual_information_matrix(
    mus_train: np.ndarray, ys_train: np.ndarray, mus_test: np.ndarray, ys_test: np.ndarray
) -> np.ndarray:
    """Mutual information of discretized latents and factors: (num_latents, num_factors)."""
    del mus_test, ys_test
    return discrete_mutual_info(make_discretizer(mus_train), ys_train)


@_matrix("accuracy_svm_matrix")
def accuracy_svm_matrix(
    mus_train: np.ndarray, ys_train: np.ndarray, mus_test: np.ndarray, ys_test: np.ndarray
) -> np.ndarray:
    """Accuracy of single latents, as in `sap_score`: (num_latents, num_factors)."""
    return score_matrix(mus_train, ys_train, mus_test, ys_test, continuous_factors=False)
