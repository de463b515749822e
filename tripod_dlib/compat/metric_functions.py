"""Functions around disentanglement_lib's metrics that differ from ours in more than the name."""

from collections.abc import Callable

import numpy as np

from tripod_dlib.compat.keywords import renamed
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.evaluation.discretizer import discrete_entropy
from tripod_dlib.evaluation.wrappers.dci import dci_of_codes
from tripod_dlib.evaluation.wrappers.factor_vae_score import factor_vae_score
from tripod_dlib.evaluation.wrappers.irs import irs
from tripod_dlib.metrics import (
    fairness,
    importance,
    modularity_explicitness,
    prediction,
    sap,
    udr,
    unified,
    unsupervised,
)
from tripod_dlib.metrics.irs import robustness

# Ours under other names of the arguments.
compute_dci_of_codes = renamed(dci_of_codes, mus_train="mus", ys_train="ys")
completeness = renamed(importance.completeness, importance_matrix="importance")
completeness_per_factor = renamed(
    importance.completeness_per_source, importance_matrix="importance"
)
disentanglement = renamed(importance.disentanglement, importance_matrix="importance")
disentanglement_per_code = renamed(
    importance.disentanglement_per_latent, importance_matrix="importance"
)
compute_scores_dict = renamed(fairness.scores_by_name, metric="matrix")
modularity = renamed(modularity_explicitness.modularity, mutual_information="information")
compute_avg_diff_top_two = renamed(sap.mean_gap, matrix="scores")
lasso_correlation_matrix = renamed(udr.lasso_correlations, vec1="inputs", vec2="targets")
spearman_correlation_conv = renamed(udr.spearman_correlations, vec1="one", vec2="other")
relative_strength_disentanglement = renamed(udr.relative_strength, corr_matrix="correlations")
pr_curves_values = unified.precision_curve
sap_compute_diff_top_two = unified.largest_gaps
compute_modularity_per_code = renamed(
    modularity_explicitness.modularity_per_latent, mutual_information="information"
)
gaussian_total_correlation = renamed(unsupervised.gaussian_total_correlation, cov="covariance")
gaussian_wasserstein_correlation = renamed(
    unsupervised.gaussian_wasserstein_correlation, cov="covariance"
)
kl_gaussians_numerically_unstable = renamed(
    unsupervised.gaussian_kl, cov_0="covariance_0", cov_1="covariance_1", k="num_dimensions"
)


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


def inter_group_fairness(counts: np.ndarray) -> tuple[float, float]:
    """`metrics.fairness.inter_group_fairness` of counts (num_classes, num_groups), as there."""
    return fairness.inter_group_fairness(np.asarray(counts).T)


def compute_predictive_accuracy(
    x_train: np.ndarray,
    y_train: np.ndarray,
    x_test: np.ndarray,
    y_test: np.ndarray,
    predictor_fn: Callable[[], object],
) -> tuple[list[float], list[float]]:
    """Accuracy of predicting each factor from all latents.

    Args:
      x_train, x_test: (num_points, num_latents).
      y_train, y_test: (num_factors, num_points).
      predictor_fn: Gives an unfitted classifier in scikit-learn's manner.

    Returns:
      train, test: One accuracy a factor.
    """
    train, test = prediction.prediction_accuracies(
        predictor_fn, x_train, y_train.T, x_test, y_test.T
    )
    return train.tolist(), test.tolist()


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
    scaled, mean, stddev = modularity_explicitness.standardise(data.T, mean, stddev)
    return scaled.T, mean, stddev


def aggregation_dci(matrix: np.ndarray, ys: np.ndarray) -> unified.Scores:
    """`metrics.unified.aggregate_dci` of a matrix (num_latents, num_factors) and factors."""
    return unified.aggregate_dci(matrix, discrete_entropy(ys))


def aggregation_mig(m: np.ndarray, ys_train: np.ndarray) -> unified.Scores:
    """`metrics.unified.aggregate_mig` of a matrix (num_latents, num_factors) and factors."""
    return unified.aggregate_mig(m, discrete_entropy(ys_train))


def aggregation_sap(matrix: np.ndarray, ys: np.ndarray) -> unified.Scores:
    """`metrics.unified.aggregate_sap` of a matrix (num_latents, num_factors) and factors."""
    return unified.aggregate_sap(matrix, discrete_entropy(ys))


def aggregation_modularity(matrix: np.ndarray, ys: np.ndarray) -> unified.Scores:
    """`metrics.unified.aggregate_modularity` of a matrix (num_latents, num_factors) and factors."""
    return unified.aggregate_modularity(matrix, discrete_entropy(ys))


AGGREGATION_FN = [aggregation_dci, aggregation_mig, aggregation_sap, aggregation_modularity]
