"""SmallNORB's format of arrays."""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np

from tripod_dlib.data.formats.file_kind import require_kind
from tripod_dlib.data.formats.forward_reader import ForwardReader
from tripod_dlib.errors import InputError

DTYPES = {0x1E3D4C55: np.dtype("uint8"), 0x1E3D4C54: np.dtype("<i4")}
MOST_DEFLATED = 1040  # bytes that one compressed byte can stand for


class BinaryMatrix:
    """An array in SmallNORB's format, plain or compressed, read a few rows at a time."""

    def __init__(self, path: Path, dtype: str, shape: tuple[int | None, ...]):
        """Reads the header.

        Args:
          path: The .mat or .mat.gz file.
          dtype: Which it must have.
          shape: Which it must have; None for any number.

        Raises:
          InputError: If it is not such a file.
        """
        self.path = path
        self._compressed = require_kind(path, ("norb", "gzip")) == "gzip"
        opener = gzip.open if self._compressed else open
        self._reader = ForwardReader(lambda: opener(path, "rb"))
        magic, ndim = self._integers(0, 2)
        self.shape = tuple(self._integers(8, max(3, ndim))[:ndim]) if 0 < ndim < 9 else ()
        self.dtype = DTYPES.get(magic)
        fits = len(self.shape) == len(shape) and all(
            want in (None, side) for want, side in zip(shape, self.shape)
        )
        if not fits or self.dtype != np.dtype(dtype):
            raise InputError(
                f"{path} holds {self.shape} of {self.dtype}; {shape} of {dtype} is expected (None: "
                "any number). Get the official file again."
            )
        self._offset = 8 + 4 * max(3, ndim)
        self._require_enough()

    def _require_enough(self) -> None:
        """Refuses a header that promises more than the file can hold, before it is believed."""
        needed = self._offset + math.prod(self.shape) * self.dtype.itemsize
        there = self.path.stat().st_size * (MOST_DEFLATED if self._compressed else 1)
        if min(self.shape) < 0 or needed > there:
            raise InputError(
                f"{self.path} is cut off: its header promises {self.shape} of {self.dtype}, and "
                f"{self.path.stat().st_size} bytes are there. Get the official file again."
            )

    def rows(self, start: int, stop: int) -> np.ndarray:
        """Rows start to stop; going forward is quick.

        Raises:
          InputError: If the file is cut off or damaged.
        """
        stride = math.prod(self.shape[1:]) * self.dtype.itemsize
        data = self._read(self._offset + start * stride, (stop - start) * stride)
        at_end = stop == self.shape[0]
        if at_end and self._read(self._offset + stop * stride, 1):  # compares the checksum, too
            raise InputError(
                f"{self.path} is longer than the {self.shape} of {self.dtype} that its header "
                "says. Get the official file again."
            )
        if len(data) != (stop - start) * stride:
            raise InputError(
                f"{self.path} is cut off: row {start + len(data) // stride} of {self.shape[0]} is "
                "not there. Get the file again."
            )
        return np.frombuffer(data, self.dtype).reshape(stop - start, *self.shape[1:])

    def read(self) -> np.ndarray:
        """The whole array."""
        return self.rows(0, self.shape[0])

    def _integers(self, position: int, count: int) -> list[int]:
        data = self._read(position, 4 * count)
        if len(data) < 4 * count:
            raise InputError(f"{self.path} is cut off in its header: get the file again.")
        return np.frombuffer(data, "<i4").tolist()

    def _read(self, position: int, num_bytes: int) -> bytes:
        try:
            return self._reader.read_at(position, num_bytes)
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(
                f"{self.path} is damaged or cut off ({error}): get the file again."
            ) from error
