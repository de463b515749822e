"""A user's own .npz, .npy or HDF5 file of images and, where they are known, factor labels."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.data.formats.array_file import ArrayFile
from tripod_dlib.data.formats.stored_array import StoredArray
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.images.source import ImageSource
from tripod_dlib.data.own.image_array import as_uint8, image_shape
from tripod_dlib.data.own.labelled_images import UnlabelledImages, factors_of, labelled_data
from tripod_dlib.errors import InputError
from tripod_dlib.storage import cache_folder

IMAGES = ("images", "imgs", "observations")
LABELS = ("labels", "factors", "latents_classes", "latents/classes")
NAMES = "factor_names"
SUFFIXES = (".npz", ".npy", ".h5", ".hdf5")
MOST_FACTORS = 1000
MOST_NOTED = 5
MOST_BYTES_A_LABEL = 4096


@dataclasses.dataclass(frozen=True)
class OwnFile:
    """The declaration; there are no official files.

    Attributes:
      name: What the dataset is called.
    """

    name: str = "own_file"

    def __call__(
        self,
        data_dir: str | None = None,
        factor_sizes: tuple[int, ...] | None = None,
        image_size: int | None = None,
        cache_dir: str | None = None,
    ) -> GroundTruthData:
        """Opens the file.

        Args:
          data_dir: The file, or a folder with one such file. It holds an array `images`, uint8
            (num, height, width[, channels]) or floats in [0, 1] or booleans; and perhaps `labels`,
            (num, num_factors), and `factor_names`, an array of strings.
          factor_sizes: Numbers of values, where the labels do not show all.
          image_size: Side of the images in pixels; None for the file's.
          cache_dir: Folder for caches.

        Raises:
          InputError: If the file is missing, damaged or holds something else.
        """
        path = own_path(data_dir)
        file = ArrayFile(path)
        stored = file.array(*IMAGES)
        shape = image_shape(stored)
        if image_size is None and shape[1] != shape[2]:
            raise InputError(
                f"{stored.where}: images of {shape[2]}x{shape[1]} pixels are not square. Bind "
                "dataset.image_size to stretch them to a square, or cut them first."
            )
        factors = _factors(file, shape[0], factor_sizes)
        source = ImageSource(
            shape=shape,
            key={"source": file.signature, "path": str(path.absolute())},
            read=lambda start, stop: as_uint8(stored, start, stop),
            mapped=lambda: _mapped(stored),
        )
        images = source.open(
            self.name, shape[1] if image_size is None else image_size, cache_folder(cache_dir)
        )
        if factors is None:
            data = UnlabelledImages(self.name, images)
            data.notes = _note_on_others(file)
            return data
        return labelled_data(self.name, *factors, images)


own_file = OwnFile()


def _note_on_others(file: ArrayFile) -> tuple[str, ...]:
    """A note on arrays of a file without labels that may be meant as such."""
    others = [name for name in file.names if name not in (*IMAGES, NAMES)]
    if not others:
        return ()
    more = f" and {len(others) - MOST_NOTED} others" if len(others) > MOST_NOTED else ""
    return (
        f"{file.path} has no labels ({' or '.join(LABELS)}); not read are its arrays "
        f"{', '.join(map(repr, others[:MOST_NOTED]))}{more}.",
    )


def own_path(data_dir: str | None) -> Path:
    """The user's file.

    Raises:
      InputError: If none is given, it is not there, or a folder holds several.
    """
    if data_dir is None:
        raise InputError(
            "Bind dataset.data_dir to your own file of images (an .npz or .h5 with 'images' and "
            "perhaps 'labels')."
        )
    path = Path(data_dir).expanduser()
    if path.is_dir():
        files = array_files(path)
        if len(files) != 1:
            raise InputError(
                f"The folder {path} holds {len(files)} files of {', '.join(SUFFIXES)}; bind "
                "dataset.data_dir to the one that is meant."
            )
        return files[0]
    if not path.is_file():
        raise InputError(f"The file {path.absolute()} is not there; see dataset.data_dir.")
    return path


def array_files(folder: Path) -> list[Path]:
    """Files that may hold images, straight in a folder, hidden ones aside."""
    return sorted(
        file
        for file in folder.iterdir()
        if file.suffix.lower() in SUFFIXES and not file.name.startswith(".") and file.is_file()
    )


def _factors(
    file: ArrayFile, num_images: int, factor_sizes: Sequence[int] | None
) -> tuple[FactorSpace, np.ndarray] | None:
    """Grid and factors as the labels say them; None where there are no labels."""
    name = next((name for name in LABELS if name in file.names), None)
    if name is None:
        if factor_sizes is not None:
            raise InputError(
                f"{file.path} has no labels ({' or '.join(LABELS)}): dataset.factor_sizes says "
                "nothing about it. Remove the binding, or add the labels."
            )
        return None
    table = file.array(name)
    _require_table(table, num_images)
    return factors_of(table.read(), _names(file), factor_sizes, table.where)


def _require_table(table: StoredArray, num_images: int) -> None:
    """Looks at shape and dtype, before anything is read."""
    shape = table.shape
    if len(shape) not in (1, 2) or not 1 <= (*shape, 1)[1] <= MOST_FACTORS:
        raise InputError(
            f"{table.where} is {shape}; labels are a table (num_images, num_factors), a row for "
            "each image and a column for each factor."
        )
    if shape[0] != num_images:
        hint = " It looks transposed: save labels.T." if num_images in shape[1:] else ""
        raise InputError(
            f"{table.where} has {shape[0]} rows for {num_images} images; one label row for each "
            f"image is needed.{hint}"
        )
    if table.dtype.names or table.dtype.itemsize > MOST_BYTES_A_LABEL:
        raise InputError(
            f"{table.where}: labels are numbers or short texts, all columns of one kind; got "
            f"{table.dtype}. Save numpy.stack of the columns."
        )


def _mapped(stored: StoredArray) -> np.ndarray | None:
    if stored.dtype != np.uint8:
        return None
    mapped = stored.mapped()
    return mapped[..., None] if mapped is not None and mapped.ndim == 3 else mapped


def _names(file: ArrayFile) -> list[str] | None:
    if NAMES not in file.names:
        return None
    table = file.array(NAMES)
    if table.dtype.kind not in "US" or len(table.shape) != 1:
        raise InputError(
            f"{table.where}: names are a list of strings; got {table.shape} of {table.dtype}."
        )
    if table.shape[0] > MOST_FACTORS or table.dtype.itemsize > MOST_BYTES_A_LABEL:
        raise InputError(f"{table.where}: {table.shape} of {table.dtype} are no names of factors.")
    names = table.read()
    return [
        name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name) for name in names
    ]
