"""tripod_data list, download, verify."""

import json
import os
import re

import numpy as np
import pytest
from data_commands import GRID, PICTURE_GRID, PICTURES
from dataset_writers import write_dsprites_npz, write_scream, write_small_norb
from mirror_server import page, serve, status
from picture_writers import write_picture_grid

from tripod_dlib import registry
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.data.rendered.dummy_data import DummyData


def test_a_dataset_goes_the_whole_way(typed, mirror, tiny, tmp_path):
    content, images = tiny
    mirror.answers["/second"] = serve(content, cuts=[5000])
    assert re.search(r"^tiny +no ", typed("list")[1], re.MULTILINE)
    code, out, _ = typed("download", "tiny")
    path = tmp_path / "data" / "tiny_folder" / "tiny.npz"
    assert code == 0 and path.read_bytes() == content
    assert f"{path}: downloaded; size, sha256 as published" in out
    assert "CC BY 4.0" in out and "Gondal et al., 2019" in out
    assert "there already" in typed("download", "tiny")[1]
    assert re.search(r"^tiny +yes +CC BY 4.0", typed("list")[1], re.MULTILINE)
    code, out, _ = typed("verify", "tiny")
    assert code == 0 and "size, sha256 as published" in out
    assert "tiny: 96 images read, one for each cell of object_color 2, object_shape 2" in out
    code, out, _ = typed("prepare", "tiny")
    assert code == 0 and "96 images, a full grid of object_color 2" in out
    assert re.search(r"^tiny +yes +1.2 MB +CC BY", typed("list")[1], re.MULTILINE)
    data = get_named_ground_truth_data("tiny")
    np.testing.assert_array_equal(data.images(np.arange(96)), images)
    assert typed("show", "tiny")[0] == 0 and (tmp_path / "tiny.png").is_file()
    assert sorted(os.listdir(path.parent)) == ["tiny.npz"]


def test_a_download_goes_into_the_folder_that_is_named(typed, mirror, tiny, tmp_path):
    content, _ = tiny
    mirror.answers["/first"] = serve(content)
    assert typed("download", "tiny", f"--data_dir={tmp_path / 'mine'}")[0] == 0
    assert (tmp_path / "mine" / "tiny.npz").read_bytes() == content
    assert not (tmp_path / "data").exists()
    assert typed("verify", "tiny", f"--data_dir={tmp_path / 'mine'}")[0] == 0
    assert typed("verify", "tiny", f"--data_dir={tmp_path / 'mine' / 'tiny.npz'}")[0] == 0


def test_every_mirror_s_reason_is_listed_once(typed, mirror, tiny):
    mirror.answers["/second"] = page("<html><title>Moved</title>")
    code, _, err = typed("download", "tiny")
    assert code == 2 and f"{mirror.address}/first: HTTP 404" in err
    assert f"{mirror.address}/second: a web page (Moved) in place of the file" in err
    mirror.answers["/first"] = serve(tiny[0], cuts=[5000])
    limited = mirror.answers["/first"]

    def once(handler):
        mirror.answers["/first"] = status(404)
        limited(handler)

    mirror.answers["/first"] = once
    assert typed("download", "tiny")[0] == 2
    assert re.search(r"^tiny +part \(5.0 kB\)", typed("list")[1], re.MULTILINE)


@pytest.mark.parametrize("name", ["shapes3d_procedural", "dummy_data"])
def test_what_is_made_here_needs_no_files(typed, name):
    assert "nothing to download" in typed("download", name)[1]
    assert "no files to verify" in typed("verify", name)[1]
    assert re.search(rf"^{name} +made here", typed("list")[1], re.MULTILINE)


def test_verify_finds_what_is_wrong(typed, mirror, tiny, tmp_path):
    content, _ = tiny
    path = tmp_path / "data" / "tiny_folder" / "tiny.npz"
    path.parent.mkdir(parents=True)
    for damaged, reason in [
        (content[:-1], f"it has {len(content) - 1} bytes; the official file has {len(content)}"),
        (content[:9000] + b"!" + content[9001:], "its sha256 is "),
        (b"<html>" + content[6:], "it is a web page"),
    ]:
        path.write_bytes(damaged)
        code, _, err = typed("verify", "tiny")
        assert code == 2 and f"{path}: " in err and reason in err
    code, _, err = typed("verify", "tiny", GRID)  # another grid is another file
    assert code == 2 and f"{path}" in err and "it is a web page" in err


def test_verify_reads_every_picture_and_every_label(typed, tmp_path):
    folder = tmp_path / "data" / "falcor3d"
    write_picture_grid(folder, "Falcor3D_down128", "train-rec.labels", PICTURES)
    code, out, _ = typed("verify", "falcor3d", PICTURE_GRID)
    assert code == 0 and "24 images read" in out and not (tmp_path / "cache").exists()
    picture = folder / "Falcor3D_down128" / "images" / "000017.png"
    picture.write_bytes(picture.read_bytes()[:-100])
    code, _, err = typed("verify", "falcor3d", PICTURE_GRID)
    assert code == 2 and "Row 17: " in err
    labels = folder / "Falcor3D_down128" / "train-rec.labels"
    with labels.open("rb") as file:
        table = np.load(file)
    table[9, 2] = 0.25
    with labels.open("wb") as file:
        np.save(file, table)
    code, _, err = typed("verify", "falcor3d", PICTURE_GRID)
    assert code == 2 and "row 9 " in err and "lighting_y is 0.25" in err


def test_verify_looks_at_the_painting_too(typed, tmp_path):
    sizes = (1, 3, 2, 2, 2, 2)
    write_dsprites_npz(tmp_path / "data" / "dsprites", sizes)
    words = ("verify", "scream_dsprites", "--factor_sizes=1,3,2,2,2,2")
    assert typed(*words)[0] == 2
    write_scream(tmp_path / "data" / "scream")
    assert typed(*words)[0] == 0
    (tmp_path / "data" / "scream" / "scream.jpg").write_bytes(b"<html>")
    assert "scream.jpg is not a whole picture" in typed(*words)[2]


def test_a_dataset_of_another_package_has_the_licence_that_it_says(typed, monkeypatch):
    class Mine(DummyData):
        licence = "MIT"

    registry.datasets.register("theirs", DummyData)
    registry.datasets.register("licensed", Mine)
    registry.datasets.register("broken", "tripod_dlib.nothing:at_all")
    try:
        code, out, _ = typed("list")
        assert "theirs is another package's: nothing is known" in typed("download", "theirs")[1]
    finally:
        for name in ("theirs", "licensed", "broken"):
            registry.datasets.unregister(name)
    assert code == 0
    assert re.search(r"^theirs +another package's +not stated$", out, re.MULTILINE)
    assert re.search(r"^licensed +another package's +MIT$", out, re.MULTILINE)
    assert re.search(r"^broken +cannot be loaded .*leads nowhere", out, re.MULTILINE)


def test_a_package_that_fails_while_it_is_imported_breaks_no_list(typed, tmp_path, monkeypatch):
    (tmp_path / "fails.py").write_text("raise RuntimeError('no licence key\\nfound')")
    monkeypatch.syspath_prepend(tmp_path)
    registry.datasets.register("fails", "fails:data")
    try:
        code, out, _ = typed("list")
    finally:
        registry.datasets.unregister("fails")
    assert code == 0 and re.search(r"^fails +cannot be loaded +no licence key$", out, re.MULTILINE)


def test_list_tells_parts_from_nothing_and_from_everything(typed, tmp_path):
    cars, norb = tmp_path / "data" / "cars", tmp_path / "data" / "small_norb"
    cars.mkdir(parents=True)
    write_small_norb(norb, (2, 2, 2, 2))
    whole = sorted(norb.iterdir())

    def presence(name):
        return re.search(rf"^{name} +(.+?)  ", typed("list")[1], re.MULTILINE)[1]

    assert presence("cars3d") == "no" and presence("smallnorb") == "yes"
    code, out, _ = typed("download", "smallnorb")
    assert code == 0 and out.count("mat: there already, unpacked") == 6
    whole[0].unlink()
    assert presence("smallnorb") == "part (5 of 6 files)"
    for path in whole[1:]:
        path.unlink()
    assert presence("smallnorb") == "no"
    (tmp_path / "3dshapes.h5").write_bytes(b"")
    code, _, err = typed("list", f"--data_dir={tmp_path / '3dshapes.h5'}")
    assert code == 2 and "3dshapes.h5 is a file; list looks for all datasets, in a folder" in err


@pytest.mark.parametrize("note", ["{", "[]", '{"kind": "own_file", "path": 3, "arguments": {}}'])
def test_one_bad_note_of_an_import_breaks_no_list(typed, mine, tmp_path, note):
    for name in ("first", "second"):
        assert typed("import", str(mine), f"--name={name}")[0] == 0
    path = tmp_path / "cache" / "imported" / "first.json"
    path.write_text(note)
    code, out, _ = typed("list")
    assert code == 0 and re.search(r"^first +note damaged", out, re.MULTILINE)
    assert re.search(rf"^second +imported .*{mine}", out, re.MULTILINE)
    too_long = {"kind": "own_file", "path": "/" + "x" * 9000, "arguments": {}}
    path.write_text(json.dumps(too_long))
    assert typed("list")[0] == 0
    for command in ("verify", "prepare", "show"):
        assert typed(command, "first")[0] == 2
    assert typed("clean", "first", "--imports", "--yes")[0] == 0
