import json
import multiprocessing
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from tripod_dlib.data.images import cache
from tripod_dlib.data.images.cache import cache_home, cached_images
from tripod_dlib.errors import InputError

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
    assert json.loads((home / "rows_done.json").read_text())["rows"] == 30
    asked = []

    def make_rows(start, stop):
        asked.append(start)
        return rows(start, stop)

    np.testing.assert_array_equal(make(tmp_path, make_rows), rows(0, 50))
    assert asked == [30, 40]


NOTES = {
    "by hand": '{"rows": 40, "checksum": 0}',
    "too many rows": '{"rows": 51, "checksum": 0}',
    "of an older version": "40",
    "cut": '{"rows": 4',
    "not of numbers": '{"rows": "many", "checksum": []}',
    "nested": "[" * 100_000,
}


@pytest.mark.parametrize("note", NOTES.values(), ids=NOTES)
def test_rows_that_were_not_noted_as_they_are_are_made_anew(tmp_path, note):
    home = cache_home("dataset", KEY, tmp_path)
    home.mkdir()
    np.save(home / "unfinished.npy", np.full(SHAPE, 99, np.uint8))
    (home / "rows_done.json").write_text(note)
    (home / ".key.abcdef-999.partial.json").touch()
    np.testing.assert_array_equal(make(tmp_path), rows(0, 50))
    assert sorted(os.listdir(home)) == [".lock", "images.npy", "key.json"]


def test_rows_that_changed_since_they_were_noted_are_made_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "ROWS_BETWEEN_NOTES", 10)
    home = cache_home("dataset", KEY, tmp_path)

    def fail_at_30(start, stop):
        if start == 30:
            raise KeyboardInterrupt
        return rows(start, stop)

    with pytest.raises(KeyboardInterrupt):
        make(tmp_path, fail_at_30)
    content = bytearray((home / "unfinished.npy").read_bytes())
    content[-1] ^= 1
    (home / "unfinished.npy").write_bytes(content)
    np.testing.assert_array_equal(make(tmp_path), rows(0, 50))


DAMAGES = {
    "cut": lambda path: os.truncate(path, path.stat().st_size - 1),
    "empty": lambda path: path.write_bytes(b""),
    "another kind": lambda path: path.write_bytes(b"\x80\x04 no array" * 9),
    "another shape": lambda path: np.save(path, np.zeros((50, 2, 2, 3), np.uint8)),
    "another type": lambda path: np.save(path, np.zeros(SHAPE)),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_finished_cache_that_is_damaged_is_made_again(tmp_path, damage, capsys):
    make(tmp_path)
    damage(cache_home("dataset", KEY, tmp_path) / "images.npy")
    np.testing.assert_array_equal(make(tmp_path), rows(0, 50))
    assert "images.npy is damaged: it is made again" in capsys.readouterr().err


def test_a_folder_for_caches_that_is_a_file_is_said_and_nothing_else(tmp_path, capsys):
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(InputError, match="cannot be written: Not a directory"):
        make(file)
    assert file.read_text() == "mine" and capsys.readouterr().err == ""


LIMITED = """
import pathlib, resource, sys
import numpy as np
from tripod_dlib.data.images import cache
from tripod_dlib.errors import InputError
cache.ROWS_BETWEEN_NOTES = 100
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 1_000_000))
def rows(start, stop):
    asked.append(start)
    return np.full((stop - start, 16, 16, 1), 7, np.uint8)
def make():
    return cache.cached_images("set", {}, (400, 16, 16, 1), rows, pathlib.Path(sys.argv[1]), 100)
asked = []
try:
    make()
except InputError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
assert (make() == 7).all() and asked == [0, 100, 100, 200, 300], asked
"""


def test_where_a_file_may_grow_no_more_that_is_said_and_the_work_is_gone_on_with(tmp_path):
    # as on a full disk: the system refuses to write
    words = [sys.executable, "-c", LIMITED, str(tmp_path)]
    found = subprocess.run(words, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    assert "cannot be written to its end: File too large. What is done is kept" in found.stdout


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
