"""Single images out of an array or of a memory-mapped file, in little memory.

Pages of a memory map count as the process's own once they were looked at, so that a long training
would come to hold the whole file. Images of a mapped file are therefore read from the file itself,
straight into the batch; the operating system keeps what it can in its own cache.
"""

import hashlib
import mmap
import os
import weakref
from pathlib import Path

import numpy as np

from tripod_dlib.errors import InputError

BYTES_HASHED_WHOLE = 64_000_000
NUM_HASHED = 1000  # images of larger data


class ImageRows:
    """Images by index. They never change, so that a copy is the object itself."""

    def __init__(self, images: np.ndarray):
        """Takes the images; the file of a memory map is opened a second time and kept open.

        Args:
          images: uint8 (num_images, height, width, channels), an array or a memory map.
        """
        self._shape, self._dtype = images.shape, images.dtype
        self._images: np.ndarray | None = None
        if isinstance(images, np.memmap) and images.filename and images.flags.c_contiguous:
            self._path = Path(images.filename)
            self._start = _place_in_file(images)
            self._open()
        else:
            self._images = images

    def _open(self) -> None:
        self._file = os.open(self._path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        status = os.fstat(self._file)
        self._signature = (status.st_size, status.st_mtime_ns)

    def __len__(self) -> int:
        return self._shape[0]

    def __copy__(self) -> "ImageRows":
        return self

    def __deepcopy__(self, memo: dict) -> "ImageRows":
        return self

    def __getstate__(self) -> dict[str, object]:
        """For another process: the file's name in place of the number under which it is open."""
        return {key: value for key, value in vars(self).items() if key != "_file"}

    def __setstate__(self, state: dict[str, object]) -> None:
        """Opens the file anew.

        Raises:
          InputError: If it has gone, or is another one by now.
        """
        vars(self).update(state)
        if self._images is not None:
            return
        try:
            self._open()
        except OSError as error:
            raise InputError(
                f"{self._path} cannot be read any more: {error.strerror}. Open the dataset again "
                "where the copy is used."
            ) from error
        if self._signature != state["_signature"]:
            raise InputError(
                f"{self._path} was changed after the dataset was opened: open the dataset again "
                "where the copy is used."
            )

    @property
    def image_shape(self) -> tuple[int, ...]:
        """(height, width, channels)."""
        return tuple(int(side) for side in self._shape[1:])

    def read(self, indices: np.ndarray) -> np.ndarray:
        """A new array of the images at indices, read in the order of the file.

        Args:
          indices: int (num,), each 0 to len - 1.

        Returns:
          images: uint8 (num, height, width, channels), in the order of the indices.

        Raises:
          InputError: If the file was cut off since it was opened.
        """
        if self._images is not None:
            return np.asarray(self._images)[indices]
        images = np.empty((len(indices), *self._shape[1:]), self._dtype)
        stride = images.itemsize * int(np.prod(self._shape[1:], dtype=np.int64))
        into = memoryview(images.reshape(-1).view(np.uint8))
        places = (self._start + np.asarray(indices, np.int64) * stride).tolist()
        for row in np.argsort(indices, kind="stable").tolist():
            self._fill(into[row * stride : (row + 1) * stride], places[row])
        return images

    def digest(self) -> str:
        """What tells these images from others: of few all, of many a thousand, evenly spaced."""
        num_bytes = self._dtype.itemsize * int(np.prod(self._shape, dtype=np.int64))
        num = len(self) if num_bytes <= BYTES_HASHED_WHOLE else min(len(self), NUM_HASHED)
        digest = hashlib.sha256(repr(self._shape).encode())
        for row in np.linspace(0, len(self) - 1, num).astype(np.int64):
            digest.update(self.read(row[None]))
        return digest.hexdigest()

    def _fill(self, into: memoryview, place: int) -> None:
        while into:
            count = os.preadv(self._file, [into], place)
            if not count:
                raise InputError(
                    f"{self._path} ends before byte {place + len(into)}: it was cut off while it "
                    "was in use. Get the file, or prepare the cache, again."
                )
            into = into[count:]
            place += count


def unit_floats(images: np.ndarray) -> np.ndarray:
    """uint8 images as observations: float32 in [0, 1], made in one pass."""
    return np.divide(images, np.float32(255), dtype=np.float32)


def _place_in_file(images: np.ndarray) -> int:
    """The position of the first byte; `offset` alone is that of the array a view was taken of."""
    mapping = images
    while isinstance(mapping, np.ndarray):
        mapping = mapping.base
    mapped_from = images.offset - images.offset % mmap.ALLOCATIONGRANULARITY
    return mapped_from + images.ctypes.data - np.frombuffer(mapping, np.uint8).ctypes.data
