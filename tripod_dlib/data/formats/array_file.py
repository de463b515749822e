"""Arrays by name inside .npz, .npy and HDF5 files, read a few rows at a time.

Nothing is ever unpickled: an array of Python objects is refused.
"""

import abc
import functools
import math
import tokenize
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

import h5py
import numpy as np

from tripod_dlib.data.formats.file_kind import fingerprint, require_inside, require_kind
from tripod_dlib.data.formats.forward_reader import ForwardReader
from tripod_dlib.errors import InputError

DAMAGES = (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, KeyError)
DAMAGES += (SyntaxError, tokenize.TokenError)  # of a header


class StoredArray(abc.ABC):
    """One array in a file: its shape and dtype at once, its rows when asked for.

    Attributes:
      where: Name and file, for messages.
      shape: Of the whole array.
      dtype: Of its entries.
    """

    where: str
    shape: tuple[int, ...]
    dtype: np.dtype

    @abc.abstractmethod
    def rows(self, start: int, stop: int) -> np.ndarray:
        """Rows start to stop. Going forward is quick.

        Raises:
          InputError: If the file is damaged.
        """

    @abc.abstractmethod
    def mapped(self) -> np.ndarray | None:
        """The array as a read-only memory map, if it lies uncompressed in the file."""

    def read(self) -> np.ndarray:
        """The whole array, of no axes too."""
        return self.rows(0, self.shape[0] if self.shape else 1)


class ArrayFile:
    """A file of named arrays; the kind is told by its first bytes, not by its name."""

    def __init__(self, path: Path):
        """Opens it.

        Raises:
          InputError: If it is not a whole file of a known kind.
        """
        self.path = path
        kind = require_kind(path, ("zip", "hdf5", "npy"))
        try:
            if kind == "zip":
                self._arrays = _arrays_of_zip(path)
            elif kind == "hdf5":
                self._arrays = _arrays_of_hdf5(path)
            else:
                self._arrays = {"images": _NpyArray(path, None)}
        except DAMAGES as error:
            if isinstance(error, InputError):
                raise
            raise damaged(str(path), error) from error

    @property
    def names(self) -> list[str]:
        """Names of the arrays."""
        return list(self._arrays)

    @property
    def signature(self) -> list:
        """What changes when the file is replaced."""
        return fingerprint(self.path)

    def array(self, *names: str) -> StoredArray:
        """The first of these arrays that is there.

        Raises:
          InputError: If none is, or it holds Python objects.
        """
        for name in names:
            if name in self._arrays:
                array = self._arrays[name]
                if array.dtype.hasobject:
                    raise InputError(
                        f"{array.where} holds Python objects (a pickle, or strings of any length). "
                        "They are never loaded, since that can run code: save numbers instead."
                    )
                return array
        raise InputError(
            f"{self.path} has no array {' or '.join(map(repr, names))}; it holds "
            f"{', '.join(map(repr, self.names)) or 'none'}."
        )


def damaged(where: str, error: Exception) -> InputError:
    """The error for a file that cannot be read to its end."""
    return InputError(f"{where} is damaged or cut off ({error}): get the file again.")


def _arrays_of_zip(path: Path) -> dict[str, StoredArray]:
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
    require_inside([info.filename for info in infos], path)
    members = [info for info in infos if info.filename.endswith(".npy")]
    return {info.filename.removesuffix(".npy"): _NpyArray(path, info) for info in members}


def _arrays_of_hdf5(path: Path) -> dict[str, StoredArray]:
    found = {}
    with h5py.File(path, "r") as file:

        def walk(group: h5py.Group, prefix: str) -> None:
            for key in group:
                link = group.get(key, getlink=True)
                if not isinstance(link, h5py.HardLink):
                    continue  # soft and external links may lead out of the file
                item = group[key]
                if isinstance(item, h5py.Group):
                    walk(item, f"{prefix}{key}/")
                elif isinstance(item, h5py.Dataset) and item.shape is not None:
                    found[f"{prefix}{key}"] = _Hdf5Array(path, item)

        walk(file, "")
    return found


class _NpyArray(StoredArray):
    """An .npy array, alone or as a member of a zip archive."""

    def __init__(self, path: Path, info: zipfile.ZipInfo | None):
        self.where = f"{path}" if info is None else f"{info.filename} in {path}"
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
                f"{self.where} is not whole: its header promises {self.shape} of "
                f"{self.dtype}, {needed} bytes; {there} are there. Get the file again."
            )

    def rows(self, start, stop):
        if not self.shape:
            return self._everything
        if self._fortran:
            return self._everything[start:stop]
        if self._info is None:
            return np.array(self.mapped()[start:stop])
        stride = math.prod(self.shape[1:]) * self.dtype.itemsize
        try:
            data = self._reader.read_at(self._start + start * stride, (stop - start) * stride)
            if stop == self.shape[0]:  # to the end, where the checksum is compared
                self._reader.read_at(self._start + stop * stride, 1)
            return np.frombuffer(data, self.dtype).reshape(stop - start, *self.shape[1:])
        except DAMAGES as error:
            raise damaged(self.where, error) from error

    def mapped(self):
        if self._fortran or (self._info and self._info.compress_type != zipfile.ZIP_STORED):
            return None
        offset = self._start
        if self._info is not None:
            with self._path.open("rb") as file:
                file.seek(self._info.header_offset + 26)  # lengths of name and extra field
                lengths = np.frombuffer(file.read(4), "<u2")
            offset += self._info.header_offset + 30 + int(lengths.sum())
        return np.memmap(self._path, self.dtype, "r", offset, self.shape)

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
        except DAMAGES as error:
            raise damaged(self.where, error) from error
        return flat.reshape(self.shape, order="F")


def _npy_header(stream: BinaryIO) -> tuple[tuple[int, ...], bool, np.dtype]:
    version = np.lib.format.read_magic(stream)
    read = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(version)
    if read is None:
        raise ValueError(f".npy format {version} is not known")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # Python 2 wrote sizes as 10L
        return read(stream)


class _Hdf5Array(StoredArray):
    def __init__(self, path: Path, dataset: h5py.Dataset):
        self.where = f"{dataset.name.lstrip('/')} in {path}"
        self.shape = dataset.shape
        self.dtype = dataset.dtype
        self._path = path
        self._name = dataset.name
        self._offset = dataset.id.get_offset() if dataset.chunks is None else None
        self._file: h5py.File | None = None
        if dataset.external or dataset.is_virtual:
            raise InputError(f"{self.where} lies in another file, which is not followed.")

    def rows(self, start, stop):
        try:
            if self._file is None:
                self._file = h5py.File(self._path, "r")
            dataset = self._file[self._name]
            return dataset[start:stop] if self.shape else np.asarray(dataset[()])
        except DAMAGES as error:
            raise damaged(self.where, error) from error

    def mapped(self):
        if self._offset is None:
            return None
        return np.memmap(self._path, self.dtype, "r", self._offset, self.shape)
