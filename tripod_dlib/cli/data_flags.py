"""Flags that several commands of tripod_data have."""

from functools import partial

from absl.flags import DEFINE_integer, DEFINE_string, FlagValues

from tripod_dlib.cli.list_flags import DEFINE_list
from tripod_dlib.cli.path_flags import DEFINE_path
from tripod_dlib.errors import InputError

DATA_DIR = partial(
    DEFINE_path,
    "data_dir",
    None,
    "folder of the official files (or a file); without it below $DISENTANGLEMENT_LIB_DATA",
)
CACHE_DIR = partial(
    DEFINE_path,
    "cache_dir",
    None,
    "folder for caches; without it $TRIPOD_DLIB_CACHE, or the user's cache folder",
)
FACTOR_SIZES = partial(
    DEFINE_list,
    "factor_sizes",
    None,
    "numbers of values of another grid than the official, such as 2,2,2,1,2,2",
)
IMAGE_SIZE = partial(
    DEFINE_integer,
    "image_size",
    None,
    "side of the images in pixels; without it the dataset's own",
)
LABELS = partial(
    DEFINE_string,
    "labels",
    None,
    "of a folder of pictures: 'folders', or a .csv file",
)


def dataset_arguments(values: FlagValues) -> dict[str, object]:
    """The flags that are given, as `dataset` takes them.

    Raises:
      InputError: If sizes are no integers.
    """
    given = {name: values[name].value for name in values if name in ("data_dir", "cache_dir")}
    if "factor_sizes" in values:
        given["factor_sizes"] = sizes_of(values.factor_sizes)
    given |= {name: values[name].value for name in values if name in ("image_size", "labels")}
    return {name: value for name, value in given.items() if value is not None}


def sizes_of(words: list[str] | None) -> tuple[int, ...] | None:
    """Sizes from their words, in brackets or not.

    Raises:
      InputError: If one is no integer.
    """
    if words is None:
        return None
    try:
        return tuple(
            int(word) for word in ",".join(words).strip(" ()[]").split(",") if word.strip()
        )
    except ValueError as error:
        raise InputError(
            f"--factor_sizes is {','.join(words)!r}; allowed are integers with commas between "
            "them, such as 2,2,2,1,2,2."
        ) from error
