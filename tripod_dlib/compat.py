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
import subprocess
import sys
from collections.abc import Sequence
from types import ModuleType

from tripod_dlib.backend import quiet_native_output

LIBRARY = "disentanglement_lib"
GIN_TF = "gin.tf"

_WRAPPERS = "evaluation.wrappers"
_UDR = f"{_WRAPPERS}.udr_sklearn"
_UNIFIED = f"{_WRAPPERS}.unified_scores"

# Module below disentanglement_lib -> name there -> "module:attribute" below this package.
NAMES: dict[str, dict[str, str]] = {
    "data.ground_truth.cars3d": {"Cars3D": "data.dlib_classes:Cars3D"},
    "data.ground_truth.dsprites": {
        "ColorDSprites": "data.dlib_classes:ColorDSprites",
        "DSprites": "data.dlib_classes:DSprites",
        "NoisyDSprites": "data.dlib_classes:NoisyDSprites",
        "ScreamDSprites": "data.dlib_classes:ScreamDSprites",
    },
    "data.ground_truth.dummy_data": {
        "DummyData": "data.dlib_classes:DummyData",
        "IdentityObservationsData": "data.dummy_data:IdentityObservationsData",
    },
    "data.ground_truth.ground_truth_data": {
        "GroundTruthData": "data.dlib_classes:GroundTruthData",
    },
    "data.ground_truth.mpi3d": {"MPI3D": "data.dlib_classes:MPI3D"},
    "data.ground_truth.named_data": {
        "get_named_ground_truth_data": "data.named_data:get_named_ground_truth_data",
    },
    "data.ground_truth.norb": {"SmallNORB": "data.dlib_classes:SmallNORB"},
    "data.ground_truth.shapes3d": {"Shapes3D": "data.dlib_classes:Shapes3D"},
    "data.ground_truth.util": {
        "SplitDiscreteStateSpace": "data.state_space:SplitDiscreteStateSpace",
        "StateSpaceAtomIndex": "data.state_space:StateSpaceAtomIndex",
        "tf_data_set_from_ground_truth_data": "data.tf_stream:tf_data_set_from_ground_truth_data",
    },
    "evaluation.metrics.mig": {
        "compute_mig": f"{_WRAPPERS}.mig:mig",
    },
    "utils.aggregate_results": {
        "aggregate_results_to_json": "results.aggregate:aggregate_results_to_json",
        "load_aggregated_json_results": "results.aggregate:load_aggregated_json_results",
    },
    "utils.results": {
        "aggregate_json_results": "results.dlib_results:aggregate_json_results",
        "copydir": "results.dlib_results:copydir",
        "gin_dict": "results.dlib_results:gin_dict",
        "namespaced_dict": "results.dlib_results:namespaced_dict",
        "save_dict": "results.dlib_results:save_dict",
        "save_gin": "results.dlib_results:save_gin",
        "update_result_directory": "results.dlib_results:update_result_directory",
    },
}


def resolve(module: str, name: str) -> object:
    """This package's object behind one of disentanglement_lib's names.

    Args:
      module: Module below disentanglement_lib, such as "evaluation.metrics.mig".
      name: Its name there.

    Raises:
      KeyError: If the table does not have it.
    """
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

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        names = NAMES.get(self._module, {})
        for name in names:
            setattr(module, name, resolve(self._module, name))
        module.__doc__ = f"tripod_dlib's functions under the names of {module.__name__}."

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

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        silent = contextlib.redirect_stdout(io.StringIO())
        with quiet_native_output(), silent, contextlib.suppress(Exception):
            self._real.exec_module(module)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds disentanglement_lib's modules in the table, and gin's for TensorFlow where they are."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
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
    code = f"import sys; sys.path[:] = {sys.path!r}; import {LIBRARY}.evaluation.metrics.mig"
    child = subprocess.run(
        [sys.executable, "-c", code], stdin=subprocess.DEVNULL, capture_output=True
    )
    return child.returncode == 0


def take_over() -> None:
    """Makes disentanglement_lib's names lead to this package.

    Raises:
      ImportError: If the real library works.
    """
    if real_library_imports():
        raise ImportError(
            "disentanglement_lib is installed and works, so tripod_dlib.compat leaves it alone: "
            "its names stay its own. Leave out `import tripod_dlib.compat`, or uninstall "
            "disentanglement-lib."
        )
    for name in list(sys.modules):  # halves of the real one
        if name == LIBRARY or name.startswith(f"{LIBRARY}."):
            del sys.modules[name]
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


take_over()
