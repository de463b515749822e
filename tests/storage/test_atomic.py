import os

import pytest

from tripod_dlib.storage import atomic_path, write_json, write_text


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
