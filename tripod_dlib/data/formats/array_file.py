"""Arrays by name inside .npz, .npy and HDF5 files, read a few rows at a time.

Nothing is ever unpickled: an array of Python objects is refused.
"""

import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tripod_dlib.data.formats.file_kind import (
    OWN_REMEDY,
    fingerprint,
    require_inside,
    require_kind,
)
from tripod_dlib.data.formats.hdf5_array import Hdf5Array, hdf5_names
from tripod_dlib.data.formats.npy_array import NpyArray
from tripod_dlib.data.formats.stored_array import StoredArray, unreadable
from tripod_dlib.errors import InputError
from tripod_dlib.storage.damage import DAMAGES

MOST_NAMES = 20  # that a message lists


class ArrayFile:
    """A file of named arrays; the kind is told by its first bytes, not by its name."""

    def __init__(self, path: Path, remedy: str = OWN_REMEDY):
        """Opens it.

        Args:
          path: The file.
          remedy: What to do if it is damaged, a sentence; another for official files.

        Raises:
          InputError: If it is not a whole file of a known kind.
        """
        self.path = path
        self._remedy = remedy
        self._arrays: dict[str, Callable[[], StoredArray]]
        self._links: list[str] = []
        kind = require_kind(path, ("zip", "hdf5", "npy"), remedy)
        try:
            if kind == "zip":
                self._arrays = _arrays_of_zip(path, remedy)
            elif kind == "hdf5":
                names, self._links = hdf5_names(path)
                self._arrays = {name: partial(Hdf5Array, path, name, remedy) for name in names}
            else:
                self._arrays = {"images": partial(NpyArray, path, None, remedy)}
        except DAMAGES as error:
            raise unreadable(str(path), error, remedy) from error

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
          InputError: If none is, or it is never read (it holds Python objects, say).
        """
        for name in names:
            if name in self._arrays:
                try:
                    array = self._arrays[name]()
                except DAMAGES as error:
                    raise unreadable(str(self.path), error, self._remedy) from error
                if array.refusal is not None:
                    raise InputError(array.refusal)
                return array
        link = next((name for name in names if name in self._links), None)
        if link is not None:
            raise InputError(
                f"{link} in {self.path} is a link to another place or file, which is not followed: "
                "copy the array itself into the file."
            )
        there = ", ".join(map(repr, self.names[:MOST_NAMES])) or "none"
        others = len(self.names) - MOST_NAMES
        raise InputError(
            f"{self.path} has no array {' or '.join(map(repr, names))}; it holds {there}"
            f"{f' and {others} others' if others > 0 else ''}. {self._remedy}"
        )


def _arrays_of_zip(path: Path, remedy: str) -> dict[str, Callable[[], StoredArray]]:
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
    require_inside([info.filename for info in infos], path)
    members = [info for info in infos if info.filename.endswith(".npy")]
    return {
        info.filename.removesuffix(".npy"): partial(NpyArray, path, info, remedy)
        for info in members
    }
