import pytest
from run_folders import encode, write_run

from tripod_dlib.cli import evaluate_run
from tripod_dlib.evaluation.representation import Representation


@pytest.fixture
def build_run(tmp_path, monkeypatch):
    """Writes a finished run of the given factor sizes and arrays, whose model is `encode`."""
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(evaluate_run, "load_representation", lambda run: Representation(encode, 12))

    def build(factor_sizes, arrays):
        write_run(tmp_path / "run", factor_sizes, arrays)
        return tmp_path / "run"

    return build
