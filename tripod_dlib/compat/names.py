"""Which of this package's objects stands behind each of disentanglement_lib's names."""

import importlib


def _same(module: str, names: str) -> dict[str, str]:
    """Names, between spaces, that are the same here and there."""
    return {name: f"{module}:{name}" for name in names.split()}


_CLASSES = "compat.dataset_classes"
_METRICS = "compat.metric_functions"
_W = "evaluation.wrappers"
_UNIFIED = f"{_W}.unified_scores"
_RESULTS = "results.dlib_results"

# Module below disentanglement_lib -> name there -> "module:attribute" below this package.
NAMES: dict[str, dict[str, str]] = {
    "data.ground_truth.cars3d": _same(_CLASSES, "Cars3D"),
    "data.ground_truth.dsprites": _same(
        _CLASSES, "AbstractDSprites ColorDSprites DSprites NoisyDSprites ScreamDSprites"
    ),
    "data.ground_truth.dummy_data": {
        **_same(_CLASSES, "DummyData"),
        **_same("data.rendered.dummy_data", "IdentityObservationsData"),
    },
    "data.ground_truth.ground_truth_data": _same(_CLASSES, "GroundTruthData"),
    "data.ground_truth.mpi3d": _same(_CLASSES, "MPI3D"),
    "data.ground_truth.named_data": _same("data.named_data", "get_named_ground_truth_data"),
    "data.ground_truth.norb": _same(_CLASSES, "SmallNORB"),
    "data.ground_truth.shapes3d": _same(_CLASSES, "Shapes3D"),
    "data.ground_truth.util": {
        **_same("compat.state_space", "SplitDiscreteStateSpace StateSpaceAtomIndex"),
        **_same("compat.tf_stream", "tf_data_set_from_ground_truth_data"),
    },
    "evaluation.metrics.beta_vae": {
        "compute_beta_vae_sklearn": f"{_W}.beta_vae_sklearn:beta_vae_sklearn"
    },
    "evaluation.metrics.dci": {
        "compute_dci": f"{_W}.dci:dci",
        "_compute_dci": f"{_W}.dci:dci_of_codes",
        "compute_dci_on_fixed_data": f"{_W}.dci:dci_validation",
        "compute_importance_gbt": f"{_W}.dci:importance_gbt",
        **_same("metrics.importance", "completeness disentanglement"),
        "completeness_per_factor": "metrics.importance:completeness_per_source",
        "disentanglement_per_code": "metrics.importance:disentanglement_per_latent",
    },
    "evaluation.metrics.downstream_task": {
        "compute_downstream_task": f"{_W}.downstream_task:downstream_task"
    },
    "evaluation.metrics.factor_vae": {
        **_same(_METRICS, "compute_factor_vae"),
        "_prune_dims": f"{_W}.factor_vae_score:prune_dims",
    },
    "evaluation.metrics.fairness": {
        "compute_fairness": f"{_W}.fairness:fairness",
        "compute_scores_dict": "metrics.fairness:scores_by_name",
        **_same("metrics.fairness", "inter_group_fairness"),
    },
    "evaluation.metrics.irs": {
        **_same(_METRICS, "compute_irs scalable_disentanglement_score"),
        "_drop_constant_dims": f"{_W}.irs:drop_constant_dims",
    },
    "evaluation.metrics.mig": {
        "compute_mig": f"{_W}.mig:mig",
        "_compute_mig": f"{_W}.mig:mig_of_codes",
        "compute_mig_on_fixed_data": f"{_W}.mig:mig_validation",
    },
    "evaluation.metrics.modularity_explicitness": {
        "compute_modularity_explicitness": f"{_W}.modularity_explicitness:modularity_explicitness",
        **_same(f"{_W}.modularity_explicitness", "explicitness_per_factor"),
        **_same("metrics.modularity_explicitness", "modularity"),
    },
    "evaluation.metrics.reduced_downstream_task": {
        "compute_reduced_downstream_task": f"{_W}.reduced_downstream_task:reduced_downstream_task",
        **_same(f"{_W}.reduced_downstream_task", "factorwise_dci"),
    },
    "evaluation.metrics.sap_score": {
        "compute_sap": f"{_W}.sap_score:sap_score",
        "_compute_sap": f"{_W}.sap_score:sap_of_codes",
        "compute_sap_on_fixed_data": f"{_W}.sap_score:sap_score_validation",
        "compute_score_matrix": f"{_W}.sap_score:score_matrix",
        "compute_avg_diff_top_two": "metrics.sap:mean_gap",
    },
    "evaluation.metrics.strong_downstream_task": {
        "compute_strong_downstream_task": f"{_W}.strong_downstream_task:strong_downstream_task",
        **_same(f"{_W}.strong_downstream_task", "intervene"),
    },
    "evaluation.metrics.unified_scores": {
        "compute_unified_scores": f"{_UNIFIED}:unified_scores",
        "compute_unified_score_on_fixed_data": f"{_UNIFIED}:unified_score_validation",
        "unified_scores": f"{_UNIFIED}:scores_of_arrays",
        **_same(_METRICS, "AGGREGATION_FN aggregation_dci aggregation_mig aggregation_sap"),
        **_same(_METRICS, "aggregation_modularity"),
        "compute_modularity_per_code": "metrics.unified:modularity_per_latent",
        "pr_curves_values": "metrics.unified:precision_curve",
        "sap_compute_diff_top_two": "metrics.unified:largest_gaps",
        **_same(f"{_W}.unified_matrices", "accuracy_svm_matrix importance_gbt_matrix"),
        **_same(f"{_W}.unified_matrices", "mutual_information_matrix"),
    },
    "evaluation.metrics.unsupervised_metrics": {
        **_same(f"{_W}.unsupervised_metrics", "unsupervised_metrics"),
        **_same("metrics.unsupervised", "gaussian_total_correlation"),
        **_same("metrics.unsupervised", "gaussian_wasserstein_correlation"),
        "kl_gaussians_numerically_unstable": "metrics.unsupervised:gaussian_kl",
    },
    "evaluation.metrics.utils": {
        **_same("evaluation.batches", "generate_batch_factor_code obtain_representation"),
        **_same("evaluation.batches", "split_train_test"),
        **_same("evaluation.discretizer", "discrete_entropy discrete_mutual_info make_discretizer"),
        "_histogram_discretize": "evaluation.discretizer:histogram_discretizer",
        **_same("evaluation.predictor", "gradient_boosting_classifier logistic_regression_cv"),
        "make_predictor_fn": "evaluation.predictor:make_predictor",
        **_same(_METRICS, "normalize_data"),
    },
    "evaluation.udr.metrics.udr": {
        "compute_udr_sklearn": f"{_W}.udr_sklearn:udr_sklearn",
        **_same(_METRICS, "lasso_correlation_matrix relative_strength_disentanglement"),
        **_same(_METRICS, "spearman_correlation_conv"),
    },
    "utils.aggregate_results": _same(
        "results.aggregate", "aggregate_results_to_json load_aggregated_json_results"
    ),
    "utils.results": {
        **_same(_RESULTS, "aggregate_json_results copydir gin_dict namespaced_dict save_dict"),
        **_same(_RESULTS, "save_gin update_result_directory"),
    },
}


def resolve(module: str, name: str) -> object:
    """This package's object behind a name of the table, in a module below disentanglement_lib."""
    target, _, attribute = NAMES[module][name].partition(":")
    return getattr(importlib.import_module(f"tripod_dlib.{target}"), attribute)


def packages() -> set[str]:
    """The packages below disentanglement_lib that hold the table's modules."""
    parts = [module.split(".")[:-1] for module in NAMES]
    return {".".join(part[: i + 1]) for part in parts for i in range(len(part))}
