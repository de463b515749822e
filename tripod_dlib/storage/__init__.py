"""The floor under data, results and training: whole files, locks, free space, caches, progress."""

from tripod_dlib.storage.atomic import (
    atomic_path,
    remove_left_behind,
    remove_partial,
    temporary_path,
    write_bytes,
    write_json,
    write_text,
)
from tripod_dlib.storage.cache import cache_folder
from tripod_dlib.storage.lock import FolderLock
from tripod_dlib.storage.progress import progress
from tripod_dlib.storage.space import require_free_space, require_memory
from tripod_dlib.storage.terminal import one_line, printable

__all__ = [
    "FolderLock",
    "atomic_path",
    "cache_folder",
    "one_line",
    "printable",
    "progress",
    "remove_left_behind",
    "remove_partial",
    "require_free_space",
    "require_memory",
    "temporary_path",
    "write_bytes",
    "write_json",
    "write_text",
]
