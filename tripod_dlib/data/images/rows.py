"""Single images out of an array or of a memory-mapped file, in little memory.

Pages of a memory map count as the process's own once they were looked at, so that a long training
would come to hold the whole file. Images of a mapped file are therefore read from the file itself,
straight into the batch; the operating system keeps what it can in its own cache.
"""

import mmap
import os
import weakref

import numpy as np

from tripod_dlib.errors import InputError


class ImageRows:
    """Images by index."""

    def __init__(self, images: np.ndarray):
        """Takes the images; the file of a memory map is opened a second time and kept open.

        Args:
          images: uint8 (num_images, height, width, channels), an array or a memory map.
        """
        self._images = images
        self._file: int | None = None
        self._start = 0
        if isinstance(images, np.memmap) and images.filename and images.flags.c_contiguous:
            self._start = _place_in_file(images)
            self._file = os.open(images.filename, os.O_RDONLY)
            weakref.finalize(self, os.close, self._file)

    def __len__(self) -> int:
        return len(self._images)

    @property
    def image_shape(self) -> tuple[int, ...]:
        """(height, width, channels)."""
        return tuple(int(side) for side in self._images.shape[1:])

    def read(self, indices: np.ndarray) -> np.ndarray:
        """A new array of the images at indices, read in the order of the file.

        Args:
          indices: int (num,), each 0 to len - 1.

        Returns:
          images: uint8 (num, height, width, channels), in the order of the indices.

        Raises:
          InputError: If the file was cut off since it was opened.
        """
        if self._file is None:
            return np.asarray(self._images)[indices]
        images = np.empty((len(indices), *self._images.shape[1:]), self._images.dtype)
        stride = self._images[:1].nbytes
        into = memoryview(images.reshape(-1).view(np.uint8))
        places = (self._start + np.asarray(indices, np.int64) * stride).tolist()
        for row in np.argsort(indices, kind="stable").tolist():
            self._fill(into[row * stride : (row + 1) * stride], places[row])
        return images

    def _fill(self, into: memoryview, place: int) -> None:
        while into:
            count = os.preadv(self._file, [into], place)
            if not count:
                raise InputError(
                    f"{self._images.filename} ends before byte {place + len(into)}: it was cut off "
                    "while it was in use. Get the file, or prepare the cache, again."
                )
            into = into[count:]
            place += count


def unit_floats(images: np.ndarray) -> np.ndarray:
    """uint8 images as observations: float32 in [0, 1], made in one pass."""
    return np.divide(images, np.float32(255), dtype=np.float32)


def _place_in_file(images: np.memmap) -> int:
    """The position of the first byte; `offset` alone is that of the array a view was taken of."""
    mapping = images
    while isinstance(mapping, np.ndarray):
        mapping = mapping.base
    mapped_from = images.offset - images.offset % mmap.ALLOCATIONGRANULARITY
    return mapped_from + images.ctypes.data - np.frombuffer(mapping, np.uint8).ctypes.data
