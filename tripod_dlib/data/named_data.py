"""Datasets by name."""

import inspect
from typing import Literal

import gin

from tripod_dlib import registry
from tripod_dlib.allowed import PositiveInt
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.own.imported import imported_names, load_import
from tripod_dlib.errors import InputError


@gin.configurable("dataset", module="tripod_dlib")
def get_named_ground_truth_data(
    name: str = gin.REQUIRED,
    data_dir: str | None = None,
    factor_sizes: tuple[PositiveInt, ...] | None = None,
    image_size: PositiveInt | None = None,
    cache_dir: str | None = None,
    object_order: Literal["list", "directory"] | None = None,
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
    }
    bound = {key: value for key, value in given.items() if value is not None}
    if name not in registry.datasets.names() and name in imported_names(cache_dir):
        return load_import(name, **bound)
    refused = sorted(set(bound) - set(parameters_of(name)))
    if refused:
        raise InputError(
            f"The dataset {name} has no {', '.join(f'dataset.{key}' for key in refused)}; remove "
            "the binding."
        )
    return registry.datasets.load(name)(**bound)


def parameters_of(name: str) -> list[str]:
    """Which of `dataset`'s parameters a registered dataset takes.

    Raises:
      InputError: If the name is unknown.
    """
    return list(inspect.signature(registry.datasets.load(name)).parameters)
