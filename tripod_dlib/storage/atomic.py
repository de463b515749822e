"""Files that are either whole or not there: written aside, flushed to disk, then renamed."""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def atomic_path(path: str | os.PathLike) -> Iterator[Path]:
    """Gives a temporary path beside `path`; on success what was written there becomes `path`.

    The temporary file is flushed to disk before the rename and removed after an error, so a killed
    process leaves the old `path` or none, never a part of the new one.

    Args:
      path: Final path. Its folder is made if need be.

    Yields:
      A path in the same folder with the same suffix, which the caller writes.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.partial{path.suffix}")
    try:
        yield temporary
        flush_to_disk(temporary)
        os.replace(temporary, path)
        flush_to_disk(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: str | os.PathLike, data: bytes) -> None:
    """Writes a whole file of bytes."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: str | os.PathLike, text: str) -> None:
    """Writes a whole UTF-8 text file."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: str | os.PathLike, value: object) -> None:
    """Writes a whole JSON file, indented by 2.

    Raises:
      ValueError: If `value` holds NaN or an infinity, which JSON does not have.
    """
    write_text(path, json.dumps(value, indent=2, allow_nan=False) + "\n")


def flush_to_disk(path: Path) -> None:
    """Asks the operating system to put a file (or a folder's entries) on the disk now."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
