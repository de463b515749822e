"""Folders of the test's own, tripod_data as it is typed, and small data."""

import numpy as np
import pytest
from data_commands import register
from dataset_writers import cells, random_images, write_mpi3d
from mirror_server import mirror_server

from tripod_dlib import registry
from tripod_dlib.cli.data import main
from tripod_dlib.data.download import mirrors as downloading


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    monkeypatch.setenv("DISENTANGLEMENT_LIB_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(downloading, "SECONDS_BETWEEN_ATTEMPTS", 0.0)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def typed(capsys):
    """Runs a command; returns its exit code, what it printed, and its messages."""

    def run(*words):
        code = main(list(words))
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return code, shown.out, shown.err

    return run


@pytest.fixture
def mirror():
    with mirror_server() as running:
        yield running


@pytest.fixture
def tiny(mirror, tmp_path):
    """A dataset with a mirror on this machine; returns its file's bytes and images."""
    images = write_mpi3d(tmp_path / "source" / "tiny.npz", 96)
    content = (tmp_path / "source" / "tiny.npz").read_bytes()
    register(mirror.address, content)
    yield content, images
    registry.datasets.unregister("tiny")


@pytest.fixture
def mine(tmp_path):
    labels = cells((3, 4))
    images = random_images(12, 8, 8, 3)
    np.savez(tmp_path / "mine.npz", images=images, labels=labels, factor_names=["hue", "size"])
    return tmp_path / "mine.npz"
