"""Letters of free fonts, rendered here: no boxes, no download, and like no published dataset."""

import functools

import numpy as np

from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.data.grid_data import GridData
from tripod_dlib.data.images.cache import cached_images
from tripod_dlib.data.rendered.letter_scene import FACES, LETTERS, coverage, font_versions, reach
from tripod_dlib.data.rendered.palette import palette
from tripod_dlib.errors import InputError
from tripod_dlib.storage import cache_folder

NAME = "font_glyphs"
RENDERER_VERSION = 1
FACTOR_NAMES = ["letter", "family", "bold", "slant", "hue", "x", "y"]
FACTOR_SIZES = (10, 3, 2, 2, 8, 5, 5)
MOST_HUES = 24
LIMITS = {"letter": len(LETTERS), "family": len(FACES), "bold": 2, "slant": 2, "hue": MOST_HUES}
HUES = (0.0, 0.6, 1.0)  # offset, saturation, value
BACKGROUND = np.array([28, 28, 36], np.float32)
SMALLEST, LARGEST = 16, 1024
PSNR_THRESHOLD = 28.0  # with any one factor unknown, less than 26 are left


def font_glyphs(
    factor_sizes: tuple[int, ...] = FACTOR_SIZES,
    image_size: int = 64,
    cache_dir: str | None = None,
) -> GridData:
    """The dataset, rendered at the first use.

    Args:
      factor_sizes: Numbers of values of letter (1 to 20), family (sans, serif, mono), bold (no,
        yes), slant (upright, the family's own oblique or italic), hue (1 to 24), x and y (places
        a whole number of pixels apart).
      image_size: Side of the images in pixels.
      cache_dir: Folder for caches.

    Returns:
      data: uint8 images (image_size, image_size, 3), row-major in the factors.

    Raises:
      InputError: If a size does not fit, or matplotlib came without its fonts.
    """
    space = FactorSpace(FACTOR_NAMES, factor_sizes)
    if not SMALLEST <= image_size <= LARGEST:
        raise InputError(
            f"dataset.image_size is {image_size}; letters are drawn at {SMALLEST} to {LARGEST} "
            "pixels."
        )
    places = 2 * reach(image_size) + 1
    for name, size in zip(space.names, space.sizes, strict=True):
        most = LIMITS.get(name, places)
        if size > most:
            raise InputError(
                f"The factor {name} of {NAME} has at most {most} values at {image_size} pixels; "
                f"got a size of {size}."
            )
    key = {
        "renderer": RENDERER_VERSION,
        "factor_sizes": space.sizes,
        "image_size": image_size,
        **font_versions(),
    }
    images = cached_images(
        NAME,
        key,
        (space.num_cells, image_size, image_size, 3),
        Renderer(space, image_size).rows,
        cache_folder(cache_dir),
    )
    return GridData(
        NAME,
        FACTOR_NAMES,
        space.sizes,
        images,
        psnr_threshold=PSNR_THRESHOLD,
        procedural=True,
        recipe=key,
    )


class Renderer:
    """Draws a letter once, colours it once a hue, and cuts the images of all places from that."""

    def __init__(self, space: FactorSpace, image_size: int):
        """Prepares colours and places.

        Args:
          space: The grid.
          image_size: Side of the images in pixels.
        """
        self._space = space
        self._size = image_size
        self._colors = palette(space.sizes[4], *HUES)
        # the window goes the other way than the letter in it
        self._left, self._top = (places(size, image_size)[::-1] for size in space.sizes[5:])
        self._coverage = functools.lru_cache(maxsize=1)(coverage)  # rows are asked for in order

    def rows(self, start: int, stop: int) -> np.ndarray:
        """Images start to stop: uint8 (stop - start, size, size, 3)."""
        images = np.empty((stop - start, self._size, self._size, 3), np.uint8)
        num_places = len(self._left) * len(self._top)
        for first in range(start - start % num_places, stop, num_places):
            canvas = self._canvas(*self._space.factors(np.array([first]))[0, :5].tolist())
            for row in range(max(first, start), min(first + num_places, stop)):
                x, y = divmod(row - first, len(self._top))
                top, left = self._top[y], self._left[x]
                images[row - start] = canvas[top : top + self._size, left : left + self._size]
        return images

    def _canvas(self, letter: int, family: int, bold: int, slant: int, hue: int) -> np.ndarray:
        covered = self._coverage(LETTERS[letter], family, bold, slant, self._size)[..., None]
        colored = BACKGROUND + covered * (self._colors[hue] - BACKGROUND)
        return np.rint(colored).astype(np.uint8)


def places(num: int, image_size: int) -> np.ndarray:
    """Where windows begin on the canvas: `num` ascending offsets, equally many pixels apart."""
    furthest = reach(image_size)
    step = 2 * furthest // max(num - 1, 1)
    first = furthest - step * (num - 1) // 2
    return first + step * np.arange(num)
