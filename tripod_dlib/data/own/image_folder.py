"""A folder of pictures of which no factors are known: it trains, with PSNR alone."""

import dataclasses
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from tripod_dlib.data.formats.picture import rgb_pixels
from tripod_dlib.data.images.resize import RESAMPLERS
from tripod_dlib.data.images.source import ImageSource, num_threads
from tripod_dlib.data.own.labelled_images import UnlabelledImages
from tripod_dlib.errors import InputError
from tripod_dlib.storage import cache_folder

FORMATS = ("PNG", "JPEG", "BMP", "WEBP")
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".webp")
DAMAGES = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)


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
    ) -> UnlabelledImages:
        """Converts the pictures once: the middle square of each, in three channels.

        Args:
          data_dir: The folder; pictures in folders below count too, in the order of their paths.
          image_size: Side of the images in pixels.
          cache_dir: Folder for caches.

        Raises:
          InputError: If there is no such folder, no picture in it, or one is damaged.
        """
        paths = picture_paths(data_dir)
        stats = [(str(path), path.stat()) for path in paths]
        text = json.dumps([[name, stat.st_size, stat.st_mtime_ns] for name, stat in stats])
        source = ImageSource(
            shape=(len(paths), image_size, image_size, 3),
            key={
                "source": hashlib.sha256(text.encode()).hexdigest(),
                "resampling": f"middle square, {RESAMPLERS['bicubic'].description}",
            },
            read=lambda start, stop: _read(paths[start:stop], image_size),
        )
        images = source.open(self.name, image_size, cache_folder(cache_dir))
        return UnlabelledImages(self.name, images)


image_folder = ImageFolder()


def picture_paths(data_dir: str | None) -> list[Path]:
    """The pictures in a folder and below, sorted.

    Raises:
      InputError: If there is no folder or no picture.
    """
    if data_dir is None:
        raise InputError("Bind dataset.data_dir to your own folder of pictures.")
    folder = Path(data_dir).expanduser()
    if not folder.is_dir():
        raise InputError(f"{folder.absolute()} is not a folder; see dataset.data_dir.")
    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()
    )
    if not paths:
        raise InputError(f"{folder.absolute()} holds no pictures ({', '.join(SUFFIXES)}).")
    return paths


def _read(paths: list[Path], image_size: int) -> np.ndarray:
    with ThreadPoolExecutor(num_threads()) as pool:
        return np.stack(list(pool.map(lambda path: _read_one(path, image_size), paths)))


def _read_one(path: Path, image_size: int) -> np.ndarray:
    try:
        with Image.open(path, formats=FORMATS) as picture:
            pixels = rgb_pixels(picture)
    except DAMAGES as error:
        raise InputError(
            f"{path} is not a whole picture ({error}): remove it or get it again."
        ) from error
    side = min(pixels.shape[:2])
    top, left = ((length - side) // 2 for length in pixels.shape[:2])
    square = pixels[top : top + side, left : left + side]
    return RESAMPLERS["bicubic"].resize(square, image_size)
