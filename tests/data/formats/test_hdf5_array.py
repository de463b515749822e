"""HDF5 files whose data was never written to its end, and those with a block before it."""

import h5py
import numpy as np
import pytest

from tripod_dlib.data.formats.array_file import ArrayFile
from tripod_dlib.data.formats.hdf5_array import Hdf5Array
from tripod_dlib.data.own.own_file import own_file
from tripod_dlib.data.verification import verify
from tripod_dlib.errors import InputError

IMAGES = np.random.default_rng(0).integers(0, 256, size=(12, 8, 8, 3), dtype=np.uint8)
CHUNKED = {"chunks": (4, 8, 8, 3), "compression": "gzip"}
LAYOUTS = {
    "chunks": {"chunks": (4, 8, 8, 3)},
    "compressed": CHUNKED,
    "checked": {**CHUNKED, "fletcher32": True, "shuffle": True},
    "chunks beyond the edge": {"chunks": (5, 3, 8, 3)},
    "filled": {**CHUNKED, "fillvalue": 255},
}
PLACES = {**LAYOUTS, "in one piece": {}}


@pytest.mark.parametrize("layout", PLACES)
def test_what_was_never_written_is_not_read_as_black(tmp_path, layout):
    with h5py.File(tmp_path / "mine.h5", "w") as file:
        file.create_dataset("images", IMAGES.shape, np.uint8, **PLACES[layout])
        file["labels"] = np.arange(12) % 4
    words = "images in .*mine.h5 is not whole: its shape is .12, 8, 8, 3., and "
    words += "nothing of it has" if layout == "in one piece" else r"0 of its \d+ chunks have"
    with pytest.raises(InputError, match=f"{words} been written.*Save it again"):
        own_file(str(tmp_path / "mine.h5"))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_writer_that_was_stopped_is_noticed(tmp_path, layout):
    with h5py.File(tmp_path / "mine.h5", "w") as file:
        images = file.create_dataset("images", IMAGES.shape, np.uint8, **LAYOUTS[layout])
        images[:5] = IMAGES[:5]
    with pytest.raises(InputError, match=r"[1-9]\d* of its \d+ chunks have been written"):
        own_file(str(tmp_path / "mine.h5"))


def test_a_chunk_of_many_rows_is_kept_while_its_rows_are_read(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (400, 64, 64, 3), np.uint8)
    with h5py.File(tmp_path / "mine.h5", "w") as file:
        file.create_dataset("images", data=images, chunks=images.shape, compression="gzip")
    stored = Hdf5Array(tmp_path / "mine.h5", "images", "")
    stored.rows(0, 2)
    with open(tmp_path / "mine.h5", "r+b") as file:  # what is read again would be damaged
        file.seek(images.size // 2)
        file.write(b"\xff" * 1000)
    np.testing.assert_array_equal(stored.rows(2, 400), images[2:])


@pytest.mark.parametrize("num", [0, 6])
def test_labels_that_were_never_written_are_not_read_as_zeros(tmp_path, num):
    with h5py.File(tmp_path / "mine.h5", "w") as file:
        file["images"] = IMAGES
        labels = file.create_dataset("labels", (12, 2), np.int64, chunks=(3, 2))
        labels[:num] = 1
    with pytest.raises(InputError, match="labels in .*mine.h5 is not whole: its shape is .12, 2."):
        own_file(str(tmp_path / "mine.h5"))
    with pytest.raises(InputError, match=rf"{num // 3} of its 4 chunks have been written"):
        verify("own_file", str(tmp_path / "mine.h5"))


@pytest.mark.parametrize("layout", PLACES)
@pytest.mark.parametrize("value", [0, 255])
def test_what_was_written_is_read_whatever_it_is(tmp_path, layout, value):
    with h5py.File(tmp_path / "mine.h5", "w") as file:
        images = file.create_dataset("images", IMAGES.shape, np.uint8, **PLACES[layout])
        images[...] = value
        longer = file.create_dataset("longer", (30, 2), maxshape=(None, 2), chunks=(4, 2))
        longer[...] = value
        longer.resize(9, axis=0)
        file["none"] = np.zeros((0, 2))
        file["one"] = value
    file = ArrayFile(tmp_path / "mine.h5")
    assert (file.array("images").read() == value).all()
    assert (file.array("longer").read() == np.full((9, 2), value)).all()
    assert file.array("none").read().shape == (0, 2) and file.array("one").read() == value


@pytest.mark.parametrize("size", [512, 2048, 2**20])
@pytest.mark.parametrize("layout", PLACES)
def test_a_block_before_the_file_is_skipped(tmp_path, size, layout):
    path = tmp_path / "mine.h5"
    with h5py.File(path, "w", userblock_size=size) as file:
        file.create_dataset("images", data=IMAGES, **PLACES[layout])
    with path.open("r+b") as file:
        file.write(b"<!-- what is before it -->")
    data = own_file(str(path), cache_dir=str(tmp_path / "cache"))
    rows = np.random.RandomState(0).randint(12, size=50, dtype=np.int64)
    np.testing.assert_array_equal(data.sample_images(50, np.random.RandomState(0)), IMAGES[rows])


def test_a_matlab_file_is_named_since_its_axes_are_reversed(tmp_path):
    path = tmp_path / "mine.mat"
    with h5py.File(path, "w", userblock_size=512) as file:
        file["images"] = IMAGES.T
    with path.open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(512))
    with pytest.raises(InputError, match="it is a MATLAB file, in which the axes .* Save it again"):
        own_file(str(path))
