"""Images rendered or converted once, into an uncompressed uint8 file.

A cache is a folder named after its key. While it is made, its lock is held, so that a second
process waits; finished rows are noted with their checksum once they are on the disk, so that a
killed process's work is gone on with, and nothing else is taken for it.
"""

import errno
import hashlib
import io
import json
import os
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tripod_dlib.errors import InputError
from tripod_dlib.storage import (
    FolderLock,
    progress,
    remove_partial,
    require_free_space,
    write_json,
)

IMAGES = "images.npy"
UNFINISHED = "unfinished.npy"
ROWS_DONE = "rows_done.json"
KEY = "key.json"
ROWS_BETWEEN_NOTES = 20_000
SECONDS_BETWEEN_NOTES = 5.0
BYTES_PER_LOOK = 16_000_000
NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def cached_images(
    name: str,
    key: dict[str, object],
    shape: tuple[int, int, int, int],
    make_rows: Callable[[int, int], np.ndarray],
    folder: Path,
    rows_per_chunk: int = 1000,
) -> np.ndarray:
    """Opens a cache, making it first if need be.

    Args:
      name: Dataset's name, for the folder and for people.
      key: Everything that the images depend on, as JSON.
      shape: (num_images, height, width, channels).
      make_rows: `make_rows(start, stop)` gives uint8 (stop - start, height, width, channels).
      folder: Folder of all caches.
      rows_per_chunk: Rows made at a time.

    Returns:
      images: uint8 memory map of `shape`, read only.

    Raises:
      InputError: If the folder cannot be written or the disk has no room.
    """
    home = cache_home(name, key, folder)
    images = _finished(home / IMAGES, shape)
    if images is None:
        with FolderLock(home, f"preparing {name}", wait=True):
            images = _finished(home / IMAGES, shape)
            if images is None:
                write_json(home / KEY, key)
                _Making(name, shape, home).to_end(make_rows, rows_per_chunk)
                images = _finished(home / IMAGES, shape)
    return images


def cache_home(name: str, key: dict[str, object], folder: Path) -> Path:
    """The folder of one cache."""
    text = json.dumps(key, sort_keys=True)
    return folder / f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _finished(path: Path, shape: tuple[int, ...]) -> np.ndarray | None:
    """The images of a finished cache; None if there are none, or not those that belong there."""
    try:
        images = np.load(path, mmap_mode="r", allow_pickle=False)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    except (OSError, ValueError, EOFError, SyntaxError):
        images = None
    if images is not None and images.shape == shape and images.dtype == np.uint8:
        return images
    print(f"{path} is damaged: it is made again", file=sys.stderr, flush=True)
    return None


class _Making:
    """A cache that is being made: rows are written, not mapped, since a full disk says so then."""

    def __init__(self, name: str, shape: tuple[int, ...], home: Path):
        self._name, self._shape, self._home = name, tuple(int(side) for side in shape), home
        self._path = home / UNFINISHED
        header = io.BytesIO()
        layout = {"descr": "|u1", "fortran_order": False, "shape": self._shape}
        np.lib.format.write_array_header_1_0(header, layout)
        self._header = header.getvalue()
        self._row = int(np.prod(shape[1:], dtype=np.int64))
        self._checksum = zlib.crc32(self._header)

    def to_end(self, make_rows: Callable[[int, int], np.ndarray], rows_per_chunk: int) -> None:
        """Makes what is missing."""
        remove_partial(self._home)
        done = self._taken_up()
        missing = (self._shape[0] - done) * self._row
        require_free_space(self._home, missing, f"The image cache of {self._name}")
        try:
            self._write(done, make_rows, rows_per_chunk)
            self._path.rename(self._home / IMAGES)
            (self._home / ROWS_DONE).unlink(missing_ok=True)
        except OSError as error:
            if error.errno not in NO_SPACE:
                raise
            raise InputError(
                f"{self._path} cannot be written to its end: {error.strerror}. What is done is "
                "kept: free some space, or choose another folder for caches, and run the same "
                "command again."
            ) from error

    def _write(
        self, done: int, make_rows: Callable[[int, int], np.ndarray], rows_per_chunk: int
    ) -> None:
        num, noted_at = self._shape[0], time.monotonic()
        most = done + ROWS_BETWEEN_NOTES
        with (
            self._path.open("r+b" if done else "wb", buffering=0) as file,
            progress(num, f"preparing {self._name}", "images", initial=done) as shown,
        ):
            file.truncate(len(self._header) + done * self._row)
            if not done:
                _write_all(file, self._header)
            file.seek(0, io.SEEK_END)
            while done < num:
                stop = min(done + rows_per_chunk, most, num)
                images = np.ascontiguousarray(make_rows(done, stop), np.uint8)
                if images.shape != (stop - done, *self._shape[1:]):
                    raise ValueError(f"rows {done} to {stop} are {images.shape}")
                _write_all(file, images.data)
                self._checksum = zlib.crc32(images.data, self._checksum)
                shown.update(stop - done)
                done = stop
                if done >= min(most, num) or time.monotonic() > noted_at + SECONDS_BETWEEN_NOTES:
                    os.fsync(file.fileno())
                    note = {"rows": done, "checksum": self._checksum}
                    write_json(self._home / ROWS_DONE, note)
                    most, noted_at = done + ROWS_BETWEEN_NOTES, time.monotonic()

    def _taken_up(self) -> int:
        """Rows of an earlier process, if they are those that it noted; else none."""
        try:
            note = json.loads((self._home / ROWS_DONE).read_text())
            rows, noted = int(note["rows"]), int(note["checksum"])
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return 0
        checksum, left = zlib.crc32(self._header), rows * self._row
        if not 0 < rows <= self._shape[0] or not self._path.is_file():
            return 0
        with self._path.open("rb") as file:
            if file.read(len(self._header)) != self._header:
                return 0
            while left > 0 and (data := file.read(min(left, BYTES_PER_LOOK))):
                checksum = zlib.crc32(data, checksum)
                left -= len(data)
        if left or checksum != noted:
            return 0
        self._checksum = checksum
        return rows


def _write_all(file: io.FileIO, data: bytes | memoryview) -> None:
    rest = memoryview(data).cast("B")
    while rest:
        rest = rest[file.write(rest) :]
