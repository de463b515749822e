"""disentanglement_lib's names for this package's functions: `import tripod_dlib.compat` first.

Afterwards `from disentanglement_lib.evaluation.metrics import mig` and every other path of `NAMES`
lead here, and `import gin.tf` works where the real one fails to import. An installed
disentanglement_lib that works is left alone, and an ImportError says so.
"""

import contextlib
import importlib
import importlib.abc
import importlib.machinery
import io
import os
import subprocess
import sys

from tripod_dlib.backend import quiet_native_output

LIBRARY = "disentanglement_lib"
GIN_TF = "gin.tf"
IN_CHILD = "TRIPOD_DLIB_COMPAT_CHILD"  # set where the real library is tried, if site imports us


def _same(module: str, names: str) -> dict[str, str]:
    """Names, between spaces, that are the same here and there."""
    return {name: f"{module}:{name}" for name in names.split()}


_CLASSES = "data.dlib_classes"
_W = "evaluation.wrappers"
_UNIFIED = f"{_W}.unified_scores"
_UDR = f"{_W}.udr_sklearn"
_RESULTS = "results.dlib_results"

# Module below disentanglement_lib -> name there -> "module:attribute" below this package.
NAMES: dict[str, dict[str, str]] = {
    "data.ground_truth.cars3d": _same(_CLASSES, "Cars3D"),
    "data.ground_truth.dsprites": _same(
        _CLASSES, "AbstractDSprites ColorDSprites DSprites NoisyDSprites ScreamDSprites"
    ),
    "data.ground_truth.dummy_data": {
        **_same(_CLASSES, "DummyData"),
        **_same("data.dummy_data", "IdentityObservationsData"),
    },
    "data.ground_truth.ground_truth_data": _same(_CLASSES, "GroundTruthData"),
    "data.ground_truth.mpi3d": _same(_CLASSES, "MPI3D"),
    "data.ground_truth.named_data": _same("data.named_data", "get_named_ground_truth_data"),
    "data.ground_truth.norb": _same(_CLASSES, "SmallNORB"),
    "data.ground_truth.shapes3d": _same(_CLASSES, "Shapes3D"),
    "data.ground_truth.util": {
        **_same("data.state_space", "SplitDiscreteStateSpace StateSpaceAtomIndex"),
        **_same("data.tf_stream", "tf_data_set_from_ground_truth_data"),
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
        **_same(f"{_W}.factor_vae_score", "compute_factor_vae"),
        "_prune_dims": f"{_W}.factor_vae_score:prune_dims",
    },
    "evaluation.metrics.fairness": {
        "compute_fairness": f"{_W}.fairness:fairness",
        "compute_scores_dict": "metrics.fairness:scores_by_name",
        **_same("metrics.fairness", "inter_group_fairness"),
    },
    "evaluation.metrics.irs": {
        **_same(f"{_W}.irs", "compute_irs scalable_disentanglement_score"),
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
        **_same(_UNIFIED, "AGGREGATION_FN aggregation_dci aggregation_mig aggregation_sap"),
        **_same(_UNIFIED, "aggregation_modularity compute_modularity_per_code pr_curves_values"),
        **_same(_UNIFIED, "sap_compute_diff_top_two"),
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
        **_same(f"{_W}.modularity_explicitness", "normalize_data"),
    },
    "evaluation.udr.metrics.udr": {
        "compute_udr_sklearn": f"{_UDR}:udr_sklearn",
        **_same(_UDR, "lasso_correlation_matrix spearman_correlation_conv"),
        **_same(_UDR, "relative_strength_disentanglement"),
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


class _LibraryLoader(importlib.abc.Loader):
    """Fills a module with the table's names when it is imported: gin knows them from then on."""

    def __init__(self, module: str):
        self._module = module

    def exec_module(self, module):
        names = NAMES.get(self._module, {})
        for name in names:
            setattr(module, name, resolve(self._module, name))

        def missing(name: str):
            known = ", ".join(sorted(names)) or "modules only"
            raise AttributeError(
                f"tripod_dlib has nothing under the name {module.__name__}.{name}; it has {known}."
            )

        module.__getattr__ = missing


class _GinLoader(importlib.abc.Loader):
    """Runs the real module; where that fails, what is there of it stays, and counts as imported."""

    def __init__(self, real: importlib.abc.Loader):
        self._real = real

    def exec_module(self, module):
        silent = contextlib.redirect_stdout(io.StringIO())
        with quiet_native_output(), silent, contextlib.suppress(Exception):
            self._real.exec_module(module)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds disentanglement_lib's modules in the table, and gin's for TensorFlow where they are."""

    def find_spec(self, name, path, target=None):
        if name == LIBRARY or name.startswith(f"{LIBRARY}."):
            return self._library(name)
        if name == GIN_TF or name.startswith(f"{GIN_TF}."):
            spec = importlib.machinery.PathFinder.find_spec(name, path)
            if spec is not None and spec.loader is not None:
                spec.loader = _GinLoader(spec.loader)
            return spec
        return None

    @staticmethod
    def _library(name: str) -> importlib.machinery.ModuleSpec:
        module = name[len(LIBRARY) + 1 :]
        is_package = not module or module in packages()
        if not is_package and module not in NAMES:
            raise ModuleNotFoundError(
                f"tripod_dlib.compat has no {name}; it has {', '.join(sorted(NAMES))}, each below "
                f"{LIBRARY}.",
                name=name,
            )
        return importlib.machinery.ModuleSpec(name, _LibraryLoader(module), is_package=is_package)


def real_library_imports() -> bool:
    """Whether an installed disentanglement_lib works, asked of a child process."""
    path = [str(entry) for entry in sys.path]
    code = f"import sys; sys.path[:] = {path!r}; import {LIBRARY}.evaluation.metrics.mig"
    child = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, IN_CHILD: "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    return child.returncode == 0


def take_over() -> None:
    """Makes disentanglement_lib's names lead to this package.

    Raises:
      ImportError: If the real library works.
    """
    if IN_CHILD in os.environ:
        return
    if real_library_imports():
        raise ImportError(
            "disentanglement_lib is installed and works: tripod_dlib.compat leaves it alone. Do "
            "without `import tripod_dlib.compat`, or uninstall disentanglement-lib."
        )
    for name in list(sys.modules):  # halves of the real one
        if name == LIBRARY or name.startswith(f"{LIBRARY}."):
            del sys.modules[name]
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


take_over()
