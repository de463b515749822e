import copy
import multiprocessing
import os
import pickle

import numpy as np
import pytest

from tripod_dlib.data.grid_data import GridData
from tripod_dlib.data.images.cache import cached_images
from tripod_dlib.data.images.rows import ImageRows, unit_floats
from tripod_dlib.errors import InputError

IMAGES = np.random.RandomState(0).randint(256, size=(50, 5, 3, 2)).astype(np.uint8)
INDICES = np.array([49, 0, 7, 7, 23, 1])


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "images.npy"
    np.save(path, IMAGES)
    return path


def test_an_array_and_its_memory_map_give_the_same_new_arrays(file):
    for images in (IMAGES, np.load(file, mmap_mode="r")):
        rows = ImageRows(images)
        read = rows.read(INDICES)
        np.testing.assert_array_equal(read, IMAGES[INDICES])
        assert read.dtype == np.uint8 and read.flags.writeable and read.flags.c_contiguous
        assert len(rows) == 50 and rows.image_shape == (5, 3, 2)
        assert rows.read(np.array([], np.int64)).shape == (0, 5, 3, 2)


@pytest.mark.parametrize(
    "view",
    [
        lambda mapped: mapped[11:40],
        lambda mapped: mapped[3:][4:, :, :, None, :],
        lambda mapped: mapped[::2],
        lambda mapped: mapped[:, ::-1],
        lambda mapped: mapped[:, :, :1],
    ],
    ids=["part", "part of a part", "every second", "upside down", "one column"],
)
@pytest.mark.parametrize("offset", [0, 13, 5000], ids=lambda offset: f"offset {offset}")
def test_views_of_a_map_are_read_from_the_right_place(view, offset, tmp_path):
    path = tmp_path / "images.bin"
    path.write_bytes(b"\1" * offset + IMAGES.tobytes())
    mapped = view(np.memmap(path, np.uint8, "r", offset, IMAGES.shape))
    indices = np.arange(len(mapped))[::-1]
    np.testing.assert_array_equal(ImageRows(mapped).read(indices), view(IMAGES)[indices])


def test_a_file_that_is_removed_is_still_read_and_closed_at_the_end(file):
    rows = ImageRows(np.load(file, mmap_mode="r"))
    file.unlink()
    np.testing.assert_array_equal(rows.read(INDICES), IMAGES[INDICES])
    descriptor = rows._file
    os.fstat(descriptor)
    del rows
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


def test_a_file_that_is_cut_off_while_it_is_open_is_said_to_be(file):
    rows = ImageRows(np.load(file, mmap_mode="r"))
    os.truncate(file, file.stat().st_size - 1)
    np.testing.assert_array_equal(rows.read(np.array([48])), IMAGES[48:49])
    with pytest.raises(InputError, match="images.npy ends before byte .*: it was cut off"):
        rows.read(np.array([2, 49]))


def read_from_pickle(pickled, other):
    """In a process that has many files of its own open, as a worker may."""
    handles = [open(other, "rb") for _ in range(40)]
    try:
        return pickle.loads(pickled).read(INDICES)
    finally:
        for handle in handles:
            handle.close()


@pytest.mark.parametrize("start_method", ["spawn", "fork"])
def test_a_pickle_gives_the_same_images_in_another_process(file, start_method):
    rows = ImageRows(np.load(file, mmap_mode="r")[:])
    pickled = pickle.dumps(rows)
    assert len(pickled) < 1000  # the file's name, not its content
    with multiprocessing.get_context(start_method).Pool(1) as pool:
        found = pool.apply(read_from_pickle, (pickled, str(file)))
    np.testing.assert_array_equal(found, IMAGES[INDICES])


def test_a_copy_outlives_the_original(file):
    for images in (np.load(file, mmap_mode="r"), IMAGES):
        rows = ImageRows(images)
        twins = copy.copy(rows), copy.deepcopy(rows), pickle.loads(pickle.dumps(rows))
        del rows
        handles = [file.open("rb") for _ in range(40)]
        for twin in twins:
            np.testing.assert_array_equal(twin.read(INDICES), IMAGES[INDICES])
        for handle in handles:
            handle.close()


def test_a_pickle_of_a_file_that_has_changed_or_gone_is_refused(file):
    pickled = pickle.dumps(ImageRows(np.load(file, mmap_mode="r")))
    np.save(file, IMAGES[::-1])
    with pytest.raises(InputError, match="images.npy was changed after the dataset was opened"):
        pickle.loads(pickled)
    file.unlink()
    with pytest.raises(InputError, match="images.npy cannot be read any more: No such file"):
        pickle.loads(pickled)


def test_unit_floats_are_those_of_a_float32_division():
    levels = np.arange(256, dtype=np.uint8)
    expected = np.array([np.float32(level) / np.float32(255) for level in range(256)])
    floats = unit_floats(levels)
    assert floats.dtype == np.float32
    np.testing.assert_array_equal(floats, expected)


def resident_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="memory is read from /proc")
def test_drawing_every_image_of_a_cache_leaves_none_of_it_in_memory(tmp_path):
    images = cached_images(
        "grid",
        {},
        (4096, 64, 64, 3),
        lambda start, stop: np.full((stop - start, 64, 64, 3), 7, np.uint8),
        tmp_path,
    )  # 50 MB
    data = GridData("grid", ["a", "b"], (64, 64), images)
    data.images(np.arange(100))
    before = resident_bytes()
    for start in range(0, 4096, 64):
        assert data.images(np.arange(start, start + 64)).min() == 7
    assert resident_bytes() - before < 10_000_000
    kept = images[:].sum()  # through the map
    assert kept == 7 * images.size and resident_bytes() - before > 40_000_000
