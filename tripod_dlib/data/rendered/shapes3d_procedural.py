"""A look-alike of Shapes3D that is rendered here: same factors, other images.

Its scores are not Shapes3D scores.
"""

import itertools
import math

import numpy as np

from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.data.grid_data import GridData
from tripod_dlib.data.images.cache import cached_images
from tripod_dlib.data.rendered.palette import palette
from tripod_dlib.data.rendered.room_scene import SHAPES, trace
from tripod_dlib.errors import InputError
from tripod_dlib.storage import cache_folder, require_memory

RENDERER_VERSION = 1
FACTOR_NAMES = ["floor_hue", "wall_hue", "object_hue", "scale", "shape", "orientation"]
FACTOR_SIZES = (10, 10, 10, 8, 4, 15)
SCALES = (0.55, 1.0)
AZIMUTHS = (-np.pi * 40 / 180, np.pi * 40 / 180)
# Hue offset in steps, saturation, value: no two materials ever have the same colour.
PALETTES = ((0.0, 0.55, 0.72), (1 / 3, 0.40, 1.0), (2 / 3, 0.92, 0.95))
PSNR_THRESHOLD = 30.0
SMALLEST, LARGEST = 8, 1024  # of more pixels the rays of one image take gigabytes
BYTES_PER_PIXEL = 3 * 4  # of a geometry: the brightness of three materials, float32
PIXELS_PER_CHUNK = 1000 * 64**2


def shapes3d_procedural(
    factor_sizes: tuple[int, ...] | None = None,
    image_size: int = 64,
    cache_dir: str | None = None,
) -> GridData:
    """The dataset, rendered at the first use.

    Args:
      factor_sizes: Numbers of values of floor hue, wall hue, object hue, scale, shape (1 to 4) and
        orientation. There is no default: the full grid, `FACTOR_SIZES`, takes gigabytes.
      image_size: Side of the images in pixels.
      cache_dir: Folder for caches.

    Returns:
      data: uint8 images (image_size, image_size, 3), row-major in the factors.

    Raises:
      InputError: If no sizes are given, or one does not fit.
    """
    if factor_sizes is None:
        gigabytes = np.prod(FACTOR_SIZES) * image_size**2 * 3 / 1e9
        raise InputError(
            "How large a grid of shapes3d_procedural is to be rendered is not said: bind "
            "dataset.factor_sizes (--factor_sizes of tripod_data), such as (6, 6, 6, 5, 4, 6). The "
            f"full grid, {FACTOR_SIZES}, takes {gigabytes:.1f} GB at {image_size} pixels."
        )
    space = FactorSpace(FACTOR_NAMES, factor_sizes)
    if space.sizes[4] > len(SHAPES):
        raise InputError(
            f"There are {len(SHAPES)} shapes ({', '.join(SHAPES)}); got a size of "
            f"{space.sizes[4]} for the factor shape."
        )
    if not SMALLEST <= image_size <= LARGEST:
        raise InputError(
            f"dataset.image_size is {image_size}; the scene is rendered at {SMALLEST} to {LARGEST} "
            "pixels."
        )
    require_memory(
        math.prod(space.sizes[3:]) * image_size**2 * BYTES_PER_PIXEL,
        f"Rendering {math.prod(space.sizes[3:])} geometries at {image_size} pixels",
        "Bind a smaller dataset.image_size, or fewer scales, shapes and orientations.",
    )
    key = {"renderer": RENDERER_VERSION, "factor_sizes": space.sizes, "image_size": image_size}
    images = cached_images(
        "shapes3d_procedural",
        key,
        (space.num_cells, image_size, image_size, 3),
        Renderer(space, image_size).rows,
        cache_folder(cache_dir),
        rows_per_chunk=max(1, min(1000, PIXELS_PER_CHUNK // image_size**2)),
    )
    return GridData(
        "shapes3d_procedural",
        FACTOR_NAMES,
        list(space.sizes),
        images,
        psnr_threshold=PSNR_THRESHOLD,
        procedural=True,
        resembles="Shapes3D",
        recipe=key,
    )


class Renderer:
    """Traces each geometry once, then colours."""

    def __init__(self, space: FactorSpace, image_size: int):
        """Prepares the colours; geometries are traced when first asked for.

        Args:
          space: The grid.
          image_size: Side of the images in pixels.
        """
        self._space = space
        self._size = image_size
        self._palettes = [
            palette(size, *settings)
            for size, settings in zip(space.sizes[:3], PALETTES, strict=True)
        ]
        self._geometries: np.ndarray | None = None

    def rows(self, start: int, stop: int) -> np.ndarray:
        """Images start to stop: uint8 (stop - start, size, size, 3)."""
        if self._geometries is None:
            self._geometries = self._trace_all()
        factors = self._space.factors(np.arange(start, stop))
        colors = np.stack(
            [colors[factors[:, i]] for i, colors in enumerate(self._palettes)], axis=1
        )  # (images, material, rgb)
        geometry = np.ravel_multi_index(tuple(factors[:, 3:].T), self._space.sizes[3:])
        shading = self._geometries[geometry].reshape(len(factors), -1, 3)
        images = np.matmul(shading, colors)  # (images, pixels, rgb)
        np.rint(images, out=images)
        return images.astype(np.uint8).reshape(len(factors), self._size, self._size, 3)

    def _trace_all(self) -> np.ndarray:
        scales, shapes, orientations = self._space.sizes[3:]
        return np.stack(
            [
                trace(SHAPES[shape], scale, azimuth, self._size)
                for scale, shape, azimuth in itertools.product(
                    spaced(SCALES, scales), range(shapes), spaced(AZIMUTHS, orientations)
                )
            ]
        )


def spaced(ends: tuple[float, float], num: int) -> np.ndarray:
    """`num` equally spaced numbers from the first end to the last, the middle for one."""
    return np.linspace(*ends, num) if num > 1 else np.array([sum(ends) / 2])
