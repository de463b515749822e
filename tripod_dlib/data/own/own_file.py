"""A user's own .npz, .npy or HDF5 file of images and, where they are known, factor labels."""

import dataclasses
from pathlib import Path

import numpy as np

from tripod_dlib.data.formats.array_file import ArrayFile, StoredArray
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.images.source import ImageSource
from tripod_dlib.data.own.labelled_images import UnlabelledImages, factors_of, labelled_data
from tripod_dlib.errors import InputError
from tripod_dlib.storage import cache_folder

IMAGES = ("images", "imgs", "observations")
LABELS = ("labels", "factors", "latents_classes", "latents/classes")
NAMES = "factor_names"
SUFFIXES = (".npz", ".npy", ".h5", ".hdf5")
MOST_CHANNELS = 4
ROWS_LOOKED_AT = 100


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
        shape = _image_shape(stored)
        if image_size is None and shape[1] != shape[2]:
            raise InputError(
                f"{stored.where}: images of {shape[2]}x{shape[1]} pixels are not square. Bind "
                "dataset.image_size to stretch them to a square, or cut them first."
            )
        found = [name for name in LABELS if name in file.names]
        if found:
            table = file.array(found[0])
            labels = table.read()
            if len(labels) != shape[0]:
                raise InputError(
                    f"{table.where} has {len(labels)} rows for {shape[0]} images; one label row "
                    "for each image is needed."
                )
            space, factors = factors_of(labels, _names(file), factor_sizes, table.where)
        elif factor_sizes is not None:
            raise InputError(
                f"{path} has no labels ({' or '.join(LABELS)}): dataset.factor_sizes says nothing "
                "about it. Remove the binding, or add the labels."
            )
        source = ImageSource(
            shape=shape,
            key={"source": file.signature, "path": str(path.absolute())},
            read=lambda start, stop: _as_uint8(stored, start, stop),
            mapped=lambda: _mapped(stored),
        )
        images = source.open(self.name, image_size or shape[1], cache_folder(cache_dir))
        if not found:
            return UnlabelledImages(self.name, images)
        return labelled_data(self.name, space, factors, images)


own_file = OwnFile()


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
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
        if len(files) != 1:
            raise InputError(
                f"The folder {path} holds {len(files)} files of {', '.join(SUFFIXES)}; bind "
                "dataset.data_dir to the one that is meant."
            )
        return files[0]
    if not path.is_file():
        raise InputError(f"The file {path.absolute()} is not there; see dataset.data_dir.")
    return path


def _image_shape(stored: StoredArray) -> tuple[int, int, int, int]:
    shape = stored.shape if len(stored.shape) == 4 else (*stored.shape, 1)
    if len(shape) != 4 or min(shape) < 1:
        raise InputError(
            f"{stored.where}: images are (num, height, width) or (num, height, width, channels); "
            f"got {stored.shape}."
        )
    if shape[3] > MOST_CHANNELS:
        hint = " Move the channels last." if shape[1] <= MOST_CHANNELS else ""
        raise InputError(
            f"{stored.where}: images have 1 to {MOST_CHANNELS} channels on the last axis; got "
            f"{stored.shape}.{hint}"
        )
    if stored.dtype != np.uint8 and stored.dtype.kind not in "bf":
        raise InputError(
            f"{stored.where}: images are uint8, booleans, or floats in [0, 1]; got {stored.dtype}."
        )
    if stored.dtype == np.uint8 and stored.rows(0, min(shape[0], ROWS_LOOKED_AT)).max() == 1:
        raise InputError(
            f"{stored.where}: the brightest pixel of uint8 images is 255; here it is 1. Save "
            "pictures of two colours as booleans, or multiply them by 255."
        )
    return shape


def _as_uint8(stored: StoredArray, start: int, stop: int) -> np.ndarray:
    images = stored.rows(start, stop)
    if images.ndim == 3:
        images = images[..., None]
    if stored.dtype == np.uint8:
        return images
    if stored.dtype.kind == "b":
        return images.astype(np.uint8) * np.uint8(255)
    wrong = ~((images >= 0) & (images <= 1)).all(axis=(1, 2, 3))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise InputError(
            f"{stored.where}: floats are in [0, 1]; row {start + row} has values from "
            f"{images[row].min():g} to {images[row].max():g}. Rescale them, or save uint8."
        )
    return np.rint(images.astype(np.float64) * 255).astype(np.uint8)


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
        raise InputError(f"{table.where}: names are a list of strings; got {table.dtype}.")
    names = table.read()
    return [name.decode() if isinstance(name, bytes) else str(name) for name in names]
