"""Members of a folder or of a zip or tar archive, by relative name. Nothing is ever unpacked."""

import io
import os
import zipfile
from pathlib import Path

from tripod_dlib.data.sources import Origin, missing
from tripod_dlib.errors import InputError


class Members:
    """Files below a folder, or inside a zip archive, by relative name."""

    def __init__(self, path: Path):
        """Opens a folder or an archive.

        Raises:
          InputError: If an archive is damaged.
        """
        self.path = path
        self._archive = None
        if path.is_file():
            try:
                self._archive = zipfile.ZipFile(path)
            except (zipfile.BadZipFile, OSError) as error:
                raise InputError(
                    f"{path} ({path.stat().st_size} bytes) is not a whole zip archive ({error}): "
                    "download it again. Google Drive answers large files with a web page; check "
                    "that the file's size is right."
                ) from error

    def names(self, folder: str) -> set[str]:
        """Names of the files in a folder, with the folder."""
        if self._archive is not None:
            return {name for name in self._archive.namelist() if name.startswith(f"{folder}/")}
        with os.scandir(self.path / folder) as entries:
            return {f"{folder}/{entry.name}" for entry in entries}

    def exists(self, name: str) -> bool:
        """Whether there is such a file or folder."""
        if self._archive is not None:
            names = self._archive.namelist()
            return name in names or any(other.startswith(f"{name}/") for other in names)
        return (self.path / name).exists()

    def read(self, name: str) -> io.BytesIO:
        """A file's bytes.

        Raises:
          InputError: If it is not there or damaged.
        """
        try:
            if self._archive is not None:
                return io.BytesIO(self._archive.read(name))
            return io.BytesIO((self.path / name).read_bytes())
        except (KeyError, OSError, zipfile.BadZipFile) as error:
            raise InputError(f"{name} in {self.path} cannot be read: {error}.") from error

    def signature(self, name: str) -> list:
        """What changes when the data is replaced: size and time of change of a file within."""
        path = self.path if self._archive is not None else self.path / name
        status = path.stat()
        return [status.st_size, int(status.st_mtime)]


def find_members(name: str, folders: list[Path], root: str, origin: Origin) -> Members:
    """Finds a dataset that is a folder `root` or a zip archive that holds it.

    Args:
      name: Registered name.
      folders: Where to look.
      root: Folder at the top of the official archive.
      origin: For the message if it is not there.

    Raises:
      InputError: If it is nowhere.
    """
    for folder in folders:
        if folder.is_file():
            return Members(folder)
        if (folder / root).is_dir():
            return Members(folder)
        if folder.name == root and folder.is_dir():
            return Members(folder.parent)
        archives = sorted(folder.glob("*.zip")) if folder.is_dir() else []
        for archive in archives:
            members = Members(archive)
            if members.exists(root):
                return members
    raise missing(name, origin, folders)
