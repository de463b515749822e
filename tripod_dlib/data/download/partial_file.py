"""What has been received of a file: it lies beside its final name until it is whole."""

import json
import os
from pathlib import Path

from tripod_dlib.data.official.origin import OfficialFile
from tripod_dlib.errors import InputError
from tripod_dlib.storage import write_json
from tripod_dlib.storage.atomic import flush_to_disk

NOTED = {"address": str, "etag": str, "modified": str, "total": int | None, "page": bool}


class PartialFile:
    """Received bytes in NAME.partial, and in NAME.partial.json what they are a part of.

    Attributes:
      target: The final name.
      path: The received bytes.
    """

    def __init__(self, target: Path):
        """Names the files; nothing is written.

        Args:
          target: The final name.
        """
        self.target = target
        self.path = target.with_name(f"{target.name}.partial")
        self._note = target.with_name(f"{target.name}.partial.json")

    @property
    def size(self) -> int:
        """Number of bytes received."""
        return self.path.stat().st_size if self.path.exists() else 0

    @property
    def note(self) -> dict[str, object]:
        """What they are a part of: address, etag, modified, total, page; {} if it is not known."""
        try:
            note = json.loads(self._note.read_text())
        except (OSError, ValueError, RecursionError):
            return {}
        plain = isinstance(note, dict) and all(
            isinstance(note.get(name), kinds) for name, kinds in NOTED.items()
        )
        return note if plain else {}

    def continues(self, address: str, file: OfficialFile) -> bool:
        """Whether the rest may be asked of an address: the same, or a hash is compared at the end.

        Args:
          address: A mirror's.
          file: What is published of the file.
        """
        note = self.note
        if not self.size or not note:
            return False
        if file.sha256 or file.md5:
            return True
        known = note.get("etag") or note.get("modified") or note.get("total")
        return note.get("address") == address and bool(known)

    def begin(self, note: dict[str, object]) -> None:
        """Forgets what there is, and notes what comes.

        Raises:
          InputError: If the folder cannot be written.
        """
        try:
            self.discard()
            self.path.touch()
            write_json(self._note, note)
        except OSError as error:
            raise self._unwritable(error) from error

    def append(self, data: bytes) -> None:
        """Adds bytes, at once handed to the operating system.

        Raises:
          InputError: If they cannot be written.
        """
        try:
            with self.path.open("ab", buffering=0) as file:
                rest = memoryview(data)
                while rest:
                    rest = rest[file.write(rest) :]
        except OSError as error:
            raise self._unwritable(error) from error

    def discard(self) -> None:
        """Removes both files."""
        self._note.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)

    def finish(self) -> None:
        """Gives the whole file its final name."""
        flush_to_disk(self.path)
        os.replace(self.path, self.target)
        flush_to_disk(self.target.parent)
        self.discard()

    def _unwritable(self, error: OSError) -> InputError:
        return InputError(
            f"{self.path} cannot be written: {error.strerror}. What was received is kept; free "
            "some space or choose another folder, and run the same command to go on."
        )
