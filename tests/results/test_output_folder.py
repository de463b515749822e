import subprocess
import sys

import pytest

from tripod_dlib.errors import InputError
from tripod_dlib.results.output_folder import MARKER, output_folder, require_free
from tripod_dlib.storage import write_text


def write(path, content, overwrite=False):
    with output_folder(path, overwrite) as folder:
        write_text(folder / MARKER, content)


def test_a_folder_appears_once_it_is_whole(tmp_path):
    path = tmp_path / "deeper" / "out"
    with output_folder(path, False) as folder:
        write_text(folder / MARKER, "a")
        assert not path.exists()
    assert (path / MARKER).read_text() == "a"
    assert [entry.name for entry in path.parent.iterdir()] == ["out"]


def test_after_an_error_nothing_is_left(tmp_path):
    with pytest.raises(ZeroDivisionError), output_folder(tmp_path / "out", False) as folder:
        write_text(folder / MARKER, "a")
        _ = 1 / 0
    assert not list(tmp_path.iterdir())


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "out").mkdir()
    write(tmp_path / "out", "a")
    assert (tmp_path / "out" / MARKER).read_text() == "a"


def test_an_evaluation_is_replaced_only_if_asked(tmp_path):
    write(tmp_path / "out", "a")
    with output_folder(tmp_path / "out", True) as folder:
        write_text(folder / MARKER, "a")
        write_text(folder / "pictures" / "old.png", "")
    (tmp_path / "out" / "mine.txt").write_text("mine")
    (tmp_path / "out" / "pictures" / "mine").mkdir()
    (tmp_path / "out" / "pictures" / "mine" / "b.txt").write_text("mine too")
    (tmp_path / "out" / "link").symlink_to("nowhere")
    with pytest.raises(InputError, match="Directory already exists and overwrite is False"):
        write(tmp_path / "out", "b")
    assert (tmp_path / "out" / MARKER).read_text() == "a"
    write(tmp_path / "out", "b", overwrite=True)
    assert (tmp_path / "out" / MARKER).read_text() == "b"
    assert not (tmp_path / "out" / "pictures" / "old.png").exists()
    assert (tmp_path / "out" / "mine.txt").read_text() == "mine"
    assert (tmp_path / "out" / "pictures" / "mine" / "b.txt").read_text() == "mine too"
    assert (tmp_path / "out" / "link").is_symlink()
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_an_evaluation_survives_a_failure_of_the_next(tmp_path):
    write(tmp_path / "out", "a")
    with pytest.raises(ZeroDivisionError), output_folder(tmp_path / "out", True):
        _ = 1 / 0
    assert (tmp_path / "out" / MARKER).read_text() == "a"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_of_two_that_write_at_once_the_later_is_refused(tmp_path):
    with (
        pytest.raises(InputError, match="Directory already exists and overwrite is False"),
        output_folder(tmp_path / "out", False) as folder,
    ):
        write_text(folder / MARKER, "late")
        write_text(tmp_path / "out" / MARKER, "first")  # as another process does
    assert (tmp_path / "out" / MARKER).read_text() == "first"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("")
    with pytest.raises(InputError, match="holds none of this package that could be replaced"):
        write(tmp_path, "a", overwrite=True)
    with pytest.raises(InputError, match="is no folder"):
        write(tmp_path / "thesis.tex", "a", overwrite=True)
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(InputError, match="is a link, which is not replaced"):
        write(tmp_path / "link", "a", overwrite=True)


def test_a_place_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="out cannot be written: .*file is no folder"):
        write(tmp_path / "file" / "out", "a")


def test_a_place_that_cannot_be_written_is_refused_before_the_work(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    for below in ("out", "deeper/out"):
        with pytest.raises(InputError, match="cannot be written: .*file is no folder"):
            require_free(tmp_path / "file" / below, False)
    require_free(tmp_path / "deeper" / "out", False)
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(InputError, match="is closed for writing"):
        require_free(tmp_path / "deeper" / "out", False)


def test_the_working_folder_has_a_name_too(tmp_path, monkeypatch):
    (tmp_path / "thesis.tex").write_text("")
    monkeypatch.chdir(tmp_path)
    for path in (".", "../" + tmp_path.name):
        with pytest.raises(InputError, match="overwrite is False"):
            write(path, "a")


KILLED = """
import os, signal, sys
from pathlib import Path
from tripod_dlib.results import output_folder
if sys.argv[2] == "between":  # the old one is aside, the new one has not come
    rename = Path.rename
    def dying(self, target):
        rename(self, target)
        os.kill(os.getpid(), signal.SIGKILL)
    Path.rename = dying
with output_folder.output_folder(sys.argv[1], True) as folder:
    (folder / output_folder.MARKER).parent.mkdir(parents=True)
    (folder / output_folder.MARKER).write_text("new")
    if sys.argv[2] == "while":
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("when", ["while", "between"])
def test_a_killed_evaluation_loses_nothing_and_leaves_nothing_to_the_next(tmp_path, when):
    write(tmp_path / "out", "old")
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "out"), when])
    assert len(list(tmp_path.iterdir())) == 2
    with pytest.raises(InputError, match="overwrite is False"):
        write(tmp_path / "out", "newer")
    assert (tmp_path / "out" / MARKER).read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]
