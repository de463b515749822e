"""Which caches there are, and their removal: of what this package made, and nothing else."""

import dataclasses
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path

from tripod_dlib import registry
from tripod_dlib.data.images.cache import IMAGES, KEY, ROWS_DONE, UNFINISHED
from tripod_dlib.errors import InputError
from tripod_dlib.storage import FolderLock, cache_folder

LABELS = "labels.npy"
LOCKS = (".lock", ".lock.owner")
OURS = {IMAGES, KEY, ROWS_DONE, UNFINISHED, LABELS, *LOCKS}
TEMPORARY = re.compile(r"\.\w+\.[\w-]+\.partial\.(json|npy)")  # what a killed atomic write leaves
SECONDS_A_DAY = 86400.0


@dataclasses.dataclass(frozen=True)
class Cache:
    """One cache.

    Attributes:
      path: Its folder.
      name: Whose images they are: a dataset's name, or one that its variants share.
      num_bytes: What it takes on the disk.
      days: Since it was last written to.
      finished: Whether it is whole.
    """

    path: Path
    name: str
    num_bytes: int
    days: float
    finished: bool


def list_caches(cache_dir: str | None = None) -> list[Cache]:
    """All caches, by name; folders that hold anything else are not among them.

    Args:
      cache_dir: Folder for caches.
    """
    folder = cache_folder(cache_dir)
    if not folder.is_dir():
        return []
    caches = [_cache(path) for path in sorted(folder.iterdir())]
    return [cache for cache in caches if cache is not None]


def select_caches(
    caches: Sequence[Cache], names: Sequence[str] = (), older_than: float | None = None
) -> list[Cache]:
    """Those that belong to any of the names and are old enough.

    Args:
      caches: From these.
      names: Of datasets, or of caches' folders; () for all.
      older_than: In days.

    Raises:
      InputError: If there is none of a name.
    """
    chosen = [cache for cache in caches if not names]
    for name in names:
        own = {name, _shared_name(name)}
        matching = [c for c in caches if c.name in own or c.path.name == name]
        if not matching:
            there = ", ".join(dict.fromkeys(cache.name for cache in caches)) or "none at all"
            raise InputError(f"There is no cache of {name!r}; there are caches of: {there}.")
        chosen += [cache for cache in matching if cache not in chosen]
    return [cache for cache in chosen if older_than is None or cache.days > older_than]


def remove_cache(cache: Cache) -> None:
    """Removes a cache, file by file.

    Raises:
      InputError: If it is being made, or its folder cannot be written.
    """
    with FolderLock(cache.path, "removing the cache"):
        for path in list(cache.path.iterdir()):
            if path.name not in LOCKS:
                path.unlink()
    for name in LOCKS:
        (cache.path / name).unlink(missing_ok=True)
    cache.path.rmdir()


def _cache(path: Path) -> Cache | None:
    match = re.fullmatch(r"(.+?)(-labels)?-[0-9a-f]{12}", path.name)
    if match is None or path.is_symlink() or not path.is_dir():
        return None
    with os.scandir(path) as entries:
        files = list(entries)
    ours = all(
        entry.is_file(follow_symlinks=False)
        and (entry.name in OURS or TEMPORARY.fullmatch(entry.name))
        for entry in files
    )
    names = {entry.name for entry in files}
    if not ours or not names & {KEY, LABELS, *LOCKS}:
        return None
    stats = [entry.stat() for entry in files]
    return Cache(
        path=path,
        name=match[1],
        num_bytes=sum(min(stat.st_size, stat.st_blocks * 512) for stat in stats),
        days=max(0.0, time.time() - max(stat.st_mtime for stat in stats)) / SECONDS_A_DAY,
        finished=bool(names & {IMAGES, LABELS}),
    )


def _shared_name(name: str) -> str | None:
    """The name under which a dataset's variants share caches."""
    if name not in registry.datasets.names():
        return None
    return getattr(registry.datasets.load(name), "cache_name", None)
