"""Arrays in HDF5 files; what lies in another file is not followed."""

import math
from pathlib import Path

import h5py
import numpy as np

from tripod_dlib.data.formats.stored_array import StoredArray, unreadable
from tripod_dlib.errors import InputError
from tripod_dlib.storage.damage import DAMAGES
from tripod_dlib.storage.space import total_memory

LEAST_KEPT = 2**20  # HDF5's own default


def hdf5_names(path: Path) -> tuple[list[str], list[str]]:
    """The paths of all arrays in a file.

    Args:
      path: The file.

    Returns:
      names: Of the arrays.
      links: Of what is a link to elsewhere, which is not followed.

    Raises:
      OSError: If it is damaged, or open elsewhere.
    """
    names, links = [], []
    with h5py.File(path, "r") as file:

        def walk(group: h5py.Group, prefix: str) -> None:
            for key in group:
                link = group.get(key, getlink=True)
                if not isinstance(link, h5py.HardLink):  # it may lead out of the file
                    links.append(f"{prefix}{key}")
                    continue
                item = group[key]
                if isinstance(item, h5py.Group):
                    walk(item, f"{prefix}{key}/")
                elif isinstance(item, h5py.Dataset) and item.shape is not None:
                    names.append(f"{prefix}{key}")

        walk(file, "")
    return names, links


class Hdf5Array(StoredArray):
    """A dataset of an HDF5 file."""

    def __init__(self, path: Path, name: str, remedy: str):
        """Notes what there is to know of a dataset without reading it.

        Args:
          path: The file.
          name: The dataset's path in it.
          remedy: What to do if it is damaged.

        Raises:
          OSError, RuntimeError: If it is damaged.
        """
        self.where = f"{name} in {path}"
        self.remedy = remedy
        self._path = path
        self._name = name
        self._dataset: h5py.Dataset | None = None
        with h5py.File(path, "r") as file:
            dataset = file[name]
            self.shape = dataset.shape
            self.dtype = dataset.dtype
            self._offset = dataset.id.get_offset() if dataset.chunks is None else None
            self._elsewhere = bool(dataset.external or dataset.is_virtual)
            self._gap = None if self._elsewhere else _gap(dataset)
            self._missing_filter = _missing_filter(dataset)
            self._cache = _bytes_to_keep(dataset)
        texts = h5py.check_string_dtype(self.dtype)
        self._texts = texts is not None and texts.length is None  # of any length
        if self._texts:
            self.dtype = np.dtype(np.str_)

    @property
    def refusal(self):
        if self._elsewhere:
            return f"{self.where} lies in another file, which is not followed."
        if self._gap is not None:
            return (
                f"{self.where} is not whole: its shape is {self.shape}, and {self._gap}. What is "
                "not there would be read as zeros; whatever wrote the file, or copied it, was "
                f"stopped. {self.remedy}"
            )
        return super().refusal

    def rows(self, start, stop):
        try:
            if self._dataset is None:
                file = h5py.File(self._path, "r", rdcc_nbytes=self._cache)
                self._dataset = file[self._name]  # what is kept, is kept with it
            dataset = self._dataset.asstr(errors="replace") if self._texts else self._dataset
            rows = dataset[start:stop] if self.shape else np.asarray(dataset[()])
            return rows.astype(np.str_) if self._texts else rows
        except DAMAGES as error:
            if self._missing_filter is not None:
                raise InputError(
                    f"{self.where} is compressed by a filter that this h5py does not have "
                    f"({self._missing_filter}): save it with compression='gzip' or none, or "
                    "convert the file (h5repack -f GZIP=4 IN OUT)."
                ) from error
            raise unreadable(self.where, error, self.remedy) from error

    def mapped(self):
        if self._offset is None:
            return None
        try:
            return np.memmap(self._path, self.dtype, "r", self._offset, self.shape)
        except DAMAGES as error:
            raise unreadable(self.where, error, self.remedy) from error


def _bytes_to_keep(dataset: h5py.Dataset) -> int:
    """What HDF5 keeps of a dataset, so that a chunk is not unpacked for every few of its rows."""
    chunk = math.prod(dataset.chunks or (0,)) * dataset.dtype.itemsize
    return max(chunk, LEAST_KEPT) if chunk <= total_memory() // 4 else LEAST_KEPT


def _gap(dataset: h5py.Dataset) -> str | None:
    """What of a dataset was never written, in words; None if all of it was."""
    if 0 in dataset.shape:
        return None
    if dataset.chunks is None:
        return None if dataset.id.get_storage_size() else "nothing of it has been written"
    sides = zip(dataset.shape, dataset.chunks, strict=True)
    promised = math.prod(-(-side // chunk) for side, chunk in sides)
    written = dataset.id.get_num_chunks()
    if written >= promised:
        return None
    return f"{written} of its {promised} chunks have been written"


def _missing_filter(dataset: h5py.Dataset) -> str | None:
    """The name or number of a filter that the data needs and that is not installed."""
    properties = dataset.id.get_create_plist()
    for index in range(properties.get_nfilters()):
        code, _, _, name = properties.get_filter(index)
        if not h5py.h5z.filter_avail(code):
            return f"{name.decode('utf-8', 'replace') or 'without a name'}, number {code}"
    return None
