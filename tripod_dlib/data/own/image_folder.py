"""A folder of pictures: with labels in a table or in the names of folders, or without any."""

import collections
import dataclasses
import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from tripod_dlib.data.formats.picture import PictureFault, read_pixels
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.images.resize import RESAMPLERS
from tripod_dlib.data.images.source import ImageSource, num_threads
from tripod_dlib.data.own.labelled_images import UnlabelledImages, factors_of, labelled_data
from tripod_dlib.data.own.picture_labels import PictureLabels, num_folders, picture_labels
from tripod_dlib.errors import InputError
from tripod_dlib.storage import cache_folder

FORMATS = ("PNG", "JPEG", "BMP", "WEBP")
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".webp")
NOT_THE_USER_S = {"__MACOSX"}  # what an archive of another system brings along


@dataclasses.dataclass(frozen=True)
class ImageFolder:
    """The declaration; there are no official files.

    Attributes:
      name: What the dataset is called.
    """

    name: str = "image_folder"

    def __call__(
        self,
        data_dir: str | None = None,
        image_size: int = 64,
        cache_dir: str | None = None,
        factor_sizes: tuple[int, ...] | None = None,
        labels: str | None = None,
    ) -> GroundTruthData:
        """Converts the pictures once: the middle square of each, in three channels.

        A picture stands as its orientation (EXIF) says; what is transparent shows white behind it.

        Args:
          data_dir: The folder; pictures in folders below count too, in the order of their paths,
            but for hidden files and folders.
          image_size: Side of the images in pixels.
          cache_dir: Folder for caches.
          factor_sizes: Numbers of values, where the labels do not show all.
          labels: "folders" for the names of the folders that the pictures lie in, or a .csv file
            with a line of names, then each picture's path and its labels; None for no factors.

        Raises:
          InputError: If there is no such folder, no picture in it, or one is damaged or without a
            label.
        """
        folder = picture_folder(data_dir)
        paths, others = listed(folder)
        if not paths:
            held = f"; it holds {_counted(others)}" if others else ""
            raise InputError(
                f"{folder.absolute()} holds no pictures ({', '.join(SUFFIXES)}){held}. Convert "
                "others to .png."
            )
        given = _labels(folder, paths, labels, factor_sizes)
        grid = given and factors_of(given.table, given.names, factor_sizes, given.where)
        stats = [(path.relative_to(folder).as_posix(), path.stat()) for path in paths]
        text = json.dumps([[name, stat.st_size, stat.st_mtime_ns] for name, stat in stats])
        source = ImageSource(
            shape=(len(paths), image_size, image_size, 3),
            key={
                "source": hashlib.sha256(f"{folder.absolute()} {text}".encode()).hexdigest(),
                "resampling": f"middle square, {RESAMPLERS['bicubic'].description}",
                "shown": "upright, on white",
            },
            read=lambda start, stop: _read(paths[start:stop], image_size),
        )
        images = source.open(self.name, image_size, cache_folder(cache_dir))
        if grid is None:
            data = UnlabelledImages(self.name, images)
        else:
            data = labelled_data(self.name, *grid, images)
        on_rows = () if given is None else given.notes
        data.notes = (*data.notes, *_notes(folder, paths, others, labels), *on_rows)
        return data


image_folder = ImageFolder()


def picture_folder(data_dir: str | None) -> Path:
    """The folder that is bound.

    Raises:
      InputError: If there is none.
    """
    if data_dir is None:
        raise InputError("Bind dataset.data_dir to your own folder of pictures.")
    folder = Path(data_dir).expanduser()
    if not folder.is_dir():
        raise InputError(f"{folder.absolute()} is not a folder; see dataset.data_dir.")
    return folder


def listed(folder: Path) -> tuple[list[Path], list[Path]]:
    """The pictures in a folder and below, sorted, and the other files; hidden ones are neither.

    Links are followed, but for a folder's link to one that it lies in.

    Raises:
      InputError: If a folder may not be read, or a picture is a link that leads nowhere, say.
    """
    pictures, others = [], []
    for place, folders, names in os.walk(folder, onerror=_refuse, followlinks=True):
        folders[:] = [name for name in folders if _is_user_s(name) and not _leads_up(place, name)]
        for path in (Path(place, name) for name in names if _is_user_s(name)):
            is_picture = path.suffix.lower() in SUFFIXES
            if is_picture and not path.is_file():
                raise InputError(f"{path} is a link that leads nowhere, or no file: remove it.")
            if path.is_file():
                (pictures if is_picture else others).append(path)
    return sorted(pictures), sorted(others)


def _is_user_s(name: str) -> bool:
    return not name.startswith(".") and name not in NOT_THE_USER_S


def _leads_up(place: str, name: str) -> bool:
    target = os.path.realpath(os.path.join(place, name))
    return os.path.commonpath([target, os.path.realpath(place)]) == target


def _refuse(error: OSError) -> None:
    raise InputError(
        f"{error.filename} cannot be read: {error.strerror}. Pictures in it would be missing."
    ) from error


def _labels(
    folder: Path, paths: Sequence[Path], labels: str | None, factor_sizes: Sequence[int] | None
) -> PictureLabels | None:
    if labels is not None:
        return picture_labels(folder, paths, labels)
    if factor_sizes is not None:
        raise InputError(
            f"The pictures in {folder} have no labels: dataset.factor_sizes says nothing about "
            "them. Bind dataset.labels too, or remove the binding."
        )
    return None


def _notes(
    folder: Path, paths: Sequence[Path], others: Sequence[Path], labels: str | None
) -> tuple[str, ...]:
    notes = []
    unread = [path for path in others if labels is None or path.suffix.lower() != ".csv"]
    if unread:
        notes.append(f"Left out of {folder}, being no {', '.join(SUFFIXES)}: {_counted(unread)}.")
    num = num_folders(folder, paths) if labels is None else 0
    if num > 1:
        notes.append(
            f"The pictures lie in {num} folders: dataset.labels = 'folders' (of tripod_data "
            "import, --labels=folders) makes their names a factor."
        )
    return tuple(notes)


def _counted(paths: Sequence[Path]) -> str:
    counts = collections.Counter(path.suffix.lower() or "without a suffix" for path in paths)
    return ", ".join(f"{count} {suffix}" for suffix, count in sorted(counts.items()))


def _read(paths: Sequence[Path], image_size: int) -> np.ndarray:
    with ThreadPoolExecutor(num_threads()) as pool:
        return np.stack(list(pool.map(lambda path: _read_one(path, image_size), paths)))


def _read_one(path: Path, image_size: int) -> np.ndarray:
    try:
        pixels = read_pixels(path, FORMATS)
    except PictureFault as fault:
        raise InputError(
            f"{path} {fault} To do without it, move it out of {path.parent}."
        ) from fault
    side = min(pixels.shape[:2])
    top, left = ((length - side) // 2 for length in pixels.shape[:2])
    square = pixels[top : top + side, left : left + side]
    return RESAMPLERS["bicubic"].resize(square, image_size)
