"""Free space and memory are asked for before work begins, not found missing in the middle of it."""

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


def total_memory() -> int:
    """The bytes of this machine's memory, whoever uses them."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def require_memory(num_bytes: int, purpose: str, advice: str) -> None:
    """Checks that something could be held in memory if nothing else were.

    Args:
      num_bytes: Bytes that are needed at the least.
      purpose: What needs them ("a batch of 9000 images").
      advice: What to do otherwise, a sentence.

    Raises:
      InputError: If this machine has less; the message has both figures.
    """
    if num_bytes > total_memory():
        raise InputError(
            f"{purpose} needs {format_bytes(num_bytes)} of memory at the least, and this machine "
            f"has {format_bytes(total_memory())}. {advice}"
        )


def format_bytes(num_bytes: float) -> str:
    """A number of bytes for people: 267573662 gives "267.6 MB"."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if num_bytes < 1000:
            return f"{num_bytes:.0f} bytes" if unit == "bytes" else f"{num_bytes:.1f} {unit}"
        num_bytes /= 1000
    return f"{num_bytes:.1f} TB"
