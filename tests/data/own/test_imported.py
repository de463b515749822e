"""Names for data of the user's own."""

import json

import numpy as np
import pytest
from dataset_writers import cells, random_images
from picture_writers import write_picture, write_pictures

from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.data.own.imported import (
    imported_names,
    load_import,
    record_import,
    remove_import,
)
from tripod_dlib.errors import InputError

SIZES = (2, 3, 2)
CELLS = cells(SIZES)
IMAGES = random_images(12, 8, 8, 3)


@pytest.fixture
def mine(tmp_path, monkeypatch):
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", str(tmp_path / "cache"))
    np.savez(tmp_path / "mine.npz", images=IMAGES, labels=CELLS)
    return tmp_path / "mine.npz"


def test_an_import_is_a_dataset_under_its_own_name(mine):
    assert record_import("my_shapes", mine, factor_sizes=(2, 3, 3)).name == "my_shapes"
    assert imported_names() == ["my_shapes"]
    data = get_named_ground_truth_data("my_shapes")
    assert data.name == "my_shapes" and data.factors_num_values == [2, 3, 3]
    assert get_named_ground_truth_data("my_shapes", factor_sizes=SIZES).full_grid
    assert get_named_ground_truth_data("my_shapes", image_size=4).observation_shape == (4, 4, 3)
    with pytest.raises(InputError, match="my_shapes has no dataset.labels, dataset.object_order"):
        get_named_ground_truth_data("my_shapes", object_order="list", labels="folders")
    remove_import("my_shapes")
    assert imported_names() == [] and mine.exists()
    with pytest.raises(InputError, match="Unknown dataset 'my_shapes'"):
        get_named_ground_truth_data("my_shapes")


def test_a_typo_finds_the_name_of_an_import(mine):
    record_import("my_shapes", mine)
    with pytest.raises(InputError, match="'my_shpes'. Did you mean 'my_shapes'.*, my_shapes"):
        get_named_ground_truth_data("my_shpes")
    with pytest.raises(InputError, match="no import 'my_shapse'. Did you mean 'my_shapes'"):
        remove_import("my_shapse")


@pytest.mark.parametrize("name", ["../evil", "a/b", "", ".hidden", "shapes3d", "twice"])
def test_a_name_that_is_taken_or_leads_elsewhere_is_refused(mine, name):
    record_import("twice", mine)
    with pytest.raises(InputError, match="already taken|has letters, digits"):
        record_import(name, mine)


def test_a_name_of_another_import_is_refused_with_what_has_it_and_the_way_out(mine):
    record_import("my_shapes", mine)
    way_out = r"already taken by the import of .*mine.npz; .* tripod_data clean my_shapes --imports"
    with pytest.raises(InputError, match=way_out):
        record_import("my_shapes", mine)


def test_folders_import_too_and_what_cannot_be_read_leaves_no_name(mine, tmp_path):
    write_pictures(tmp_path / "pictures")
    record_import("my_photos", tmp_path / "pictures", image_size=16)
    assert get_named_ground_truth_data("my_photos").observation_shape == (16, 16, 3)
    mine.write_bytes(b"<html>")
    with pytest.raises(InputError, match="it is a web page") as error:
        record_import("broken", mine)
    assert "official" not in str(error.value)
    with pytest.raises(InputError, match="is not there"):
        record_import("nothing", tmp_path / "nothing")
    assert imported_names() == ["my_photos"]


def test_labels_of_pictures_are_remembered(mine, tmp_path, monkeypatch):
    for name in ("cat/1", "dog/1"):
        write_picture(tmp_path / "pets" / f"{name}.png", seed=ord(name[0]))
    (tmp_path / "labels.csv").write_text("path,age\ncat/1.png,3\ndog/1.png,7\n")
    monkeypatch.chdir(tmp_path)
    record_import("pets", tmp_path / "pets", labels="folders")
    record_import("ages", tmp_path / "pets", labels="labels.csv")
    monkeypatch.chdir("/")
    assert get_named_ground_truth_data("pets").factor_names == ["folder"]
    assert get_named_ground_truth_data("ages").factor_names == ["age"]


def test_an_import_whose_file_has_gone_says_where_it_was(mine, tmp_path):
    record_import("my_shapes", mine)
    mine.rename(tmp_path / "elsewhere.npz")
    with pytest.raises(InputError, match=f"The file {mine} is not there"):
        get_named_ground_truth_data("my_shapes")


NOTE = {"kind": "own_file", "path": "/x", "arguments": {}}


@pytest.mark.parametrize(
    "note",
    [
        "{",
        "[" * 100_000,
        "null",
        json.dumps({**NOTE, "kind": "shapes3d"}),
        json.dumps({**NOTE, "kind": ["own_file"]}),
        json.dumps({**NOTE, "path": 3}),
        json.dumps({**NOTE, "arguments": [1]}),
        json.dumps({**NOTE, "arguments": {"image_size": "big"}}),
        json.dumps({**NOTE, "arguments": {"factor_sizes": [2, None]}}),
        json.dumps({**NOTE, "arguments": {"unknown": 1}}),
        json.dumps({key: NOTE[key] for key in ("kind", "path")}),
        "\udcff",
    ],
    ids=lambda note: note[:60].encode("ascii", "replace").decode(),
)
def test_a_damaged_note_is_said_with_the_way_out(mine, tmp_path, note):
    record_import("my_shapes", mine)
    path = tmp_path / "cache" / "imported" / "my_shapes.json"
    path.write_bytes(note.encode("utf-8", "surrogateescape"))
    (path.parent / ".my_other.abcdef-12.partial.json").touch()
    assert imported_names() == ["my_shapes"]
    for load in (load_import, get_named_ground_truth_data):
        with pytest.raises(InputError, match="clean my_shapes --imports --yes, and import it aga"):
            load("my_shapes")
    remove_import("my_shapes")
    assert imported_names() == []


def test_labels_for_pictures_are_refused_for_a_file_of_arrays(mine):
    with pytest.raises(InputError, match="labels is for folders of pictures; .* is none"):
        record_import("labelled", mine, labels="folders")
    assert "labelled" not in imported_names()
