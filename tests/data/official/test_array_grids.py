"""Datasets of one array in one file: what is checked of it, shown with Shapes3D's."""

import os
import zipfile

import h5py
import numpy as np
import pytest
from dataset_writers import (
    DSPRITES,
    change,
    everything,
    labels_of,
    random_images,
    write_mpi3d,
    write_shapes3d,
)

from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.data.official.dsprites import DSPRITES_FILE
from tripod_dlib.data.official.mpi3d import mpi3d_realistic, mpi3d_toy
from tripod_dlib.errors import InputError

SHAPES = (2, 3, 2, 1, 2, 2)
MPI3D = (2, 2, 2, 1, 3, 2, 2)
LOOK_AT = "look-at-object-room_floor-hueXwall-hueXobj-hueXobj-sizeXobj-shapeXview-azi.npz"


@pytest.mark.parametrize("compression", [{"compression": "gzip"}, {"chunks": None}])
def test_shapes3d_is_found_in_disentanglement_lib_s_folder(folders, compression):
    images = write_shapes3d(folders / "3dshapes", SHAPES, **compression)
    data = get_named_ground_truth_data("shapes3d", factor_sizes=SHAPES)
    np.testing.assert_array_equal(everything(data), images)
    assert data.factors_num_values == list(SHAPES) and data.psnr_threshold == 38.0
    assert data.factor_names == [
        *("floor_hue", "wall_hue", "object_hue", "scale", "shape", "orientation")
    ]


def test_shapes3d_that_lies_uncompressed_is_mapped_and_not_copied(folders, tmp_path):
    write_shapes3d(folders / "shapes3d", SHAPES, chunks=None)
    get_named_ground_truth_data("shapes3d", factor_sizes=SHAPES)
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_shapes3d_of_disentanglement_lib_is_an_npz(folders, save):
    (folders / "3dshapes").mkdir(parents=True)
    images = write_shapes3d(folders / "other", SHAPES)
    with h5py.File(folders / "other" / "3dshapes.h5") as file:
        save(folders / "3dshapes" / LOOK_AT, images=images, labels=file["labels"][()])
    data = get_named_ground_truth_data("shapes3d", factor_sizes=SHAPES)
    np.testing.assert_array_equal(everything(data), images)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_shapes3d_of_disentanglement_lib_may_have_an_axis_for_each_factor(folders, save):
    (folders / "3dshapes").mkdir(parents=True)
    images = write_shapes3d(folders / "other", SHAPES)
    with h5py.File(folders / "other" / "3dshapes.h5") as file:
        labels = file["labels"][()]
    grids = {"images": images.reshape(*SHAPES, 64, 64, 3), "labels": labels.reshape(*SHAPES, 6)}
    save(folders / "3dshapes" / LOOK_AT, **grids)
    data = get_named_ground_truth_data("shapes3d", factor_sizes=SHAPES)
    np.testing.assert_array_equal(everything(data), images)
    labels[5] = labels[6]
    save(folders / "3dshapes" / LOOK_AT, images=grids["images"], labels=labels.reshape(*SHAPES, 6))
    with pytest.raises(InputError, match="labels.npy"):
        get_named_ground_truth_data("shapes3d", factor_sizes=SHAPES)


def wrong_label(labels):
    labels[17, 3] = 0.3
    return labels


def swapped_rows(labels):
    labels[[20, 21]] = labels[[21, 20]]
    return labels


@pytest.mark.parametrize(
    "name, edit, message",
    [
        ("labels", wrong_label, "row 17 .* its label of scale is 0.3"),
        ("labels", swapped_rows, r"row 20 is not the cell \(0, 2, 1, 0, 0, 0\)"),
        ("labels", lambda labels: labels[:, ::-1].copy(), "row . is not the cell"),
        ("labels", lambda labels: labels[:-1], "it holds .47, 6. of dtype float64"),
        ("labels", lambda labels: labels * np.nan, "row 0 .* is nan"),
        ("labels", lambda labels: labels.astype("S5"), r"of dtype \|S5"),
        ("images", lambda images: images.astype(np.float32), "float32; the images of shapes3d"),
        ("images", lambda images: images[:, :32], r"\(48, 32, 64, 3\) of uint8"),
        ("images", lambda images: images[:-1], "holds 47 images; shapes3d has 48"),
    ],
)
def test_a_file_that_differs_is_refused_with_the_reason(folders, name, edit, message):
    write_shapes3d(folders / "3dshapes", SHAPES)
    sizes = (2, 3, 2, 2, 2, 2) if edit is wrong_label else SHAPES
    if sizes != SHAPES:
        write_shapes3d(folders / "3dshapes", sizes)
    change(folders / "3dshapes" / "3dshapes.h5", name, edit)
    with pytest.raises(InputError, match=message):
        get_named_ground_truth_data("shapes3d", factor_sizes=sizes)


def test_another_grid_than_the_official_needs_its_sizes(folders):
    write_shapes3d(folders / "3dshapes", SHAPES)
    with pytest.raises(InputError, match="holds 48 images; shapes3d has 480000 .*factor_sizes"):
        get_named_ground_truth_data("shapes3d")
    with pytest.raises(InputError, match="row . is not the cell"):
        get_named_ground_truth_data("shapes3d", factor_sizes=(3, 2, 2, 1, 2, 2)[::-1])
    with pytest.raises(InputError, match="has 2 numbers; shapes3d has the 6 factors"):
        get_named_ground_truth_data("shapes3d", factor_sizes=(24, 2))


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"<!DOCTYPE html><html>quota exceeded</html>", "it is a web page"),
        (b"\n <HTML><head>", "it is a web page"),
        (b"", "it is empty"),
        (b"\x80\x03]q\x00.", "it is a Python pickle, which is never loaded"),
        (b"(dp0\nS'images'\n", "it is a Python pickle, which is never loaded"),
        (b"\x00" * 99, "cut off at its start"),
    ],
)
@pytest.mark.parametrize("name", ["shapes3d", "mpi3d_toy", "dsprites_full"])
def test_something_else_in_place_of_a_file_is_said_to_be_it(folders, name, content, reason):
    names = {"shapes3d": "3dshapes.h5", "mpi3d_toy": "mpi3d_toy.npz"}
    (folders / name).mkdir(parents=True)
    (folders / name / names.get(name, f"{DSPRITES}.npz")).write_bytes(content)
    with pytest.raises(InputError, match=reason):
        get_named_ground_truth_data(name)


@pytest.mark.parametrize("part", [0.3, 0.9, 0.999])
def test_a_truncated_file_is_refused_and_leaves_no_cache_that_looks_whole(folders, part, tmp_path):
    write_shapes3d(folders / "3dshapes", SHAPES)
    write_mpi3d(folders / "mpi3d_toy" / "mpi3d_toy.npz", 96)
    for path in (folders / "3dshapes" / "3dshapes.h5", folders / "mpi3d_toy" / "mpi3d_toy.npz"):
        os.truncate(path, int(path.stat().st_size * part))
        with pytest.raises(InputError, match=f"{path} is damaged or cut off"):
            get_named_ground_truth_data(path.parent.name.replace("3dshapes", "shapes3d"))
    assert not list(tmp_path.rglob("images.npy"))


def test_a_flipped_byte_inside_an_archive_is_found(folders, tmp_path):
    path = folders / "mpi3d_toy" / "mpi3d_toy.npz"
    write_mpi3d(path, 96)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(InputError, match="images.npy in .* is damaged"):
        get_named_ground_truth_data("mpi3d_toy", factor_sizes=MPI3D)
    assert not list(tmp_path.rglob("images.npy"))


def test_a_file_without_labels_or_images_says_what_it_holds(folders):
    (folders / "shapes3d").mkdir(parents=True)
    np.savez(folders / "shapes3d" / LOOK_AT, images=random_images(48, 64, 64, 3))
    with pytest.raises(InputError, match="has no array 'labels'; it holds 'images'"):
        get_named_ground_truth_data("shapes3d", factor_sizes=SHAPES)
    np.savez(folders / "shapes3d" / LOOK_AT, pictures=np.zeros(3))
    with pytest.raises(InputError, match="has no array 'images'; it holds 'pictures'"):
        get_named_ground_truth_data("shapes3d", factor_sizes=SHAPES)


def test_an_archive_with_a_member_that_leads_out_of_it_is_refused(folders):
    path = folders / "mpi3d_toy" / "mpi3d_toy.npz"
    write_mpi3d(path, 96)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../evil.npy", b"x")
    with pytest.raises(InputError, match=r"member named '../../evil.npy', which leads out of"):
        get_named_ground_truth_data("mpi3d_toy", factor_sizes=MPI3D)


def test_hdf5_links_to_other_files_are_not_followed(folders, tmp_path):
    write_shapes3d(tmp_path / "elsewhere", SHAPES)
    (folders / "3dshapes").mkdir(parents=True)
    with h5py.File(folders / "3dshapes" / "3dshapes.h5", "w") as file:
        file["images"] = h5py.ExternalLink(tmp_path / "elsewhere" / "3dshapes.h5", "images")
        file["labels"] = labels_of(SHAPES, [np.arange] * 6)
    with pytest.raises(InputError, match="is a link to another place or file, which is not"):
        get_named_ground_truth_data("shapes3d", factor_sizes=SHAPES)


def test_missing_files_are_said_with_size_source_and_licence(folders):
    with pytest.raises(InputError) as error:
        get_named_ground_truth_data("shapes3d")
    for part in ("3dshapes.h5", str(folders / "3dshapes"), "267.6 MB", "storage.googleapis"):
        assert part in str(error.value)
    assert "Apache-2.0" in str(error.value)


def test_a_declaration_says_whether_its_files_are_there(folders):
    assert not mpi3d_realistic.present()
    write_mpi3d(folders / "mpi3d_realistic" / "mpi3d_realistic.npz", 96)
    assert mpi3d_realistic.present() and mpi3d_realistic.present(str(folders))
    assert DSPRITES_FILE.path.as_posix() == f"dsprites/{DSPRITES}.hdf5"


@pytest.mark.parametrize(
    "header", [b"{'descr': 'evil'", b"{'shape': (__import__('os'),)}", b"\xff"]
)
def test_a_header_that_is_no_header_is_refused(folders, header):
    (folders / "mpi3d_toy").mkdir(parents=True)
    member = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    with zipfile.ZipFile(folders / "mpi3d_toy" / "mpi3d_toy.npz", "w") as archive:
        archive.writestr("images.npy", member)
    with pytest.raises(InputError, match="mpi3d_toy.npz is damaged or cut off"):
        get_named_ground_truth_data("mpi3d_toy")


def test_a_flipped_byte_that_is_not_compressed_is_found_where_the_file_is_read(folders):
    path = folders / "mpi3d_toy" / "mpi3d_toy.npz"
    write_mpi3d(path, 96, np.savez)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    _, source, _ = mpi3d_toy.opened(factor_sizes=MPI3D)
    with pytest.raises(InputError, match="images.npy in .* is damaged"):
        source.read_all("reading")
