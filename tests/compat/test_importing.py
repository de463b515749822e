"""disentanglement_lib's names lead to this package, unless the real library works."""

import importlib
import subprocess
import sys
import textwrap

import pytest


@pytest.fixture
def run(tmp_path):
    """Runs code in a process of its own, with the given files of Python before all others."""

    def start(code, files):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(content))
        insert = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        command = [sys.executable, "-W", "error", "-c", insert + textwrap.dedent(code)]
        return subprocess.run(command, capture_output=True, text=True)

    return start


NO_TENSORFLOW = {"tensorflow.py": "raise ImportError('not here')"}
MIG = "disentanglement_lib/evaluation/metrics/mig.py"
REAL = {
    "disentanglement_lib/__init__.py": "",
    "disentanglement_lib/evaluation/__init__.py": "",
    "disentanglement_lib/evaluation/metrics/__init__.py": "",
    MIG: "ORIGIN = 'the real one'",
}
# As much as gin.tf asks for.
TENSORFLOW = {
    "tensorflow/__init__.py": """
        class Namespace:
            GFile = exists = staticmethod(lambda path: False)
            class SessionRunHook: pass
        __version__ = "2.9.0"
        io = Namespace()
        io.gfile = estimator = Namespace()
        """,
    "tensorflow/core/__init__.py": "",
    "tensorflow/core/framework/__init__.py": "",
    "tensorflow/core/framework/summary_pb2.py": "",
}


@pytest.fixture
def compat(monkeypatch):
    """The module, imported as if no disentanglement_lib were installed; undone afterwards."""
    module = importlib.import_module("tripod_dlib.compat")
    before = list(sys.meta_path)
    module.take_over()
    yield module
    sys.meta_path[:] = before
    for name in list(sys.modules):
        if name.split(".")[0] == "disentanglement_lib":
            del sys.modules[name]


def test_every_name_of_the_table_leads_somewhere(compat):
    assert len(compat.NAMES) > 10
    for module, names in compat.NAMES.items():
        there = importlib.import_module(f"disentanglement_lib.{module}")
        for name in names:
            assert getattr(there, name) is compat.resolve(module, name)


def test_scripts_import_as_they_always_did(run):
    found = run(
        """
        import tripod_dlib.compat
        import gin.tf
        import gin.tf.external_configurables
        import numpy as np
        from disentanglement_lib.data.ground_truth import dummy_data
        from disentanglement_lib.evaluation.metrics import mig
        import disentanglement_lib.utils.results as results
        from tripod_dlib.evaluation.wrappers.mig import mig as ours
        gin.bind_parameter("discretizer.discretizer_fn", lambda target, num_bins: target)
        gin.bind_parameter("discretizer.num_bins", 10)
        data = dummy_data.IdentityObservationsData()
        print(mig.compute_mig(data, lambda x: x, np.random.RandomState(0), None, 3000))
        print(mig.compute_mig is ours, results.namespaced_dict(a={"b": 1}))
        """,
        NO_TENSORFLOW,
    )
    assert found.returncode == 0, found.stderr
    lines = found.stdout.splitlines()
    assert 0.9 < float(lines[0].removeprefix("{'discrete_mig': ").removesuffix("}")) <= 1
    assert lines[1] == "True {'a.b': 1}" and not found.stderr


def test_a_real_library_that_works_is_left_alone(run):
    found = run(
        """
        try:
            import tripod_dlib.compat
        except ImportError as error:
            print(error)
        from disentanglement_lib.evaluation.metrics import mig
        print(mig.ORIGIN)
        """,
        REAL,
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith("disentanglement_lib is installed and works")
    assert found.stdout.splitlines()[-1] == "the real one"


def test_of_a_library_that_does_not_import_the_whole_name_is_taken(run):
    found = run(
        """
        import disentanglement_lib  # half of the real one is there already
        import tripod_dlib.compat
        from disentanglement_lib.evaluation.metrics import mig
        print(mig.compute_mig.__module__)
        try:
            import disentanglement_lib.method
        except ModuleNotFoundError as error:
            print(error)
        """,
        {**REAL, MIG: "import gin.no_such_module", "disentanglement_lib/method.py": ""},
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith("tripod_dlib.evaluation.wrappers.mig\n")
    assert "has no disentanglement_lib.method; it has config." in found.stdout


def test_the_real_gin_tf_is_used_where_it_imports(run):
    found = run(
        """
        import warnings; warnings.simplefilter("ignore")  # the real one imports distutils
        import tripod_dlib.compat
        import gin.tf
        print(gin.tf.GinConfigSaverHook.__mro__[1])
        """,
        TENSORFLOW,
    )
    assert found.returncode == 0, found.stderr
    assert "SessionRunHook" in found.stdout


def test_two_imports_make_one_finder(compat):
    compat.take_over()
    assert sum(type(finder).__name__ == "_Finder" for finder in sys.meta_path) == 1


def test_the_child_that_tries_the_real_library_asks_no_further_one(run):
    """Where `site` imports the module in every process, each would start another."""
    found = run(
        """
        import os
        os.environ["PYTHONPATH"] = sys.path[0]
        import tripod_dlib.compat
        from disentanglement_lib.utils import results
        print(results.gin_dict())
        """,
        {"usercustomize.py": "", "sitecustomize.py": "import tripod_dlib.compat"},
    )
    assert found.returncode == 0 and found.stdout == "{}\n", found.stderr
