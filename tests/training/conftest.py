"""One finished training for all tests that only look at it, and caches out of the user's way."""

import os

import gin
import pytest
from training_runs import arguments

from tripod_dlib.cli.train import main


@pytest.fixture(scope="session")
def training_cache(tmp_path_factory):
    return str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(autouse=True)
def cache(training_cache, monkeypatch):
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", training_cache)


@pytest.fixture(scope="session")
def finished(tmp_path_factory, training_cache):
    before = os.environ.get("TRIPOD_DLIB_CACHE")
    os.environ["TRIPOD_DLIB_CACHE"] = training_cache
    folder = tmp_path_factory.mktemp("finished") / "run"
    try:
        assert main(arguments(folder)) == 0
    finally:
        gin.clear_config()
        if before is None:
            del os.environ["TRIPOD_DLIB_CACHE"]
        else:
            os.environ["TRIPOD_DLIB_CACHE"] = before
    return folder
