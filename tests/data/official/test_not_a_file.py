"""Official files in whose place lies something else, or which may not be read."""

import os
from pathlib import Path

import pytest
from dataset_writers import (
    CHUNKS,
    binary_matrix,
    write_cars3d,
    write_shapes3d,
    write_small_norb,
)
from picture_writers import write_picture_grid

from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.data.verification import verify
from tripod_dlib.errors import InputError

CARS = (1, 2, 2)
PICTURES = (2, 1, 1, 1, 1, 3, 1)
SHAPES = (2, 2, 1, 1, 1, 2)
NORB = (2, 10, 1, 1, 2)

PLACES = {
    "pipe": lambda path: os.mkfifo(path),
    "device": lambda path: path.symlink_to("/dev/zero"),
    "folder": lambda path: path.mkdir(),
    "link to itself": lambda path: path.symlink_to(path.name),
    "link to nowhere": lambda path: path.symlink_to("/nowhere/at/all"),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ["cars3d", "falcor3d"])
def test_what_lies_in_a_file_s_place_is_never_waited_for(folders, name, place):
    if name == "cars3d":
        write_cars3d(folders / "cars", CARS)
        path, sizes = folders / "cars" / "car_002_mesh.mat", CARS
    else:
        write_picture_grid(folders / name, "Falcor3D_down128", "train-rec.labels", PICTURES)
        path, sizes = folders / name / "Falcor3D_down128" / "images" / "000004.png", PICTURES
    path.unlink()
    PLACES[place](path)
    for read in (
        lambda: verify(name, factor_sizes=sizes),
        lambda: get_named_ground_truth_data(name, factor_sizes=sizes),
    ):
        with pytest.raises(InputError, match=f"{path.name}.* cannot be read: ") as error:
            read()
        assert "Errno" not in str(error.value)


@pytest.mark.parametrize(
    "place, words", [("folder", "a folder"), ("link to nowhere", "a link that leads nowhere")]
)
def test_what_has_an_official_file_s_name_is_said_to_be_there(folders, place, words):
    folder = folders / "3dshapes"
    folder.mkdir(parents=True)
    PLACES[place](folder / "3dshapes.h5")
    with pytest.raises(InputError, match=f"there: +{folder}/3dshapes.h5, {words}\n"):
        get_named_ground_truth_data("shapes3d")


def test_a_name_in_other_letters_is_said_to_be_another(folders):
    write_shapes3d(folders / "3dshapes", SHAPES)
    os.rename(folders / "3dshapes" / "3dshapes.h5", folders / "3dshapes" / "3DShapes.H5")
    write_picture_grid(folders / "falcor3d", "falcor3d_Down128", "train-rec.labels", PICTURES)
    with pytest.raises(InputError, match="3DShapes.H5, a file: its name has to be 3dshapes.h5"):
        get_named_ground_truth_data("shapes3d", factor_sizes=SHAPES)
    with pytest.raises(InputError, match="Down128, a folder: its name has to be Falcor3D_down128"):
        get_named_ground_truth_data("falcor3d", factor_sizes=PICTURES)


@pytest.mark.parametrize("name", ["shapes3d", "cars3d", "falcor3d", "smallnorb", "scream_dsprites"])
def test_a_folder_that_may_not_be_read_is_named(tmp_path, monkeypatch, name):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", refuse)
    for read in (
        lambda: verify(name, str(tmp_path)),
        lambda: get_named_ground_truth_data(name, data_dir=str(tmp_path)),
    ):
        with pytest.raises(InputError, match=f"{tmp_path}.* cannot be read: Permission denied"):
            read()


def test_a_name_that_is_too_long_for_the_system_is_refused():
    with pytest.raises(InputError, match="cannot be read: File name too long"):
        get_named_ground_truth_data("mpi3d_toy", data_dir="x" * 5000)


@pytest.mark.parametrize("sizes", [(0, 2, 2, 2, 2, 2), (-2, 2, -2, 2, 1, 1)])
def test_sizes_that_are_none_are_refused_as_such(folders, sizes):
    write_shapes3d(folders / "3dshapes", SHAPES)
    with pytest.raises(InputError, match="factor_sizes is .*; allowed is tuple of int from 1"):
        get_named_ground_truth_data("shapes3d", factor_sizes=sizes)


def test_a_list_of_cars_that_is_none_is_refused_at_once(folders):
    write_cars3d(folders / "cars", CARS)
    (folders / "cars" / "list.txt").write_text("car_\x1b[31m " + "x " * 300_000)
    with pytest.raises(InputError, match="without a file: car_..?x1b.31m, x, x; .* twice: x.. Unp"):
        get_named_ground_truth_data("cars3d", factor_sizes=CARS)
    (folders / "cars" / "list.txt").write_text("x " * 10_000_000)
    with pytest.raises(InputError, match="has 20000000 bytes; 1000000 are the most"):
        get_named_ground_truth_data("cars3d", factor_sizes=CARS)


def test_what_another_system_leaves_beside_the_cars_is_none(folders):
    write_cars3d(folders / "cars", CARS)
    (folders / "cars" / "._car_001_mesh.mat").write_bytes(b"\x00\x05\x16\x07")
    assert get_named_ground_truth_data("cars3d", factor_sizes=CARS).num_images == 4


def test_what_another_system_leaves_beside_pictures_is_none(folders):
    write_picture_grid(folders / "falcor3d", "Falcor3D_down128", "train-rec.labels", PICTURES)
    images = folders / "falcor3d" / "Falcor3D_down128" / "images"
    (images / "._000001.png").write_bytes(b"\x00\x05\x16\x07")
    assert get_named_ground_truth_data("falcor3d", factor_sizes=PICTURES).num_images == 6


@pytest.mark.parametrize("part", ["cat", "info"])
def test_factors_of_smallnorb_that_are_out_of_range_are_named_with_their_file(folders, part):
    factors, _ = write_small_norb(folders / "small_norb", (2, 1, 1, 2))
    chunk = list(CHUNKS)[0]
    wrong = factors[: len(factors) // 2, 0] + 70 if part == "cat" else None
    path = folders / "small_norb" / f"smallnorb-{chunk}-{part}.mat"
    if part == "cat":
        path.write_bytes(binary_matrix(wrong.astype("<i4")))
    else:
        path.write_bytes(path.read_bytes()[:-4] + b"\x46\0\0\0")
    with pytest.raises(InputError, match=f"{chunk}-cat.mat and .*{chunk}-info.mat: The factor .*"):
        get_named_ground_truth_data("smallnorb", factor_sizes=NORB)
