"""Images rendered or converted once, into a memory-mapped uint8 file.

A cache is a folder named after its key. While it is made, its lock is held, so that a second
process waits; finished rows are noted once they are on the disk, so that a killed process's work is
gone on with.
"""

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tripod_dlib.storage import FolderLock, progress, require_free_space, write_json
from tripod_dlib.storage.atomic import flush_to_disk

IMAGES = "images.npy"
UNFINISHED = "unfinished.npy"
ROWS_DONE = "rows_done.json"
KEY = "key.json"
ROWS_BETWEEN_NOTES = 20_000
SECONDS_BETWEEN_NOTES = 5.0


def cached_images(
    name: str,
    key: dict[str, object],
    shape: tuple[int, int, int, int],
    make_rows: Callable[[int, int], np.ndarray],
    folder: Path,
    rows_per_chunk: int = 1000,
) -> np.ndarray:
    """Opens a cache, making it first if need be.

    Args:
      name: Dataset's name, for the folder and for people.
      key: Everything that the images depend on, as JSON.
      shape: (num_images, height, width, channels).
      make_rows: `make_rows(start, stop)` gives uint8 (stop - start, height, width, channels).
      folder: Folder of all caches.
      rows_per_chunk: Rows made at a time.

    Returns:
      images: uint8 memory map of `shape`, read only.

    Raises:
      InputError: If the folder cannot be written or the disk has no room.
    """
    home = cache_home(name, key, folder)
    if not (home / IMAGES).exists():
        with FolderLock(home, f"preparing {name}", wait=True):
            if not (home / IMAGES).exists():
                _make(name, key, shape, make_rows, home, rows_per_chunk)
    return np.load(home / IMAGES, mmap_mode="r", allow_pickle=False)


def cache_home(name: str, key: dict[str, object], folder: Path) -> Path:
    """The folder of one cache."""
    text = json.dumps(key, sort_keys=True)
    return folder / f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _make(
    name: str,
    key: dict[str, object],
    shape: tuple[int, int, int, int],
    make_rows: Callable[[int, int], np.ndarray],
    home: Path,
    rows_per_chunk: int,
) -> None:
    write_json(home / KEY, key)
    unfinished = home / UNFINISHED
    done = 0
    if unfinished.exists() and (home / ROWS_DONE).exists():
        done = json.loads((home / ROWS_DONE).read_text())
    else:
        require_free_space(home, int(np.prod(shape, dtype=np.int64)), f"The image cache of {name}")
        np.lib.format.open_memmap(unfinished, mode="w+", dtype=np.uint8, shape=shape)
    with progress(shape[0], f"preparing {name}", "images", initial=done) as shown:
        while done < shape[0]:
            # opened anew every time, so that written pages do not stay in this process's memory
            images = np.lib.format.open_memmap(unfinished, mode="r+")
            most, latest = done + ROWS_BETWEEN_NOTES, time.monotonic() + SECONDS_BETWEEN_NOTES
            while True:
                stop = min(done + rows_per_chunk, most, shape[0])
                images[done:stop] = make_rows(done, stop)
                shown.update(stop - done)
                done = stop
                if done >= min(most, shape[0]) or time.monotonic() > latest:
                    break
            images.flush()
            del images
            write_json(home / ROWS_DONE, done)
    flush_to_disk(unfinished)
    unfinished.rename(home / IMAGES)
    (home / ROWS_DONE).unlink()
