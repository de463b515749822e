"""What a wheel holds: the package, its marker of types, and the configurations."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    source = tmp_path_factory.mktemp("source")
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        (source / name).write_bytes((ROOT / name).read_bytes())
    kinds = [("tripod_dlib", "*.py"), ("tripod_dlib", "py.typed"), ("gin", "*.gin")]
    for folder, pattern in (*kinds, ("tripod_dlib/pages/templates", "*")):
        for path in (ROOT / folder).rglob(pattern):
            copy = source / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "-w", str(source / "out"), str(source)], check=True)
    (path,) = (source / "out").glob("*.whl")
    return zipfile.ZipFile(path)


def test_every_module_and_configuration_is_in_the_wheel(wheel):
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "tripod_dlib").rglob("*.py")}
    configurations = {
        f"tripod_dlib/configs/{path.relative_to(ROOT / 'gin')}"
        for path in (ROOT / "gin").rglob("*.gin")
    }
    assert len(modules) > 20 and len(configurations) > 4
    templates = {str(p.relative_to(ROOT)) for p in (ROOT / "tripod_dlib/pages/templates").iterdir()}
    assert len(templates) > 4
    others = templates | {"tripod_dlib/py.typed"}
    assert modules | configurations | others <= set(wheel.namelist())


def test_the_base_install_asks_for_no_framework(wheel):
    (name,) = (name for name in wheel.namelist() if name.endswith("METADATA"))
    lines = wheel.read(name).decode().splitlines()
    required = [
        line for line in lines if line.startswith("Requires-Dist") and "extra ==" not in line
    ]
    assert len(required) > 5
    assert not [
        line for line in required if "tensorflow" in line or "keras" in line or "jax" in line
    ]
    for extra in ("tf", "jax", "report", "test"):
        assert f"Provides-Extra: {extra}" in lines
