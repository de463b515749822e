import contextlib
import os
import stat
import subprocess
import sys
import time

import pytest

from tripod_dlib.errors import InputError
from tripod_dlib.storage import atomic_path, remove_partial, write_json, write_text
from tripod_dlib.storage.atomic import temporary_path


def test_a_whole_file_replaces_the_old_one(tmp_path):
    path = tmp_path / "sub" / "note.txt"
    write_text(path, "old")
    write_text(path, "new")
    assert path.read_text() == "new"
    assert os.listdir(path.parent) == ["note.txt"]


def test_after_an_error_the_old_file_stands_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "note.txt"
    write_text(path, "old")
    with pytest.raises(RuntimeError, match="in the middle"), atomic_path(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError("in the middle")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["note.txt"]


def test_nan_is_refused_in_json_and_the_old_file_stands(tmp_path):
    path = tmp_path / "scores.json"
    write_json(path, {"infom": 0.5})
    with pytest.raises(ValueError, match="JSON compliant"):
        write_json(path, {"infom": float("nan")})
    assert path.read_text() == '{\n  "infom": 0.5\n}\n'


def test_a_link_keeps_pointing_and_its_target_is_written(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "note.txt").write_text("old")
    link = tmp_path / "note.txt"
    for target in ("elsewhere/note.txt", "elsewhere/not_yet_there.txt"):
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        write_text(link, "new")
        assert link.is_symlink()
        assert (tmp_path / target).read_text() == "new"
    assert sorted(os.listdir(tmp_path / "elsewhere")) == ["not_yet_there.txt", "note.txt"]


def test_a_device_is_written_to_and_stays_a_device():
    write_text("/dev/null", "gone")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    with pytest.raises(InputError, match="/dev/full cannot be written: No space left"):
        write_text("/dev/full", "x" * 100_000)
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


def test_a_pipe_gets_the_bytes_if_somebody_reads_it(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(InputError, match="nobody reads from this pipe"):
        write_text(pipe, "lost")
    reader = subprocess.Popen(f"cat {pipe} > {tmp_path / 'read'}", shell=True)
    text = "x" * 200_000  # more than a pipe holds
    for _ in range(200):
        with contextlib.suppress(InputError):
            write_text(pipe, text)
            break
        time.sleep(0.05)
    assert reader.wait(60) == 0
    assert (tmp_path / "read").read_text() == text
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize(
    "place, reason",
    [
        ("folder", "Is a directory"),
        ("file/note.txt", ""),
        ("loop", "symbolic links"),
    ],
)
def test_a_place_that_cannot_be_written_is_named_with_the_reason(tmp_path, place, reason):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("here")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(InputError, match=f"{place} cannot be written: .*{reason}"):
        write_text(tmp_path / place, "text")
    assert (tmp_path / "file").read_text() == "here"


def test_a_file_over_the_limit_on_sizes_is_refused_in_words(tmp_path):
    code = (
        "import resource, sys; from tripod_dlib.storage import write_text;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000));"
        "write_text(sys.argv[1], 'x' * 5000)"
    )
    path = tmp_path / "note.txt"
    path.write_text("old")
    command = [sys.executable, "-c", code, str(path)]
    shown = subprocess.run(command, capture_output=True, text=True).stderr
    assert "InputError" in shown and "ulimit -f" in shown
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["note.txt"]


def test_an_error_of_what_the_caller_reads_stays_its_own(tmp_path):
    with pytest.raises(FileNotFoundError), atomic_path(tmp_path / "note.txt") as temporary:
        temporary.write_bytes((tmp_path / "not_there").read_bytes())


def test_what_a_killed_writer_left_is_removed_by_the_next_one_and_a_living_one_s_is_not(tmp_path):
    path = tmp_path / "note.txt"
    code = (
        "import os, sys; from tripod_dlib.storage import atomic_path\n"
        "with atomic_path(sys.argv[1]) as temporary:\n"
        "    temporary.write_text('half'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)])
    (left,) = tmp_path.iterdir()
    assert ".partial" in left.name
    of_the_first_process = tmp_path / temporary_path(path).name.replace(f"{os.getpid()}", "1")
    of_the_first_process.write_text("being written")
    write_text(path, "whole")
    assert sorted(os.listdir(tmp_path)) == [of_the_first_process.name, "note.txt"]
    remove_partial(tmp_path)
    assert os.listdir(tmp_path) == ["note.txt"]
