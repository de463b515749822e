"""What a file is, told by its first bytes, and archives whose members lead out of them."""

import contextlib
import errno
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from tripod_dlib.errors import InputError

KINDS = {
    "zip": "a zip archive (.npz is one)",
    "hdf5": "an HDF5 file",
    "npy": "an .npy array",
    "gzip": "a gzip file",
    "norb": "a SmallNORB matrix",
    "jpeg": "a JPEG picture",
    "matlab": "a MATLAB file, in which the axes of arrays are the other way round",
}
HDF5_START = b"\x89HDF\r\n\x1a\n"
STARTS = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",  # of no members
    HDF5_START: "hdf5",
    b"\x93NUMPY": "npy",
    b"\x1f\x8b": "gzip",
    b"\x55\x4c\x3d\x1e": "norb",
    b"\x54\x4c\x3d\x1e": "norb",
    b"\xff\xd8\xff": "jpeg",
    b"MATLAB 5.0 MAT-file": "matlab",
    b"MATLAB 7.3 MAT-file": "matlab",
}
NUM_FIRST = 512  # the shortest block of a user's own before an HDF5 file, too
END = 65536
OFFICIAL_REMEDY = "Get the official file again, and check that its size is right."
OWN_REMEDY = "Save it again, for example by numpy.savez."
UNREADABLE = (errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
UNREADABLE += (errno.EISDIR, errno.ENAMETOOLONG)
PICKLE_STARTS = (b"(dp", b"(lp", b"}q", b"]q", b"cnumpy", b"ccopy_reg")


def kind_of(path: Path) -> str:
    """What a file's first bytes say that it is: a key of `KINDS`, "html", "pickle", or ""."""
    with path.open("rb") as file:
        kind = kind_of_bytes(file.read(NUM_FIRST))
        return kind if kind in KINDS else _kind_after_user_block(file) or kind


def _kind_after_user_block(file: BinaryIO) -> str:
    """Finds what HDF5 allows before a file's own start, a power of two bytes of the user's."""
    position = NUM_FIRST
    file.seek(position)
    while len(start := file.read(len(HDF5_START))) == len(HDF5_START):
        if start == HDF5_START:
            return "hdf5"
        position *= 2
        file.seek(position)
    return ""


def kind_of_bytes(first: bytes) -> str:
    """The same of the first `NUM_FIRST` bytes."""
    for start, kind in STARTS.items():
        if first.startswith(start):
            return kind
    text = first.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!", b"<html", b"<head", b"<title", b"<body", b"<?xml")):
        return "html"
    protocol_2_and_later = first[:1] == b"\x80" and first[1:2] in b"\x02\x03\x04\x05"
    if protocol_2_and_later or first.startswith(PICKLE_STARTS):
        return "pickle"
    return ""


def require_kind(path: Path, wanted: Sequence[str], remedy: str = OFFICIAL_REMEDY) -> str:
    """The kind of a file, if it is among those wanted.

    Args:
      path: The file.
      wanted: Keys of `KINDS`.
      remedy: What to do if it is not, a sentence.

    Raises:
      InputError: If it is not; says what it is instead.
    """
    try:
        kind = kind_of(path)
        size = path.stat().st_size
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    if kind in wanted:
        return kind
    allowed = " or ".join(KINDS[name] for name in wanted)
    raise InputError(
        f"{path} ({size} bytes) is not {allowed}; it is {described(kind, size)}. {remedy}"
    )


@contextlib.contextmanager
def refusals_in_words() -> Iterator[None]:
    """Says what the system says of a file that it does not open, for what is done inside.

    Raises:
      InputError: If a file or folder may not be read, is gone, or its links lead in a circle.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in UNREADABLE or error.filename is None:
            raise
        raise InputError(
            f"{error.filename} cannot be read: {error.strerror}. Put it right, or choose another."
        ) from error


def described(kind: str, size: int) -> str:
    """A kind in words, of a file of so many bytes."""
    others = {
        "html": "a web page: a download was answered with a page (Google Drive does so for large "
        "files, a server for an error)",
        "pickle": "a Python pickle, which is never loaded, since that can run code",
        "": "empty" if size == 0 else "none of the kinds that are known, or cut off at its start",
    }
    return {**KINDS, **others}[kind]


def require_inside(names: Sequence[str], path: Path) -> None:
    """Refuses an archive with members whose names lead out of it.

    Raises:
      InputError: Names the first such member.
    """
    for name in names:
        parts = PurePosixPath(name.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or name[1:2] == ":":
            raise InputError(
                f"{path} has a member named {name!r}, which leads out of the archive: nothing is "
                "read from it. Get it from someone whom you trust."
            )


def fingerprint(path: Path) -> list:
    """What changes when a file is replaced: size, time of change, a digest of both its ends."""
    status = path.stat()
    with path.open("rb") as file:
        digest = hashlib.sha256(file.read(END))
        file.seek(max(0, status.st_size - END))
        digest.update(file.read(END))
    return [status.st_size, status.st_mtime_ns, digest.hexdigest()]
