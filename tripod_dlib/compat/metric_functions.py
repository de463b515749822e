"""Functions around disentanglement_lib's metrics that differ from ours in more than the name."""

from collections.abc import Callable

import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.evaluation.discretizer import discrete_entropy
from tripod_dlib.evaluation.wrappers.factor_vae_score import factor_vae_score
from tripod_dlib.evaluation.wrappers.irs import irs
from tripod_dlib.metrics import udr, unified
from tripod_dlib.metrics.irs import robustness
from tripod_dlib.metrics.modularity_explicitness import standardise


def compute_factor_vae(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    batch_size: int | None = None,
    num_train: int | None = None,
    num_eval: int | None = None,
    num_variance_estimate: int | None = None,
) -> dict[str, float | int]:
    """`factor_vae_score` for scripts of disentanglement_lib, constant latents voting as there;
    None is not given."""
    given = {
        "batch_size": batch_size,
        "num_train": num_train,
        "num_eval": num_eval,
        "num_variance_estimate": num_variance_estimate,
    }
    return factor_vae_score(
        ground_truth_data,
        representation_function,
        random_state,
        artifact_dir,
        constant_latents_vote=True,
        **{name: value for name, value in given.items() if value is not None},
    )


def compute_irs(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    diff_quantile: float | None = None,
    num_train: int | None = None,
    batch_size: int | None = None,
) -> dict[str, float | int | None]:
    """`irs` for scripts of disentanglement_lib, with its "num_active_dims"; None is not given."""
    given = {"diff_quantile": diff_quantile, "num_train": num_train, "batch_size": batch_size}
    return irs(
        ground_truth_data,
        representation_function,
        random_state,
        artifact_dir,
        active_dims="sum_of_values",
        **{name: value for name, value in given.items() if value is not None},
    )


def scalable_disentanglement_score(
    gen_factors: np.ndarray, latents: np.ndarray, diff_quantile: float = 0.99
) -> dict[str, np.ndarray | float]:
    """`metrics.irs.robustness` of factors (num_points, num_factors) and latents that all vary."""
    return robustness(np.asarray(gen_factors), np.asarray(latents), diff_quantile)


def normalize_data(
    data: np.ndarray, mean: np.ndarray | None = None, stddev: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Latents (num_latents, num_points) less their mean over their standard deviation.

    Args:
      data: (num_latents, num_points).
      mean, stddev: (num_latents,), those of other points; None for those of the data.

    Returns:
      normalized: (num_latents, num_points), with the mean and the deviation used.
    """
    scaled, mean, stddev = standardise(data.T, mean, stddev)
    return scaled.T, mean, stddev


def lasso_correlation_matrix(
    vec1: np.ndarray, vec2: np.ndarray, random_state: np.random.RandomState | int | None = None
) -> np.ndarray:
    """`metrics.udr.lasso_correlations` of points (num_points, num_latents) of two models."""
    return udr.lasso_correlations(vec1, vec2, random_state)


def spearman_correlation_conv(vec1: np.ndarray, vec2: np.ndarray) -> np.ndarray:
    """`metrics.udr.spearman_correlations` of points (num_points, num_latents) of two models."""
    return udr.spearman_correlations(vec1, vec2)


def relative_strength_disentanglement(corr_matrix: np.ndarray) -> float:
    """`metrics.udr.relative_strength` of a matrix of absolute correlations."""
    return udr.relative_strength(np.asarray(corr_matrix))


def aggregation_dci(matrix: np.ndarray, ys: np.ndarray) -> unified.Scores:
    """`metrics.unified.aggregate_dci` of a matrix (num_latents, num_factors) and factors."""
    return unified.aggregate_dci(matrix, discrete_entropy(ys))


def aggregation_mig(matrix: np.ndarray, ys: np.ndarray) -> unified.Scores:
    """`metrics.unified.aggregate_mig` of a matrix (num_latents, num_factors) and factors."""
    return unified.aggregate_mig(matrix, discrete_entropy(ys))


def aggregation_sap(matrix: np.ndarray, ys: np.ndarray) -> unified.Scores:
    """`metrics.unified.aggregate_sap` of a matrix (num_latents, num_factors) and factors."""
    return unified.aggregate_sap(matrix, discrete_entropy(ys))


def aggregation_modularity(matrix: np.ndarray, ys: np.ndarray) -> unified.Scores:
    """`metrics.unified.aggregate_modularity` of a matrix (num_latents, num_factors) and factors."""
    return unified.aggregate_modularity(matrix, discrete_entropy(ys))


AGGREGATION_FN = [aggregation_dci, aggregation_mig, aggregation_sap, aggregation_modularity]
