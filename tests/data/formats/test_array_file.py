"""Files of arrays that are damaged, hostile, open elsewhere, or promise more than they hold."""

import io
import multiprocessing
import struct
import subprocess
import sys
import zipfile
import zlib

import h5py
import numpy as np
import pytest

from tripod_dlib.data.formats.array_file import ArrayFile
from tripod_dlib.data.formats.file_kind import OFFICIAL_REMEDY
from tripod_dlib.errors import InputError

IMAGES = np.random.default_rng(0).integers(0, 256, size=(12, 8, 8, 3), dtype=np.uint8)


def header(shape, descr="|u1", fortran=False):
    """An .npy header."""
    text = repr({"descr": descr, "fortran_order": fortran, "shape": shape}).encode()
    text += b" " * (63 - (len(text) + 10) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def write_zip(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
@pytest.mark.parametrize(
    "shape, descr",
    [((10**10, 10), "|u1"), ((12, 10**10), "<f8"), ((2**62, 2**62), "<f8"), ((12,), "<U100000000")],
)
def test_a_header_that_promises_more_than_there_is_is_refused_at_once(
    tmp_path, suffix, shape, descr
):
    path = tmp_path / f"mine{suffix}"
    content = header(shape, descr) + b"x" * 1000
    path.write_bytes(content) if suffix == ".npy" else write_zip(path, images=content)
    with pytest.raises(InputError, match=f"mine{suffix} is (not whole: its header promises|damag)"):
        ArrayFile(path).array("images")


@pytest.mark.parametrize("shape", [(-1, 8), (True, 8), (2.0, 8), ("2", 8), (2**70,)])
def test_a_shape_that_is_none_is_refused(tmp_path, shape):
    (tmp_path / "mine.npy").write_bytes(header(shape) + bytes(8))
    with pytest.raises(InputError, match="mine.npy is (damaged or cut off|not whole)"):
        ArrayFile(tmp_path / "mine.npy").array("images")


def test_an_encrypted_archive_is_said_to_be_one(tmp_path):
    write_zip(tmp_path / "mine.npz", images=header((4,)) + bytes(4))
    data = bytearray((tmp_path / "mine.npz").read_bytes())
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "mine.npz").write_bytes(data)
    with pytest.raises(InputError, match="mine.npz is encrypted: save it without a password"):
        ArrayFile(tmp_path / "mine.npz").array("images")


@pytest.mark.parametrize("fortran", [False, True])
def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path, fortran):
    path = tmp_path / "mine.npz"
    content = header((10**9,), fortran=fortran) + b"x" * 1000
    write_zip(path, images=content)
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\x01\x02")  # in the central directory, which is believed
    data[entry + 24 : entry + 28] = struct.pack("<I", len(header((10**9,))) + 10**9)
    path.write_bytes(data)
    stored = ArrayFile(path).array("images")
    with pytest.raises(InputError, match="images.npy in .* is damaged or cut off"):
        stored.read()


LIMITED = """
import resource, sys
from pathlib import Path
from tripod_dlib.data.formats.array_file import ArrayFile
from tripod_dlib.errors import InputError
resource.setrlimit(resource.RLIMIT_AS, (4 * 10**9, 4 * 10**9))
try:
    ArrayFile(Path(sys.argv[1])).array("labels").read()
except InputError as error:
    print(error)
"""


def test_what_does_not_fit_into_memory_is_said_to_be_too_large(tmp_path):
    rows = 4 * 10**6
    deflated = zlib.compress(bytes(16 * rows))
    with h5py.File(tmp_path / "mine.h5", "w") as file:
        chunks = {"chunks": (rows, 2), "compression": "gzip"}
        labels = file.create_dataset("labels", (80 * rows, 2), np.int64, **chunks)
        for chunk in range(80):
            labels.id.write_direct_chunk((chunk * rows, 0), deflated)
    words = [sys.executable, "-c", LIMITED, str(tmp_path / "mine.h5")]
    found = subprocess.run(words, capture_output=True, text=True)
    assert "labels in " in found.stdout and "needs more memory than there is" in found.stdout


def write(path):
    """Writes the images; returns where their bytes lie."""
    if path.suffix == ".npy":
        np.save(path, IMAGES)
        return 128
    if path.suffix == ".npz":
        np.savez_compressed(path, images=IMAGES)
        return 400
    with h5py.File(path, "w") as file:
        file.create_dataset("images", data=IMAGES, compression="gzip", chunks=(4, 8, 8, 3))
        return file["images"].id.get_chunk_info(1).byte_offset


@pytest.mark.parametrize("damage", ["cut", "filled", "swapped"])
@pytest.mark.parametrize("suffix", [".npy", ".npz", ".h5"])
def test_a_damaged_file_says_so_and_what_to_do(tmp_path, suffix, damage):
    path = tmp_path / f"mine{suffix}"
    place = write(path)
    content = path.read_bytes()
    changed = {
        "cut": content[: len(content) // 2],
        "filled": content[:place] + bytes(50) + content[place + 50 :],
        "swapped": content[:40] + content[40:][::-1],
    }[damage]
    path.write_bytes(changed)
    if (suffix, damage) == (".npy", "filled"):  # it has no checksums
        assert not ArrayFile(path).array("images").read()[0].any(axis=(1, 2))[:2].any()
        return
    for remedy, words in ((None, "save it again"), (OFFICIAL_REMEDY, "get the official file")):
        with pytest.raises(InputError, match=f"mine{suffix} is (damaged|not whole)") as error:
            ArrayFile(path, *([remedy] if remedy else [])).array("images").read()
        assert words in str(error.value).lower()


def hold_open(path, ready, done):
    with h5py.File(path, "r+"):
        ready.set()
        done.wait(60)


def test_an_hdf5_file_that_is_open_in_another_program_is_not_called_damaged(tmp_path):
    path = tmp_path / "mine.h5"
    with h5py.File(path, "w") as file:
        file["images"] = IMAGES
    context = multiprocessing.get_context("fork")
    ready, done = context.Event(), context.Event()
    process = context.Process(target=hold_open, args=(path, ready, done))
    process.start()
    try:
        assert ready.wait(60)
        with pytest.raises(InputError, match="mine.h5 is open in another program") as error:
            ArrayFile(path)
        assert "damaged" not in str(error.value)
    finally:
        done.set()
        process.join()
    np.testing.assert_array_equal(ArrayFile(path).array("images").read(), IMAGES)


def test_an_hdf5_file_that_was_not_closed_is_said_to_be_open_still(tmp_path):
    path = tmp_path / "mine.h5"
    with h5py.File(path, "w", libver="latest") as file:
        file["images"] = IMAGES
    content = bytearray(path.read_bytes())
    with h5py.File(path, "r+", libver="latest"):
        opened = path.read_bytes()
    content[: len(opened)] = opened  # as a killed writer leaves it
    path.write_bytes(content)
    with pytest.raises(InputError, match="left open by the program that wrote it"):
        ArrayFile(path)


def test_a_filter_that_is_not_installed_is_named(tmp_path):
    path = tmp_path / "mine.h5"
    with h5py.File(path, "w") as file:
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_chunk((4, 8, 8, 3))
        properties.set_filter(32001, h5py.h5z.FLAG_OPTIONAL)
        space = h5py.h5s.create_simple(IMAGES.shape)
        dataset = h5py.h5d.create(file.id, b"images", h5py.h5t.NATIVE_UINT8, space, properties)
        for start in range(0, 12, 4):
            dataset.write_direct_chunk((start, 0, 0, 0), IMAGES[start : start + 4].tobytes())
        file["labels"] = np.arange(12)
    stored = ArrayFile(path).array("images")
    with pytest.raises(InputError, match="by a filter that this h5py does not have .*32001"):
        stored.rows(0, 4)
    np.testing.assert_array_equal(ArrayFile(path).array("labels").read(), np.arange(12))


def test_only_the_array_that_is_asked_for_must_be_readable(tmp_path):
    path = tmp_path / "mine.h5"
    layout = h5py.VirtualLayout((12,), np.int64)
    layout[:] = h5py.VirtualSource("other.h5", "x", (12,))
    with h5py.File(path, "w") as file:
        file["images"] = IMAGES
        file.create_virtual_dataset("labels", layout)
        file["loop"] = file["/"]
    with pytest.raises(InputError, match="mine.h5 is damaged or cut off .*recursion"):
        ArrayFile(path)
    with h5py.File(path, "r+") as file:
        del file["loop"]
    np.testing.assert_array_equal(ArrayFile(path).array("images").read(), IMAGES)
    with pytest.raises(InputError, match="labels in .* lies in another file"):
        ArrayFile(path).array("labels")


def test_a_folder_or_a_file_that_may_not_be_read_is_said_so(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        ArrayFile(tmp_path)
    np.save(tmp_path / "mine.npy", IMAGES)

    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(io, "open", refuse)
    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        ArrayFile(tmp_path / "mine.npy")


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_every_version_of_numpy_s_format_is_read(tmp_path, suffix, version):
    content = io.BytesIO()
    np.lib.format.write_array(content, IMAGES, version=version)
    path = tmp_path / f"mine{suffix}"
    path.write_bytes(content.getvalue()) if suffix == ".npy" else write_zip(
        path, images=content.getvalue()
    )
    stored = ArrayFile(path).array("images")
    np.testing.assert_array_equal(stored.read(), IMAGES)
    if suffix == ".npy":
        np.testing.assert_array_equal(stored.mapped(), IMAGES)


@pytest.mark.parametrize("suffix", [".npz", ".h5"])
def test_of_many_arrays_only_the_one_that_is_asked_for_is_opened(tmp_path, monkeypatch, suffix):
    path = tmp_path / f"mine{suffix}"
    names = [f"image_{number:04d}" for number in range(2000)]
    if suffix == ".npz":
        write_zip(path, images=header((4,)) + bytes(4), **dict.fromkeys(names, b"no array"))
    else:
        with h5py.File(path, "w") as file:
            for name in ["images", *names]:
                file[name] = np.zeros(4, np.uint8)
    opened, kinds = [], {".npz": (zipfile, "ZipFile"), ".h5": (h5py, "File")}
    original = getattr(*kinds[suffix])
    monkeypatch.setattr(
        *kinds[suffix], lambda *words, **more: opened.append(words) or original(*words, **more)
    )
    file = ArrayFile(path)
    np.testing.assert_array_equal(file.array("images").read(), np.zeros(4))
    assert len(opened) <= 4
    with pytest.raises(InputError, match="no array 'imgs'; it holds 'image.* and 1981 others"):
        file.array("imgs")


def test_an_archive_of_no_members_holds_none(tmp_path):
    zipfile.ZipFile(tmp_path / "mine.npz", "w").close()
    with pytest.raises(InputError, match="it holds none. Save it again"):
        ArrayFile(tmp_path / "mine.npz").array("images")
