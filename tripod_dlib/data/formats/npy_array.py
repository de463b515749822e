""".npy arrays, alone or as members of a zip archive."""

import copy
import functools
import math
import warnings
import zipfile
from pathlib import Path
from typing import BinaryIO

import numpy as np

from tripod_dlib.data.formats.forward_reader import ForwardReader
from tripod_dlib.data.formats.stored_array import StoredArray, unreadable
from tripod_dlib.errors import InputError
from tripod_dlib.storage.damage import DAMAGES


class NpyArray(StoredArray):
    """An .npy array."""

    def __init__(self, path: Path, info: zipfile.ZipInfo | None, remedy: str):
        """Reads the header.

        Args:
          path: The file.
          info: Which member of it, where it is an archive.
          remedy: What to do if it is damaged.

        Raises:
          InputError: If the file holds less or more than the header says.
        """
        self.where = f"{path}" if info is None else f"{info.filename} in {path}"
        self.remedy = remedy
        self._path = path
        self._info = info
        self._reader = ForwardReader(self._open)
        with self._open() as stream:
            self.shape, self._fortran, self.dtype = _npy_header(stream)
            self._start = stream.tell()
        there = path.stat().st_size if info is None else info.file_size
        needed = self._start + math.prod(self.shape) * self.dtype.itemsize
        if not self.dtype.hasobject and there != needed:
            raise InputError(
                f"{self.where} is not whole: its header promises {self.shape} of {self.dtype}, "
                f"{needed} bytes; {there} are there. {remedy}"
            )

    def rows(self, start, stop):
        if not self.shape:
            return self._everything
        if self._fortran:
            return self._everything[start:stop]
        stride = math.prod(self.shape[1:]) * self.dtype.itemsize
        try:
            data = self._reader.read_at(self._start + start * stride, (stop - start) * stride)
            if stop == self.shape[0]:  # to the end, where the checksum is compared
                self._reader.read_at(self._start + stop * stride, 1)
            return np.frombuffer(data, self.dtype).reshape(stop - start, *self.shape[1:])
        except DAMAGES as error:
            raise unreadable(self.where, error, self.remedy) from error

    def as_rows(self, row_shape):
        axes = len(self.shape) - len(row_shape)
        if axes < 2 or self._fortran or self.shape[axes:] != row_shape:
            return self
        rows = copy.copy(self)
        rows.shape = (math.prod(self.shape[:axes]), *row_shape)
        return rows

    def mapped(self):
        if self._fortran or (self._info and self._info.compress_type != zipfile.ZIP_STORED):
            return None
        offset = self._start
        try:
            if self._info is not None:
                with self._path.open("rb") as file:
                    file.seek(self._info.header_offset + 26)  # lengths of name and extra field
                    lengths = np.frombuffer(file.read(4), "<u2")
                offset += self._info.header_offset + 30 + int(lengths.sum())
            return np.memmap(self._path, self.dtype, "r", offset, self.shape)
        except DAMAGES as error:
            raise unreadable(self.where, error, self.remedy) from error

    def _open(self) -> BinaryIO:
        if self._info is None:
            return self._path.open("rb")
        with zipfile.ZipFile(self._path) as archive:  # the member keeps the file open
            return archive.open(self._info)

    @functools.cached_property
    def _everything(self) -> np.ndarray:
        try:
            with self._open() as stream:
                stream.seek(self._start)
                flat = np.frombuffer(stream.read(), self.dtype)
            return flat.reshape(self.shape, order="F")
        except DAMAGES as error:
            raise unreadable(self.where, error, self.remedy) from error


def read_npy(stream: BinaryIO, where: str, remedy: str) -> np.ndarray:
    """The array of an .npy file that is in memory, or can be read to its end.

    Args:
      stream: At its beginning.
      where: Name and file, for messages.
      remedy: What to do if it is damaged.

    Raises:
      InputError: If it is not a whole array of numbers or strings.
    """
    try:
        shape, fortran, dtype = _npy_header(stream)
        if dtype.hasobject:
            raise InputError(f"{where} holds Python objects, which are never loaded. {remedy}")
        data = stream.read()
        if len(data) != math.prod(shape) * dtype.itemsize:
            raise ValueError(
                f"its header promises {shape} of {dtype}, and {len(data)} bytes follow"
            )
        return np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C")
    except DAMAGES as error:
        raise unreadable(where, error, remedy) from error


def _npy_header(stream: BinaryIO) -> tuple[tuple[int, ...], bool, np.dtype]:
    version = np.lib.format.read_magic(stream)
    read = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
        (3, 0): np.lib.format.read_array_header_2_0,  # other letters in names of columns alone
    }.get(version)
    if read is None:
        raise ValueError(f".npy format {version} is not known")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # Python 2 wrote sizes as 10L
        shape, fortran, dtype = read(stream)
    if not all(type(side) is int and side >= 0 for side in shape):
        raise ValueError(f"its header promises the shape {shape}")
    return shape, fortran, dtype
