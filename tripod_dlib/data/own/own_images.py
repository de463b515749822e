"""Whatever images the user has, in a file or a folder, at a size that the networks take."""

import dataclasses
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from tripod_dlib.data.formats.array_file import ArrayFile
from tripod_dlib.data.formats.file_kind import kind_of
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.own.image_array import image_shape
from tripod_dlib.data.own.image_folder import SUFFIXES, image_folder, listed
from tripod_dlib.data.own.network_size import fitting_size
from tripod_dlib.data.own.own_file import IMAGES, array_files, own_file, own_path
from tripod_dlib.data.own.tfds_folder import tfds_folder
from tripod_dlib.errors import InputError


@dataclasses.dataclass(frozen=True)
class OwnImages:
    """The declaration; there are no official files.

    Attributes:
      name: What the dataset is called.
    """

    name: str = "own"

    def __call__(
        self,
        data_dir: str | None = None,
        factor_sizes: tuple[int, ...] | None = None,
        image_size: int | None = None,
        cache_dir: str | None = None,
        labels: str | None = None,
    ) -> GroundTruthData:
        """Opens a file or folder as what it is: `own_file`, `image_folder` or `tfds_folder`.

        Args:
          data_dir: The file or folder.
          factor_sizes: Numbers of values, where the labels do not show all.
          image_size: Side of the images in pixels; None for one that the networks take, at most 64.
          cache_dir: Folder for caches.
          labels: Of a folder of pictures, as `image_folder` takes it.

        Raises:
          InputError: If nothing is there, or it cannot be used.
        """
        if data_dir is None:
            raise InputError(
                "Bind dataset.data_dir to your own images: an .npz, .npy or HDF5 file, or a folder "
                "of pictures."
            )
        path = Path(data_dir).expanduser()
        kind = kind_of_data(path)
        arguments: dict[str, object] = {"factor_sizes": factor_sizes, "cache_dir": cache_dir}
        notes: Sequence[str] = ()
        if kind == "image_folder":
            arguments["labels"] = labels
        elif labels is not None:
            raise InputError(f"dataset.labels is for folders of pictures; {path} is none.")
        if kind == "own_file" and image_size is None:
            image_size, notes = _size_of(own_path(data_dir))
        if image_size is not None:
            arguments["image_size"] = image_size
        declaration = dataclasses.replace(KINDS[kind], name=self.name)
        data = declaration(data_dir, **arguments)
        data.notes = (*data.notes, *notes, *([ONE_IMAGE] if data.num_images == 1 else []))
        return data


ONE_IMAGE = "It is one image alone, of which a model learns nothing: give many that differ."
own = OwnImages()
KINDS = {"own_file": own_file, "image_folder": image_folder, "tfds_folder": tfds_folder}


def kind_of_data(path: Path) -> str:
    """The registered name that reads a path: "own_file", "image_folder" or "tfds_folder".

    Raises:
      InputError: If nothing is there.
    """
    if path.is_file():
        _require_no_pictures(path)
        return "own_file"
    if (path / "dataset_info.json").is_file():
        return "tfds_folder"
    if path.is_dir():
        only_arrays = len(array_files(path)) == 1 and not listed(path)[0]
        return "own_file" if only_arrays else "image_folder"
    if path.exists():
        raise InputError(f"{path} is neither a file nor a folder.")
    raise InputError(f"{path} is not there.")


def _require_no_pictures(path: Path) -> None:
    """Refuses a picture, and an archive of files, in whose place a folder is read."""
    if path.suffix.lower() in SUFFIXES:
        raise InputError(f"{path} is one picture: give the folder that its pictures lie in.")
    kind = kind_of(path)
    is_archive = kind == "gzip" or (not kind and tarfile.is_tarfile(path))
    if kind == "zip" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
        is_archive = bool(names) and not any(name.endswith(".npy") for name in names)
    if is_archive:
        raise InputError(
            f"{path} is an archive of files, not of arrays: unpack it, and give the folder."
        )


def _size_of(path: Path) -> tuple[int, tuple[str, ...]]:
    """The size that fits the images of a file, and what there is to say of it."""
    _, height, width, _ = image_shape(ArrayFile(path).array(*IMAGES))
    size = fitting_size(height, width)
    if (height, width) == (size, size):
        return size, ()
    return size, (
        f"Images of {width}x{height} pixels are resized to {size}x{size}, which the networks take; "
        "dataset.image_size is another size.",
    )
