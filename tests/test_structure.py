"""The house: which room may know which, how large a module may be, what an import loads."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "tripod_dlib"
MODULES = sorted(PACKAGE.rglob("*.py"))

FLOOR = {"allowed", "cores", "errors"}
KNOWS = {
    "functional": set(),
    "labels": {"errors"},
    "one_hot": set(),
    "metrics": {"labels", "one_hot", *FLOOR},
    "builtin_names": set(),
    "registry": {"builtin_names", *FLOOR},
    "storage": FLOOR,
    "backend": FLOOR,
    "cores": set(),
    "errors": set(),
    "allowed": {"errors"},
    "networks": {"functional"},
    "models": {"networks", "functional", "registry", *FLOOR},
    "data": {"labels", "one_hot", "registry", "storage", *FLOOR},
    "results": {"storage", *FLOOR},
    "pages": {"results", "storage", *FLOOR},
    "evaluation": {"data", "labels", "metrics", "registry", "results", *FLOOR},
    "training": {
        *("data", "models", "evaluation", "metrics", "results", "registry", "storage", "backend"),
        *("pages", *FLOOR),
    },
    "board": {"metrics", "pages", "registry", "results", "storage", *FLOOR},
    "postprocessing": {
        *("data", "evaluation", "results", "training", "storage", "backend"),
        *FLOOR,
    },
    "studies": {"results", "storage", *FLOOR},
    "visualize": {"data", "metrics", "results", "storage", "training", "backend", *FLOOR},
}
ON_TOP = {"cli", "compat", "__init__"}

# Within `data`: its sub-rooms, and the modules that say what a dataset is. All else is above them.
CONTRACT = {"factor_space", "fingerprint", "grid_data", "ground_truth", "labels"}
DATA_KNOWS = {
    "formats": set(),
    "images": set(),
    **{module: {"images", *CONTRACT} for module in CONTRACT},
    "official": {"formats", "images", *CONTRACT},
    "rendered": {"images", *CONTRACT},
    "own": {"formats", "images", *CONTRACT},
    "download": {"formats", "official"},
}


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_downhill(path):
    known = {name.split(".")[1] for name in imported(path) if name.startswith("tripod_dlib.")}
    if room(path) in ON_TOP:
        assert room(path) == "compat" or "compat" not in known
        return
    assert known <= KNOWS[room(path)] | {room(path)}


@pytest.mark.parametrize("name", sorted(DATA_KNOWS))
def test_within_data_imports_run_downhill(name):
    files = [path for path in MODULES if path.parts[-3:-1] == ("data", name)]
    files += [PACKAGE / "data" / f"{name}.py"] if name in CONTRACT else []
    assert files
    for path in files:
        known = {found.split(".")[2] for found in imported(path) if ".data." in found}
        assert known <= DATA_KNOWS[name] | {name}, path


@pytest.mark.parametrize("name", ["functional", "networks", "metrics"])
def test_the_mathematics_never_imports_gin(name):
    files = [path for path in MODULES if room(path) == name]
    assert files
    for path in files:
        assert not {found for found in imported(path) if found.split(".")[0] == "gin"}, path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_is_at_most_250_lines(path):
    assert len(path.read_text().splitlines()) <= 250


def test_no_room_is_a_drawer_for_leftovers():
    assert not {"utils.py", "helpers.py", "misc.py", "common.py"} & {path.name for path in MODULES}


def test_the_folder_of_configurations_holds_no_python_and_gin_is_the_package():
    assert not list((ROOT / "gin").rglob("*.py"))
    code = "import gin; assert hasattr(gin, 'parse_config'), gin"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_importing_the_metrics_loads_neither_a_framework_nor_gin():
    code = (
        "import sys, tripod_dlib.metrics; "
        "print(*{'tensorflow', 'keras', 'jax', 'gin', 'torch', 'matplotlib'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
