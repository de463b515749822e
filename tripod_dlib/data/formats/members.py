"""Members of a folder or of a zip or tar archive, by relative name. Nothing is ever unpacked."""

import io
import os
import stat
import tarfile
import threading
import zipfile
import zlib
from pathlib import Path

from tripod_dlib.data.formats.file_kind import (
    END,
    refusals_in_words,
    require_inside,
    require_kind,
)
from tripod_dlib.errors import InputError

DAMAGES = (OSError, EOFError, KeyError, RuntimeError, zipfile.BadZipFile, tarfile.TarError)
DAMAGES += (zlib.error, NotImplementedError)
MOST_BYTES = 256_000_000


class Members:
    """Files below a folder, or inside a zip or tar archive, by relative name."""

    def __init__(self, path: Path):
        """Opens a folder or an archive.

        Raises:
          InputError: If an archive is damaged, or a member's name leads out of it.
        """
        self.path = path
        self._zip: zipfile.ZipFile | None = None
        self._tar: tarfile.TarFile | None = None
        self._lock = threading.Lock()
        if path.is_file():
            self._open_archive()

    def _open_archive(self) -> None:
        kind = require_kind(self.path, ("zip", "gzip"))
        try:
            if kind == "zip":
                self._zip = zipfile.ZipFile(self.path)
                infos = {info.filename: info for info in self._zip.infolist()}
            else:
                self._tar = tarfile.open(self.path, "r:gz")
                infos = {info.name: info for info in self._tar if not info.isdir()}
                while self._tar.fileobj.read(END):  # to the end, where the checksum is compared
                    pass
        except DAMAGES as error:
            raise InputError(
                f"{self.path} ({self.path.stat().st_size} bytes) is not a whole archive "
                f"({error}): download it again, and check that its size is right."
            ) from error
        require_inside(list(infos), self.path)
        self._infos = {name.removeprefix("./"): info for name, info in infos.items()}
        self._names = list(self._infos)  # in the order in which they lie in the archive

    @property
    def is_archive(self) -> bool:
        """Whether this is an archive, not a folder."""
        return self._zip is not None or self._tar is not None

    def names(self, folder: str) -> list[str]:
        """Names of the files in a folder ("" for the top one), with it, in the order they lie."""
        if self.is_archive:
            return [name for name in self._names if name.startswith(f"{folder}/")]
        with refusals_in_words(), os.scandir(self.path / folder) as entries:
            return [f"{folder}/{entry.name}" if folder else entry.name for entry in entries]

    def exists(self, name: str) -> bool:
        """Whether there is such a file or folder."""
        if self.is_archive:
            return name in self._infos or bool(self.names(name))
        with refusals_in_words():
            return (self.path / name).exists()

    def read(self, name: str, most: int = MOST_BYTES) -> io.BytesIO:
        """A file's bytes.

        Args:
          name: With its folder.
          most: How many bytes it may have, unpacked.

        Raises:
          InputError: If it is not there, damaged or larger.
        """
        try:
            size = self._size(name)
            if size > most:
                raise InputError(
                    f"{name} in {self.path} has {size} bytes; {most} are the most that it may have."
                )
            if self._zip is not None:
                return io.BytesIO(self._zip.read(self._infos[name]))
            if self._tar is not None:
                return io.BytesIO(self._read_from_tar(name))
            return io.BytesIO((self.path / name).read_bytes())
        except DAMAGES as error:
            reason = getattr(error, "strerror", None) or error
            raise InputError(f"{name} in {self.path} cannot be read: {reason}.") from error

    def _size(self, name: str) -> int:
        if self._zip is not None:
            return self._infos[name].file_size  # no more than that is ever unpacked
        if self._tar is not None:
            return self._infos[name].size
        status = (self.path / name).stat()
        if not stat.S_ISREG(status.st_mode):  # a pipe would never end
            raise OSError("it is not a file")
        return status.st_size

    def _read_from_tar(self, name: str) -> bytes:
        info = self._infos[name]
        if not info.isfile():  # a link may lead anywhere
            raise OSError("it is a link, not a file")
        with self._lock:
            return self._tar.extractfile(info).read()

    def signature(self, name: str) -> list[int]:
        """What changes when the data is replaced: size and time of change of a file within."""
        with refusals_in_words():
            status = (self.path if self.is_archive else self.path / name).stat()
        return [status.st_size, status.st_mtime_ns]
