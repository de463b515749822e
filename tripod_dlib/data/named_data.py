"""Datasets by name."""

import inspect
import os
import sys
from typing import Literal

import gin
import numpy as np

from tripod_dlib import registry
from tripod_dlib.allowed import PositiveInt, allows, describe
from tripod_dlib.data.contract import require_contract
from tripod_dlib.data.formats.file_kind import refusals_in_words
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.own.imported import imported_names, load_import, read_note
from tripod_dlib.errors import InputError, did_you_mean


@gin.configurable("dataset", module="tripod_dlib")
def get_named_ground_truth_data(
    name: str = gin.REQUIRED,
    data_dir: str | None = None,
    factor_sizes: tuple[PositiveInt, ...] | None = None,
    image_size: PositiveInt | None = None,
    cache_dir: str | None = None,
    object_order: Literal["list", "directory"] | None = None,
    labels: str | None = None,
) -> GroundTruthData:
    """A dataset by its registered name.

    Args:
      name: Registered name, such as "shapes3d_procedural", or one given to an import.
      data_dir: Folder with the dataset's files, or a file; None for
        $DISENTANGLEMENT_LIB_DATA/<name> and disentanglement_lib's own sub-folder.
      factor_sizes: Numbers of values of a smaller grid; None for the dataset's own.
      image_size: Side of the images in pixels; None for the dataset's default.
      cache_dir: Folder for caches; None for $TRIPOD_DLIB_CACHE or the user's cache folder.
      object_order: Of cars3d: "list" follows list.txt, "directory" the folder's own order, as
        disentanglement_lib does; None for "list".
      labels: Of a folder of pictures: "folders" for the names of the folders that they lie in, or
        a .csv file; None for no factors.

    Returns:
      The dataset.

    Raises:
      InputError: If the name is unknown, a file is missing or wrong, or an argument does not fit.
    """
    given = {
        "data_dir": data_dir,
        "factor_sizes": factor_sizes,
        "image_size": image_size,
        "cache_dir": cache_dir,
        "object_order": object_order,
        "labels": labels,
    }
    bound = {key: _plain(value) for key, value in given.items() if value is not None}
    declared = inspect.signature(get_named_ground_truth_data).parameters
    for key, value in {"name": name, **bound}.items():
        if not allows(declared[key].annotation, value):
            raise InputError(
                f"dataset.{key} is {value!r}; allowed is {describe(declared[key].annotation)}."
            )
    allowed = parameters_of(name, cache_dir)
    refused = sorted(set(bound) - set(allowed))
    if refused:
        raise InputError(
            f"The dataset {name} has no {', '.join(f'dataset.{key}' for key in refused)}; remove "
            "the binding."
        )
    registered = name in registry.datasets.names()
    with refusals_in_words():
        data = registry.datasets.load(name)(**bound) if registered else load_import(name, **bound)
    if registered and name not in registry.datasets.builtin_names:
        require_contract(name, data)
    for note in getattr(data, "notes", ()):  # another library's dataset has none
        print(f"{name}: {note}", file=sys.stderr, flush=True)
    return data


def parameters_of(name: str, cache_dir: str | None = None) -> list[str]:
    """Which of `dataset`'s parameters a registered or imported dataset takes.

    Args:
      name: Its name.
      cache_dir: Folder for caches, where imports are noted.

    Raises:
      InputError: If the name is unknown.
    """
    return list(inspect.signature(registry.datasets.load(_entry(name, cache_dir))).parameters)


def _plain(value: object) -> object:
    """NumPy's numbers and arrays as Python's, paths as texts."""
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, tuple | list):
        return tuple(map(_plain, value))
    return _plain(value.tolist()) if isinstance(value, np.integer | np.ndarray) else value


def _entry(name: str, cache_dir: str | None) -> str:
    """The registered name behind a name: its own, or that of an import's kind."""
    registered = registry.datasets.names()
    if name in registered:
        return name
    imports = imported_names(cache_dir)
    if name in imports:
        return read_note(name, cache_dir)["kind"]
    known = [*registered, *imports]
    if name == "auto":
        raise InputError(
            "dataset.name is 'auto', the dataset of the run that tripod_evaluate evaluates; "
            "elsewhere bind the dataset itself, such as dataset.name = 'shapes3d'."
        )
    raise InputError(
        f"Unknown dataset {name!r}.{did_you_mean(name, known)} Known ones: {', '.join(known)}."
    )
