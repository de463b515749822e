"""Makes `import disentanglement_lib...` lead to the table of names, and `import gin.tf` work."""

import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import io
import os
import subprocess
import sys

from tripod_dlib.backend import quiet_native_output
from tripod_dlib.compat.names import NAMES, NOT_HERE, modules, packages, resolve

LIBRARY = "disentanglement_lib"
GIN_TF = "gin.tf"
IN_CHILD = "TRIPOD_DLIB_COMPAT_CHILD"  # set where the real library is tried, if site imports us


class _LibraryLoader(importlib.abc.Loader):
    """Fills a module with the table's names when it is imported: gin knows them from then on."""

    def __init__(self, module: str):
        self._module = module

    def exec_module(self, module):
        names, not_here = NAMES.get(self._module, {}), NOT_HERE.get(self._module, {})
        for name in names:
            setattr(module, name, resolve(self._module, name))

        def missing(name: str):
            if name in not_here:
                raise ImportError(f"{module.__name__}.{name}: {not_here[name]}")
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
        if not is_package and module not in modules():
            raise ModuleNotFoundError(
                f"tripod_dlib.compat has no {name}; it has {', '.join(sorted(modules()))}, each "
                f"below {LIBRARY}.",
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
    if IN_CHILD in os.environ or any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    if _is_installed() and real_library_imports():
        raise ImportError(
            "disentanglement_lib is installed and works: tripod_dlib.compat leaves it alone. Do "
            "without `import tripod_dlib.compat`, or uninstall disentanglement-lib."
        )
    for name in list(sys.modules):  # halves of the real one
        if name == LIBRARY or name.startswith(f"{LIBRARY}."):
            del sys.modules[name]
    sys.meta_path.insert(0, _Finder())


def _is_installed() -> bool:
    if LIBRARY in sys.modules:
        return True
    return importlib.util.find_spec(LIBRARY) is not None
