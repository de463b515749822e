"""Free space is asked for before work begins, not found missing in the middle of it."""

import os
import shutil
from pathlib import Path

from tripod_dlib.errors import InputError


def require_free_space(folder: str | os.PathLike, num_bytes: int, purpose: str) -> None:
    """Checks that a file system has room.

    Args:
      folder: Folder that will be written; it need not exist yet.
      num_bytes: Bytes that will be written.
      purpose: What needs the space ("the image cache of falcor3d").

    Raises:
      InputError: If less is free; the message has both figures.
    """
    existing = Path(folder).absolute()
    while not existing.exists():
        existing = existing.parent
    free = shutil.disk_usage(existing).free
    if free < num_bytes:
        raise InputError(
            f"{purpose} needs {format_bytes(num_bytes)} in {folder}, but only "
            f"{format_bytes(free)} are free there. Free some space or choose another folder."
        )


def format_bytes(num_bytes: float) -> str:
    """A number of bytes for people: 267573662 gives "267.6 MB"."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if num_bytes < 1000:
            return f"{num_bytes:.0f} bytes" if unit == "bytes" else f"{num_bytes:.1f} {unit}"
        num_bytes /= 1000
    return f"{num_bytes:.1f} TB"
