"""A mirror on this machine, and a download from it."""

import pytest
from mirror_server import CONTENT, SHA256, mirror_server

from tripod_dlib.data.download import mirrors, web
from tripod_dlib.data.official.origin import OfficialFile


@pytest.fixture
def mirror(monkeypatch):
    monkeypatch.setattr(mirrors, "SECONDS_BETWEEN_ATTEMPTS", 0.0)
    monkeypatch.setattr(web, "SECONDS_TO_WAIT", 5.0)
    with mirror_server() as running:
        yield running


@pytest.fixture
def get(mirror, tmp_path):
    """Downloads from paths of the mirror; returns what lies in the folder."""

    folder = tmp_path / "data"

    def run(*paths, size=len(CONTENT), sha256=SHA256, md5=None, name="file.h5", **more):
        addresses = tuple(mirror.address + path for path in paths)
        file = OfficialFile("folder", name, addresses, size, sha256, md5, **more)
        try:
            run.got = mirrors.download(file, folder)
        finally:
            run.left = sorted(path.name for path in (folder).iterdir())
        return (folder / name).read_bytes()

    run.folder = folder
    return run
