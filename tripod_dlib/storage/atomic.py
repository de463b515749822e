"""Files that are either whole or not there: written aside, flushed to disk, then renamed.

What cannot be renamed over is treated as what it is: a symbolic link keeps pointing where it
pointed, a device or a pipe gets the bytes.
"""

import contextlib
import errno
import glob
import hashlib
import json
import os
import platform
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tripod_dlib.errors import InputError

# Tells this machine's temporary files from those of others in a shared folder.
_HERE = hashlib.sha256(platform.node().encode()).hexdigest()[:6]


@contextlib.contextmanager
def atomic_path(path: str | os.PathLike) -> Iterator[Path]:
    """Gives a temporary path beside `path`; on success what was written there becomes `path`.

    The temporary file is flushed to disk before the rename and removed after an error, so a killed
    process leaves the old `path` or none, never a part of the new one; the next writer of `path`
    removes what the killed one left beside it. Where `path` is a symbolic link, the file that it
    points to is written; where it is a character device or a pipe that is read, its bytes go there
    once they are complete.

    Args:
      path: Final path. Its folder is made if need be.

    Yields:
      A path with the same suffix, which the caller writes.

    Raises:
      InputError: If `path` cannot be written: the reason, and what to do.
    """
    path = Path(path)
    temporary = None
    try:
        if _is_stream(path):
            with _through(path) as temporary:
                yield temporary
            return
        path = path.resolve() if path.is_symlink() else path
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_left_behind(path)
        temporary = temporary_path(path)
        yield temporary
        flush_to_disk(temporary)
        os.replace(temporary, path)
        flush_to_disk(path.parent)
    except OSError as error:
        if error.filename is not None and not _concerns(error, path, temporary):
            raise  # what the caller was reading
        raise _refusal(path, error) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def temporary_path(path: Path) -> Path:
    """Where this process writes `path` before it is whole."""
    return path.with_name(f".{path.stem}.{_HERE}-{os.getpid()}.partial{path.suffix}")


def remove_left_behind(path: Path) -> None:
    """Removes what processes of this machine that are dead had begun to write as `path`."""
    name = f".{glob.escape(path.stem)}.{_HERE}-*.partial{glob.escape(path.suffix)}"
    for left in path.parent.glob(name):
        number = left.name.removesuffix(f".partial{path.suffix}").rpartition("-")[2]
        if number.isdigit() and not _is_alive(int(number)):
            _remove(left)


def remove_partial(folder: Path) -> None:
    """Removes everything unfinished in a folder and below, which nobody else may be writing."""
    for left in folder.rglob(".*.partial*"):
        _remove(left)


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


def _is_stream(path: Path) -> bool:
    """Whether bytes go into `path` one after the other, and a file in its place would break it."""
    try:
        mode = path.stat().st_mode  # of what a link points to
    except (FileNotFoundError, NotADirectoryError):
        return False
    if stat.S_ISREG(mode):
        return False
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if stat.S_ISCHR(mode) or stat.S_ISFIFO(mode):
        return True
    raise InputError(f"{path} is neither a file nor a pipe; it is left alone. Choose another path.")


@contextlib.contextmanager
def _through(path: Path) -> Iterator[Path]:
    """A path elsewhere, whose bytes go into the device or pipe at the end."""
    with tempfile.TemporaryDirectory() as folder:
        temporary = Path(folder) / f"whole{path.suffix}"
        yield temporary
        # a pipe that nobody reads would make this process wait for ever
        descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        os.set_blocking(descriptor, True)
        with open(descriptor, "wb") as stream, temporary.open("rb") as whole:
            shutil.copyfileobj(whole, stream)


def _concerns(error: OSError, path: Path, temporary: Path | None) -> bool:
    written = [path, *path.parents, *([temporary] if temporary else [])]
    return str(error.filename) in map(str, written)


def _refusal(path: Path, error: OSError) -> InputError:
    reason, advice = error.strerror or str(error), "Choose another path."
    if error.errno in (errno.ENOSPC, errno.EDQUOT) or error.errno is None:  # NumPy's has no number
        reason = "the disk is full" if error.errno is None else reason
        advice = "Free some space, or choose another path."
    elif error.errno == errno.EFBIG:
        advice = "Raise the limit on the size of files (ulimit -f), or choose another path."
    elif error.errno == errno.ENXIO:
        reason = "nobody reads from this pipe"
    return InputError(f"{path} cannot be written: {reason}. {advice}")


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's
        return True
    return True


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()
