"""Datasets of the user's own under a name of their own: a note of where they lie.

The files stay where they are and are never written to.
"""

import dataclasses
import json
import re
from pathlib import Path

from tripod_dlib import registry
from tripod_dlib.errors import InputError
from tripod_dlib.storage import cache_folder, write_json

FOLDER = "imported"


def record_import(
    name: str,
    path: str | Path,
    cache_dir: str | None = None,
    **arguments: object,
) -> object:
    """Gives a file of images and labels, a folder of pictures or one of TensorFlow Datasets a name.

    Args:
      name: Letters, digits, - and _; not a name that is known.
      path: The file or folder.
      cache_dir: Folder for caches, which holds the note.
      **arguments: `factor_sizes` and `image_size`, as `dataset.` has them.

    Returns:
      The opened dataset, `GroundTruthData`.

    Raises:
      InputError: If the name is taken or the data cannot be used.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name):
        raise InputError(f"A dataset's name has letters, digits, - and _; got {name!r}.")
    if name in registry.datasets.names() or name in imported_names(cache_dir):
        raise InputError(f"The dataset name {name!r} is already taken; choose another name.")
    path = Path(path).expanduser().absolute()
    given = {key: value for key, value in arguments.items() if value is not None}
    note = {"kind": kind_of_data(path), "path": str(path), "arguments": given}
    data = _open(name, note, {"cache_dir": cache_dir} if cache_dir else {})
    write_json(_note_path(name, cache_dir), note)
    return data


def imported_names(cache_dir: str | None = None) -> list[str]:
    """The names of all imports, sorted."""
    folder = cache_folder(cache_dir) / FOLDER
    return sorted(path.stem for path in folder.glob("*.json")) if folder.is_dir() else []


def load_import(name: str, **arguments: object) -> object:
    """Opens an imported dataset.

    Args:
      name: Its name.
      **arguments: What is bound besides, as `dataset.` has it.

    Raises:
      InputError: If its file has gone or cannot be used.
    """
    return _open(name, read_note(name, arguments.get("cache_dir")), arguments)


def read_note(name: str, cache_dir: str | None = None) -> dict:
    """What was noted of an import: kind, path, arguments.

    Raises:
      InputError: If the note cannot be read.
    """
    path = _note_path(name, cache_dir)
    try:
        note = json.loads(path.read_text())
        return {key: note[key] for key in ("kind", "path", "arguments")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"The note of the import {name} cannot be read ({path}: {error}): import it again."
        ) from error


def remove_import(name: str, cache_dir: str | None = None) -> None:
    """Forgets a name; the user's files stay.

    Raises:
      InputError: If there is no such import.
    """
    if name not in imported_names(cache_dir):
        raise InputError(
            f"There is no import {name!r}; there are {', '.join(imported_names(cache_dir)) or '0'}."
        )
    _note_path(name, cache_dir).unlink()


def kind_of_data(path: Path) -> str:
    """The registered name that reads a path: "own_file", "image_folder" or "tfds_folder".

    Raises:
      InputError: If nothing is there.
    """
    if path.is_file():
        return "own_file"
    if (path / "dataset_info.json").is_file():
        return "tfds_folder"
    if path.is_dir():
        return "image_folder"
    raise InputError(f"{path} is not there.")


def _open(name: str, note: dict, arguments: dict[str, object]) -> object:
    declaration = dataclasses.replace(registry.datasets.load(note["kind"]), name=name)
    return declaration(**{"data_dir": note["path"], **note["arguments"], **arguments})


def _note_path(name: str, cache_dir: str | None) -> Path:
    return cache_folder(cache_dir) / FOLDER / f"{name}.json"
