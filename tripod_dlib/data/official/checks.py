"""A file against what its authors publish of it."""

import hashlib
import zipfile
from pathlib import Path

from tripod_dlib.data.formats.file_kind import KINDS, described, kind_of
from tripod_dlib.data.formats.members import DAMAGES
from tripod_dlib.data.official.origin import OfficialFile

KIND_OF_SUFFIX = {
    ".h5": "hdf5",
    ".hdf5": "hdf5",
    ".npz": "zip",
    ".zip": "zip",
    ".gz": "gzip",
    ".jpg": "jpeg",
}


def fault_of(path: Path, file: OfficialFile) -> str | None:
    """What is wrong with a file: its kind, size or hashes; None if nothing is.

    Args:
      path: The file.
      file: What it should be.
    """
    size, kind = path.stat().st_size, kind_of(path)
    wanted = KIND_OF_SUFFIX.get(Path(file.name).suffix, kind)
    if kind != wanted or kind == "html":
        return f"it is not {KINDS.get(wanted, 'a file of data')}; it is {described(kind, size)}"
    if file.size is not None and size != file.size:
        return f"it has {size} bytes; the official file has {file.size}"
    for name, published in (("sha256", file.sha256), ("md5", file.md5)):
        digest = _digest(path, name) if published else None
        if published and digest != published.lower():
            return f"its {name} is {digest}; the official file's is {published}"
    return fault_of_zip(path) if kind == "zip" and not (file.sha256 or file.md5) else None


def fault_of_zip(path: Path) -> str | None:
    """What is wrong with a zip archive: it is cut off, or a member's checksum differs."""
    try:
        with zipfile.ZipFile(path) as archive:
            bad = archive.testzip()
    except DAMAGES as error:
        return f"it is not a whole archive ({error})"
    return None if bad is None else f"its member {bad} is damaged: the checksum differs"


def published_checks(file: OfficialFile) -> str:
    """What `fault_of` could compare, for people."""
    there = [name for name in ("size", "sha256", "md5") if getattr(file, name) is not None]
    if there:
        return f"{', '.join(there)} as published"
    return "whole as far as can be told; no size or hash is published"


def _digest(path: Path, name: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(
            file, lambda: hashlib.new(name, usedforsecurity=False)
        ).hexdigest()
