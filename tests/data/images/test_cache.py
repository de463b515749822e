import json
import multiprocessing
import os
import signal

import numpy as np
import pytest

from tripod_dlib.data.images import cache
from tripod_dlib.data.images.cache import cache_home, cached_images

SHAPE = (50, 2, 2, 1)
KEY = {"renderer": 1}


def rows(start, stop):
    return np.broadcast_to(
        np.arange(start, stop, dtype=np.uint8)[:, None, None, None], (stop - start, *SHAPE[1:])
    )


def make(folder, make_rows=rows):
    return cached_images("dataset", KEY, SHAPE, make_rows, folder, rows_per_chunk=10)


def test_images_are_made_once_and_read_from_a_memory_map(tmp_path):
    images = make(tmp_path)
    assert isinstance(images, np.memmap) and images.shape == SHAPE and images.dtype == np.uint8
    np.testing.assert_array_equal(images, rows(0, 50))

    def fail(start, stop):
        raise AssertionError("made again")

    np.testing.assert_array_equal(make(tmp_path, fail), rows(0, 50))


def test_another_key_is_another_cache(tmp_path):
    assert cache_home("dataset", KEY, tmp_path) != cache_home("dataset", {"renderer": 2}, tmp_path)


def die_at_30(folder):
    def make_rows(start, stop):
        if start == 30:
            os.kill(os.getpid(), signal.SIGKILL)
        return rows(start, stop)

    make(folder, make_rows)


def test_a_killed_process_s_work_is_gone_on_with(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "ROWS_BETWEEN_NOTES", 10)
    process = multiprocessing.get_context("fork").Process(target=die_at_30, args=(tmp_path,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    home = cache_home("dataset", KEY, tmp_path)
    assert not (home / "images.npy").exists()
    assert json.loads((home / "rows_done.json").read_text()) == 30
    asked = []

    def make_rows(start, stop):
        asked.append(start)
        return rows(start, stop)

    np.testing.assert_array_equal(make(tmp_path, make_rows), rows(0, 50))
    assert asked == [30, 40]


def test_two_processes_make_one_cache(tmp_path):
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=make, args=(tmp_path,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    np.testing.assert_array_equal(make(tmp_path), rows(0, 50))


def test_too_little_space_is_refused_before_anything_is_made(tmp_path, monkeypatch):
    usage = type("Usage", (), {"free": 10})
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    with pytest.raises(ValueError, match="The image cache of dataset needs 200 bytes .* only 10"):
        make(tmp_path, lambda start, stop: pytest.fail("made"))
