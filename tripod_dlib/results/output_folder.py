"""The folder of a later step: either whole or not there, and never somebody else's."""

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from tripod_dlib.errors import InputError
from tripod_dlib.storage import remove_left_behind, temporary_path, write_json

OWN_FILES = ".files.json"


def marker_of(step: str) -> Path:
    """The file by which the folder of a step, such as "evaluation", is known."""
    return Path("results") / "json" / f"{step}_results.json"


MARKER = marker_of("evaluation")


def where_to_look(folder: str | os.PathLike) -> str:
    """The line that ends a command: what is in the folder, and its path."""
    has_pictures = (Path(folder) / "pictures").is_dir()
    return f"{'pictures and results' if has_pictures else 'results'}: {folder}"


@contextlib.contextmanager
def output_folder(
    path: str | os.PathLike, overwrite: bool, marker: Path = MARKER
) -> Iterator[Path]:
    """Gives a temporary folder beside `path`; on success it becomes `path`, else it is removed.

    Args:
      path: The folder to be, which is not there, empty, or with `overwrite` one of the same step.
      overwrite: Whether the folder of the same step that is there is replaced; files that somebody
        put into it are taken along.
      marker: The file by which such a folder is known.

    Yields:
      A folder, in which the caller writes the file `marker` and whatever else.

    Raises:
      InputError: If the folder is there already, or cannot be written.
    """
    path = Path(os.path.abspath(path))  # "." and ".." have no name beside which to write
    _recover(path, marker)
    require_free(path, overwrite, marker)
    temporary = temporary_path(path)
    try:
        with _said(path):
            temporary.mkdir(parents=True)
        yield temporary
        with _said(path):
            require_free(path, overwrite, marker)  # another process may have been quicker
            _note_files(temporary)
            if (path / marker).is_file():
                _take_along(path, temporary)
                path.rename(_old(path))
            elif path.exists():
                path.rmdir()
            temporary.rename(path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        _recover(path, marker)


def _files_of(folder: Path) -> list[str]:
    paths = (path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())
    return sorted(path.relative_to(folder).as_posix() for path in paths)


def _note_files(folder: Path) -> None:
    """Writes down which files are the step's own, so that others' are known when it is replaced."""
    write_json(folder / OWN_FILES, _files_of(folder))


def _take_along(before: Path, folder: Path) -> None:
    """Copies files that somebody put into a folder to its successor, where none has their name."""
    try:
        own = {OWN_FILES, *json.loads((before / OWN_FILES).read_text(encoding="utf-8"))}
    except (OSError, ValueError, TypeError):
        return  # what is its own is not known
    for name in _files_of(before):
        if name not in own and not os.path.lexists(folder / name):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(before / name, folder / name, follow_symlinks=False)


def _require_room_above(path: Path) -> None:
    """Refuses a folder to be that lies below a file, or where nothing may be written."""
    nearest = next(above for above in path.parents if above.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        what = "closed for writing" if nearest.is_dir() else "no folder"
        raise InputError(f"--output_dir {path} cannot be written: {nearest} is {what}.")


@contextlib.contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"--output_dir {path} cannot be written: {error.strerror}.") from error


def _old(path: Path) -> Path:
    return path.with_name(f".{path.name}.old")


def _recover(path: Path, marker: Path) -> None:
    """Puts an earlier folder back whose successor never came, and removes what is left over."""
    remove_left_behind(path)
    if _old(path).is_dir() and (_old(path) / marker).is_file():
        if not path.exists():
            _old(path).rename(path)
        shutil.rmtree(_old(path), ignore_errors=True)


def require_free(path: Path, overwrite: bool, marker: Path = MARKER) -> None:
    """Refuses a folder that is taken.

    Raises:
      InputError: If something is there that may not be replaced.
    """
    if not path.exists() and not path.is_symlink():
        _require_room_above(Path(os.path.abspath(path)))
        return
    if not path.is_dir() or path.is_symlink():
        what = "a link, which is not replaced" if path.is_symlink() else "no folder"
        raise InputError(f"--output_dir {path} is {what}. Choose another.")
    if not any(path.iterdir()):
        return
    if not overwrite:
        raise InputError(
            f"Directory already exists and overwrite is False: {path}. Choose another "
            "--output_dir, or give --overwrite."
        )
    if not (path / marker).is_file():
        raise InputError(
            f"The folder {path} holds none of this package that could be replaced (no {marker}); "
            "it is left alone. Choose another --output_dir."
        )
