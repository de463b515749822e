"""The floor under data, results and training: whole files, locks, free space, caches, progress."""

from tripod_dlib.storage.atomic import atomic_path, write_bytes, write_json, write_text
from tripod_dlib.storage.cache import cache_folder
from tripod_dlib.storage.lock import FolderLock
from tripod_dlib.storage.progress import progress
from tripod_dlib.storage.space import require_free_space

__all__ = [
    "FolderLock",
    "atomic_path",
    "cache_folder",
    "progress",
    "require_free_space",
    "write_bytes",
    "write_json",
    "write_text",
]
