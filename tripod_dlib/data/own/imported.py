"""Datasets of the user's own under a name of their own: a note of where they lie.

The files stay where they are and are never written to.
"""

import dataclasses
import json
import re
from collections.abc import Mapping
from pathlib import Path

from tripod_dlib import registry
from tripod_dlib.data.formats.file_kind import refusals_in_words
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.own.own_images import kind_of_data
from tripod_dlib.errors import InputError, did_you_mean
from tripod_dlib.storage import cache_folder, write_json

FOLDER = "imported"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
KINDS = ("own_file", "image_folder", "tfds_folder")
ARGUMENTS = {"factor_sizes": list, "image_size": int, "labels": str}


def record_import(
    name: str,
    path: str | Path,
    cache_dir: str | None = None,
    **arguments: object,
) -> GroundTruthData:
    """Gives a file of images and labels, a folder of pictures or one of TensorFlow Datasets a name.

    Args:
      name: Letters, digits, - and _; not a name that is known.
      path: The file or folder.
      cache_dir: Folder for caches, which holds the note.
      **arguments: `factor_sizes`, `image_size` and `labels`, as `dataset.` has them.

    Returns:
      The opened dataset.

    Raises:
      InputError: If the name is taken or the data cannot be used.
    """
    if not NAME.fullmatch(name):
        raise InputError(f"A dataset's name has letters, digits, - and _; got {name!r}.")
    if name in registry.datasets.names():
        raise InputError(f"The dataset name {name!r} is already taken; choose another name.")
    if name in imported_names(cache_dir):
        raise InputError(
            f"The dataset name {name!r} is already taken by the import of "
            f"{read_note(name, cache_dir)['path']}; choose another name, or forget that one by "
            f"tripod_data clean {name} --imports --yes."
        )
    path = Path(path).expanduser().absolute()
    given = {key: value for key, value in arguments.items() if value is not None}
    if "factor_sizes" in given:
        given["factor_sizes"] = [int(size) for size in given["factor_sizes"]]
    if "labels" in given and Path(given["labels"]).expanduser().is_file():
        given["labels"] = str(Path(given["labels"]).expanduser().absolute())
    with refusals_in_words():
        kind = kind_of_data(path)
        if "labels" in given and kind != "image_folder":
            raise InputError(f"dataset.labels is for folders of pictures; {path} is none.")
        note = {"kind": kind, "path": str(path), "arguments": given}
        data = _open(name, note, {"cache_dir": cache_dir} if cache_dir else {})
    write_json(_note_path(name, cache_dir), note)
    return data


def imported_names(cache_dir: str | None = None) -> list[str]:
    """The names of all imports, sorted."""
    folder = cache_folder(cache_dir) / FOLDER
    stems = (path.stem for path in folder.glob("*.json")) if folder.is_dir() else ()
    return sorted(stem for stem in stems if NAME.fullmatch(stem))


def load_import(name: str, **arguments: object) -> GroundTruthData:
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
        plain = {key: note[key] for key in ("kind", "path", "arguments")}
        _require_plain(plain)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(
            f"The note of the import {name} cannot be read ({path}: {error}): forget it by "
            f"tripod_data clean {name} --imports --yes, and import it again."
        ) from error
    return plain


def remove_import(name: str, cache_dir: str | None = None) -> None:
    """Forgets a name; the user's files stay.

    Raises:
      InputError: If there is no such import.
    """
    known = imported_names(cache_dir)
    if name not in known:
        raise InputError(
            f"There is no import {name!r}.{did_you_mean(name, known)} There are: "
            f"{', '.join(known) or 'none at all'}."
        )
    _note_path(name, cache_dir).unlink()


def _require_plain(note: Mapping[str, object]) -> None:
    """Refuses what `record_import` never writes.

    Raises:
      ValueError: Says what.
    """
    arguments = note["arguments"]
    if note["kind"] not in KINDS or not isinstance(note["path"], str):
        raise ValueError(f"kind {note['kind']!r} and path {note['path']!r} are none of an import")
    if not isinstance(arguments, dict):
        raise ValueError(f"its arguments are {arguments!r}")
    for key, value in arguments.items():
        if type(value) is not ARGUMENTS.get(key):
            raise ValueError(f"its argument {key} is {value!r}")
    if not all(type(size) is int for size in arguments.get("factor_sizes", [])):
        raise ValueError(f"its factor_sizes are {arguments['factor_sizes']!r}")


def _open(name: str, note: dict, arguments: dict[str, object]) -> GroundTruthData:
    declaration = dataclasses.replace(registry.datasets.load(note["kind"]), name=name)
    return declaration(**{"data_dir": note["path"], **note["arguments"], **arguments})


def _note_path(name: str, cache_dir: str | None) -> Path:
    return cache_folder(cache_dir) / FOLDER / f"{name}.json"
