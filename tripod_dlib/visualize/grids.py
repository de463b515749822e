"""Images beside each other in one picture, with or without gaps. Values are floats in [0, 1]."""

import math
import os
from collections.abc import Sequence

import numpy as np
from PIL import Image

from tripod_dlib.storage import atomic_path

Color = Sequence[float]


def save_image(image: np.ndarray, image_path: str | os.PathLike) -> None:
    """Writes a picture; the ending of its name says in which format.

    Args:
      image: (height, width, 1 or 3) in [0, 1].
      image_path: Such as "pictures/image.png" or "....jpg"; its folder is made.
    """
    pixels = np.rint(np.clip(np.asarray(image), 0.0, 1.0) * 255.0).astype(np.uint8)
    with atomic_path(image_path) as temporary:
        Image.fromarray(np.broadcast_to(pixels, (*pixels.shape[:2], 3))).save(temporary)


def grid_save_images(images: Sequence[np.ndarray], image_path: str | os.PathLike) -> None:
    """Writes as many images as make a square, column by column, without gaps.

    Args:
      images: (num, height, width, 1 or 3) in [0, 1]; the last ones stay out of num is no square.
      image_path: As in `save_image`.
    """
    side = math.isqrt(len(images))
    columns = [np.concatenate(images[side * i : side * (i + 1)], axis=0) for i in range(side)]
    save_image(np.concatenate(columns, axis=1), image_path)


def padded_grid(
    images: Sequence[np.ndarray],
    num_rows: int | None = None,
    padding_px: int = 10,
    value: Color | None = None,
) -> np.ndarray:
    """Images in rows, with gaps between them; the last row is filled up with white ones.

    Args:
      images: (height, width, channels) each.
      num_rows: Number of rows; None for `best_num_rows`.
      padding_px: Width of the gaps.
      value: Their colour; None for white.
    """
    num_rows = best_num_rows(len(images)) if num_rows is None else num_rows
    num_columns = -(-len(images) // num_rows)
    missing = num_rows * num_columns - len(images)
    cells = [*images, *[np.ones_like(images[0])] * missing]
    rows = [
        padded_stack(cells[start : start + num_columns], padding_px, axis=1, value=value)
        for start in range(0, len(cells), num_columns)
    ]
    return padded_stack(rows, padding_px, axis=0, value=value)


def padded_stack(
    images: Sequence[np.ndarray],
    padding_px: int = 10,
    axis: int = 0,
    value: Color | None = None,
) -> np.ndarray:
    """Images along an axis, with gaps between them."""
    gap = padding_array(images[0], padding_px, axis, value)
    parts = [part for image in images for part in (gap, image)]
    return np.concatenate(parts[1:], axis=axis)


def padding_array(
    image: np.ndarray, padding_px: int, axis: int, value: Color | None = None
) -> np.ndarray:
    """A strip of one colour, white if none is given, as long as the image's other axis.

    Raises:
      ValueError: If the colour has not as many entries as the image has channels.
    """
    shape = list(image.shape)
    shape[axis] = padding_px
    if value is None:
        return np.ones(shape, image.dtype)
    if len(value) != shape[-1]:
        raise ValueError(f"A colour has {shape[-1]} entries, one a channel; got {len(value)}.")
    return np.broadcast_to(np.asarray(value), shape).copy()


def best_num_rows(num_elements: int, max_ratio: int = 4) -> int:
    """Rows of a grid that is not much wider than high and has few empty places.

    Args:
      num_elements: Number of images.
      max_ratio: Most columns a row.
    """
    largest = math.isqrt(num_elements)
    fitting = [rows for rows in range(1, largest + 1) if num_elements <= max_ratio * rows**2]
    return min(fitting, key=lambda rows: (-num_elements % rows, -rows))


def pad_around(
    image: np.ndarray,
    padding_px: int = 10,
    axis: int | None = None,
    value: Color | None = None,
) -> np.ndarray:
    """The image with a margin; at the ends of one axis, or of both for None."""
    for side in (0, 1) if axis is None else (axis,):
        margin = padding_array(image, padding_px, side, value)
        image = np.concatenate([margin, image, margin], axis=side)
    return image


def add_below(image: np.ndarray, padding_px: int = 10, value: Color | None = None) -> np.ndarray:
    """The image in three channels. disentanglement_lib's footer, its logo, is not here.

    Args:
      image: (height, width), or (height, width, 1 or 3).
      padding_px: Unused, as there is no footer.
      value: Unused.

    Raises:
      ValueError: If there are other numbers of channels.
    """
    del padding_px, value
    image = np.asarray(image)
    image = image[..., None] if image.ndim == 2 else image
    if image.shape[-1] not in (1, 3):
        raise ValueError(f"An image has 1 or 3 channels; got {image.shape[-1]}.")
    return np.repeat(image, 3 // image.shape[-1], axis=-1)
