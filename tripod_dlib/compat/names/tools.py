"""Names of disentanglement_lib's studies, results and pictures."""

from tripod_dlib.compat.names.entries import same

_RESULTS = "compat.result_functions"

NAMES = {
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
}
