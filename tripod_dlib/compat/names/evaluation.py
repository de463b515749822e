"""Names of disentanglement_lib's metrics."""

from tripod_dlib.compat.names.entries import same

_F = "compat.metric_functions"
_W = "evaluation.wrappers"

NAMES = {
    "evaluation.evaluate": same("compat.evaluate", "evaluate evaluate_with_gin"),
    "evaluation.metrics.beta_vae": {
        "compute_beta_vae_sklearn": f"{_W}.beta_vae_sklearn:beta_vae_sklearn"
    },
    "evaluation.metrics.dci": {
        "compute_dci": f"{_W}.dci:dci",
        "_compute_dci": f"{_F}:compute_dci_of_codes",
        "compute_dci_on_fixed_data": f"{_W}.dci:dci_validation",
        "compute_importance_gbt": f"{_W}.dci:importance_gbt",
        **same(_F, "completeness completeness_per_factor"),
        **same(_F, "disentanglement disentanglement_per_code"),
    },
    "evaluation.metrics.downstream_task": {
        "compute_downstream_task": f"{_W}.downstream_task:downstream_task"
    },
    "evaluation.metrics.factor_vae": {
        **same(_F, "compute_factor_vae"),
        "_prune_dims": f"{_W}.factor_vae_score:prune_dims",
    },
    "evaluation.metrics.fairness": {
        "compute_fairness": f"{_W}.fairness:fairness",
        **same(_F, "compute_scores_dict inter_group_fairness"),
    },
    "evaluation.metrics.irs": {
        **same(_F, "compute_irs scalable_disentanglement_score"),
        "_drop_constant_dims": f"{_W}.irs:drop_constant_dims",
    },
    "evaluation.metrics.mig": {
        "compute_mig": f"{_W}.mig:mig",
        "_compute_mig": f"{_W}.mig:mig_of_codes",
        "compute_mig_on_fixed_data": f"{_W}.mig:mig_validation",
    },
    "evaluation.metrics.modularity_explicitness": {
        "compute_modularity_explicitness": f"{_W}.modularity_explicitness:modularity_explicitness",
        **same(f"{_W}.modularity_explicitness", "explicitness_per_factor"),
        **same(_F, "modularity"),
    },
    "evaluation.metrics.reduced_downstream_task": {
        "compute_factorwise_dci": f"{_W}.reduced_downstream_task:factorwise_dci",
        "compute_reduced_downstream_task": f"{_W}.reduced_downstream_task:reduced_downstream_task",
        "compute_reduced_representation": f"{_W}.reduced_downstream_task:reduced_representation",
        **same(_F, "compute_predictive_accuracy"),
    },
    "evaluation.metrics.sap_score": {
        "compute_sap": f"{_W}.sap_score:sap_score",
        "_compute_sap": f"{_W}.sap_score:sap_of_codes",
        "compute_sap_on_fixed_data": f"{_W}.sap_score:sap_score_validation",
        "compute_score_matrix": f"{_W}.sap_score:score_matrix",
        **same(_F, "compute_avg_diff_top_two"),
    },
    "evaluation.metrics.strong_downstream_task": {
        "compute_strong_downstream_task": f"{_W}.strong_downstream_task:strong_downstream_task",
        **same(f"{_W}.strong_downstream_task", "intervene"),
    },
    "evaluation.metrics.unified_scores": {
        "compute_unified_scores": f"{_W}.unified_scores:unified_scores",
        "compute_unified_score_on_fixed_data": f"{_W}.unified_scores:unified_score_validation",
        "unified_scores": f"{_W}.unified_scores:scores_of_arrays",
        **same(_F, "AGGREGATION_FN aggregation_dci aggregation_mig aggregation_sap"),
        **same(_F, "aggregation_modularity compute_modularity_per_code pr_curves_values"),
        **same(_F, "sap_compute_diff_top_two"),
        **same(f"{_W}.unified_matrices", "accuracy_svm_matrix importance_gbt_matrix"),
        **same(f"{_W}.unified_matrices", "mutual_information_matrix"),
    },
    "evaluation.metrics.unsupervised_metrics": {
        **same(f"{_W}.unsupervised_metrics", "unsupervised_metrics"),
        **same(_F, "gaussian_total_correlation gaussian_wasserstein_correlation"),
        **same(_F, "kl_gaussians_numerically_unstable"),
    },
    "evaluation.metrics.utils": {
        **same("evaluation.batches", "generate_batch_factor_code obtain_representation"),
        **same("evaluation.batches", "split_train_test"),
        **same("evaluation.discretizer", "discrete_entropy discrete_mutual_info make_discretizer"),
        "_histogram_discretize": "evaluation.discretizer:histogram_discretizer",
        **same("evaluation.predictor", "gradient_boosting_classifier logistic_regression_cv"),
        "make_predictor_fn": "evaluation.predictor:make_predictor",
        **same(_F, "normalize_data"),
    },
    "evaluation.udr.evaluate": {"evaluate": "compat.evaluate:rank"},
    "evaluation.udr.metrics.udr": {
        "compute_udr_sklearn": f"{_W}.udr_sklearn:udr_sklearn",
        **same(_F, "lasso_correlation_matrix relative_strength_disentanglement"),
        **same(_F, "spearman_correlation_conv"),
    },
}
