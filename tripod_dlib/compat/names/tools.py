"""Names of disentanglement_lib's studies, results and pictures."""

from tripod_dlib.compat.names.entries import same

_RESULTS = "compat.result_functions"

_STUDY = "get_config get_datasets get_default_models get_num_latent get_seeds"

NAMES = {
    "config.fairness_study_v1.sweep": same("compat.study", f"{_STUDY} FairnessStudyV1"),
    "config.reproduce": same("compat.study", "STUDIES"),
    "config.study": same("compat.study", "Study"),
    "config.unsupervised_study_v1.sweep": same("compat.study", f"{_STUDY} UnsupervisedStudyV1"),
    "postprocessing.methods": same(
        "postprocessing.methods", "mean_representation sampled_representation"
    ),
    "postprocessing.postprocess": same("compat.postprocess", "postprocess postprocess_with_gin"),
    "utils.aggregate_results": same(
        "results.aggregate", "aggregate_results_to_json load_aggregated_json_results"
    ),
    "utils.hyperparams": same(
        "compat.hyperparams", "categorical chainit discrete fixed product sweep to_bindings zipit"
    ),
    "utils.resources": same("compat.resources", "get_file get_files_in_folder"),
    "utils.results": {
        **same(_RESULTS, "Encoder copydir gin_dict save_dict save_gin"),
        **same("results.dlib_results", "aggregate_json_results namespaced_dict"),
        **same("results.dlib_results", "update_result_directory"),
    },
    "visualize.dendrogram": same("visualize.dendrogram", "dendrogram_plot report_merges"),
    "visualize.visualize_dataset": same("visualize.dataset", "visualize_dataset"),
    "visualize.visualize_irs": same("visualize.interventions", "vis_all_interventional_effects"),
    "visualize.visualize_model": {
        **same("visualize.model", "visualize"),
        **same("visualize.traversals", "latent_traversal_1d_multi_dim"),
        **same("compat.activations", "sigmoid tanh"),
    },
    "visualize.visualize_scores": {
        **same("visualize.relations", "bfs heat_square plot_bar_palette plot_matrix_squares"),
        **same("visualize.relations", "plot_recovery_vs_independent precision recall"),
    },
    "visualize.visualize_util": {
        **same("visualize.grids", "add_below best_num_rows grid_save_images pad_around"),
        **same("visualize.grids", "padded_grid padded_stack padding_array save_image"),
        **same("visualize.animation", "cycle_factor cycle_gaussian cycle_interval"),
        **same("visualize.animation", "save_animation"),
    },
}
