"""Images as they lie in official files, and the one way from there to an array for training."""

import dataclasses
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from tripod_dlib.cores import num_cores
from tripod_dlib.data.images.cache import cached_images
from tripod_dlib.data.images.resize import RESAMPLERS
from tripod_dlib.errors import InputError
from tripod_dlib.storage import progress

BYTES_PER_CHUNK = 64_000_000
SMALLEST, LARGEST = 4, 4096


@dataclasses.dataclass(frozen=True)
class ImageSource:
    """Images in the order in which their files are read.

    Attributes:
      shape: (num_images, height, width, channels).
      key: What changes when the files are replaced or read otherwise, as JSON.
      read: `read(start, stop)` gives uint8 (stop - start, height, width, channels).
      mapped: All images as a memory map, where the files can be mapped as they are.
      resampling: How images become smaller, a name in `resize.RESAMPLERS`.
    """

    shape: tuple[int, int, int, int]
    key: dict[str, object]
    read: Callable[[int, int], np.ndarray]
    mapped: Callable[[], np.ndarray | None] = lambda: None
    resampling: str = "bicubic"

    def open(self, name: str, image_size: int, folder: Path) -> np.ndarray:
        """The images at a size: mapped from their file if it can be, else from the cache.

        Args:
          name: Dataset's name.
          image_size: Side of the images in pixels.
          folder: Folder of all caches.

        Returns:
          images: uint8 (num_images, image_size, image_size, channels), read only.

        Raises:
          InputError: If files are damaged, the size is out of range or the disk has no room.
        """
        num, height, width, channels = self.shape
        same_size = (height, width) == (image_size, image_size)
        if not SMALLEST <= image_size <= LARGEST:
            own = ", the size that the images have" if same_size else ""
            raise InputError(
                f"dataset.image_size is {image_size}{own}; it must be {SMALLEST} to {LARGEST} "
                "pixels."
            )
        if same_size:
            mapped = self.mapped()
            if mapped is not None:
                return mapped
        key = {**self.key, "image_size": image_size}
        if not same_size:
            key["resampling"] = RESAMPLERS[self.resampling].description
        return cached_images(
            name,
            key,
            (num, image_size, image_size, channels),
            lambda start, stop: self._resized(start, stop, image_size),
            folder,
            rows_per_chunk=self.rows_per_chunk,
        )

    @property
    def rows_per_chunk(self) -> int:
        """Images that are read at a time."""
        return max(1, min(1000, BYTES_PER_CHUNK // math.prod(self.shape[1:])))

    def read_all(self, description: str) -> None:
        """Reads every image once, and keeps none.

        Args:
          description: What is being done, for the progress bar.

        Raises:
          InputError: If one is damaged.
        """
        num = self.shape[0]
        with progress(num, description, "images") as shown:
            for start in range(0, num, self.rows_per_chunk):
                stop = min(start + self.rows_per_chunk, num)
                self.read(start, stop)
                shown.update(stop - start)

    def _resized(self, start: int, stop: int, image_size: int) -> np.ndarray:
        images = self.read(start, stop)
        if images.shape[1:3] == (image_size, image_size):
            return images
        resize = RESAMPLERS[self.resampling].resize
        with ThreadPoolExecutor(num_threads()) as pool:
            return np.stack(list(pool.map(lambda image: resize(image, image_size), images)))


def num_threads() -> int:
    """Threads that decode and resize."""
    return min(num_cores(), 8)
