"""One process at a time in a folder."""

import json
import os
import platform
import sys
from pathlib import Path

import filelock

from tripod_dlib.errors import InputError


class FolderLock:
    """Holds a folder exclusively, across processes, as a context manager.

    The operating system frees the lock when its holder dies, however it dies. Beside the lock file
    stands a note of who holds it, so that a refusal can say so.
    """

    def __init__(
        self, folder: str | os.PathLike, purpose: str, wait: bool = False, name: str = ".lock"
    ):
        """Prepares a lock.

        Args:
          folder: The folder to hold; it is made if need be.
          purpose: What the holder does ("training"), for the message to others.
          wait: Whether to wait for another holder to finish instead of raising.
          name: Name of the lock file; another name holds something else in the folder.
        """
        self._folder = Path(folder)
        self._purpose = purpose
        self._wait = wait
        self._lock = filelock.FileLock(self._folder / name)
        self._owner = self._folder / f"{name}.owner"

    def __enter__(self) -> "FolderLock":
        """Takes the lock.

        Raises:
          InputError: If another process holds it and `wait` is False, or the folder cannot be
            written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._acquire()
            self._note()
        except filelock.Timeout as error:
            raise InputError(
                f"The folder {self._folder} is in use by {self._holder()}. "
                "Wait until it has finished, stop it, or choose another folder."
            ) from error
        except OSError as error:
            raise InputError(
                f"The folder {self._folder} cannot be written: {error.strerror}. "
                "Choose a folder in which you may write."
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        """Frees the lock."""
        self._owner.unlink(missing_ok=True)
        self._lock.release()

    def _acquire(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except filelock.Timeout:
            if not self._wait:
                raise
            print(f"{self._purpose}: waiting for {self._holder()}", file=sys.stderr, flush=True)
            self._lock.acquire(timeout=-1)

    def _note(self) -> None:
        note = {"host": platform.node(), "process": os.getpid(), "purpose": self._purpose}
        try:
            self._owner.write_text(json.dumps(note))
        except OSError:
            self._lock.release()
            raise

    def _holder(self) -> str:
        try:
            note = json.loads(self._owner.read_text())
            return f"process {note['process']} on {note['host']} ({note['purpose']})"
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return "another process"
