"""Pictures of tiles, from arrays alone."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from tripod_dlib.storage import atomic_path, one_line

SOFTWARE = "tripod_dlib"
GAP = 4
SMALLEST_TILE = 96
LABEL_SIZE = 13
LONGEST_LABEL = 40
LONGEST_TITLE = 200
MARK = (230, 97, 0)  # orange, which also those see who confuse red and green


def tile(tiles: np.ndarray, marked: Sequence[int] = ()) -> np.ndarray:
    """One picture of many: (rows, columns, height, width, 3) to (height, width, 3), white gaps.

    Small tiles are enlarged by whole factors.

    Args:
      tiles: uint8.
      marked: The column of each row's tile that gets a frame, or none.
    """
    factor = max(1, -(-SMALLEST_TILE // min(tiles.shape[2:4])))
    tiles = tiles.repeat(factor, axis=2).repeat(factor, axis=3)
    rows, columns, height, width, _ = tiles.shape
    shape = (rows * (height + GAP) + GAP, columns * (width + GAP) + GAP, 3)
    canvas = np.full(shape, 255, np.uint8)
    for row in range(rows):
        for column in range(columns):
            top, left = row * (height + GAP) + GAP, column * (width + GAP) + GAP
            if len(marked) and marked[row] == column:
                canvas[top - GAP : top + height + GAP, left - GAP : left + width + GAP] = MARK
            canvas[top : top + height, left : left + width] = tiles[row, column]
    return canvas


def to_pixels(images: np.ndarray) -> np.ndarray:
    """uint8 (..., height, width, 3) of uint8 or floats in [0, 1] with any number of channels.

    One channel is gray, two are red and green; of four and more the first three are shown.
    """
    images = np.asarray(images)
    if images.dtype != np.uint8:
        images = np.rint(np.clip(images, 0.0, 1.0) * 255.0).astype(np.uint8)
    channels = images.shape[-1]
    if channels == 1:
        return np.broadcast_to(images, (*images.shape[:-1], 3))
    if channels == 2:
        return np.concatenate([images, np.zeros_like(images[..., :1])], axis=-1)
    return images[..., :3]


def save_picture(path: Path, pixels: np.ndarray) -> None:
    """Writes a PNG of uint8 (height, width, 3)."""
    marks = PngInfo()
    marks.add_text("Software", SOFTWARE)
    with atomic_path(path) as temporary:
        Image.fromarray(pixels).save(temporary, pnginfo=marks)


def is_own_picture(path: Path) -> bool:
    """Whether a file is a PNG that `save_picture` wrote."""
    try:
        with Image.open(path) as picture:
            return picture.info.get("Software") == SOFTWARE
    except (OSError, ValueError):
        return False


def labelled(
    pixels: np.ndarray, title: str, rows: Sequence[str] = (), columns: Sequence[str] = ()
) -> np.ndarray:
    """A picture of tiles with a title above, and names of its rows and columns.

    Args:
      pixels: uint8 (height, width, 3), rows and columns of equal size, as `tile` makes them.
      title: Says what is shown.
      rows: One name a row of tiles, or none.
      columns: One name a column of tiles, or none.

    Returns:
      pixels: uint8 (height, width, 3).
    """
    font = ImageFont.load_default(LABEL_SIZE)
    title = one_line(title, LONGEST_TITLE)
    rows = [one_line(name, LONGEST_LABEL) for name in rows]
    columns = [one_line(name, LONGEST_LABEL) for name in columns]
    left = 10 + max((int(font.getlength(name)) for name in rows), default=-10)
    top = LABEL_SIZE + 8 + (LABEL_SIZE + 6 if columns else 0)
    height, width = pixels.shape[:2]
    title_width = int(font.getlength(title)) + 8
    canvas = Image.new("RGB", (max(left + width, title_width), top + height), "white")
    canvas.paste(Image.fromarray(pixels), (left, top))
    draw = ImageDraw.Draw(canvas)
    draw.text((4, 3), title, "black", font)
    for row, name in enumerate(rows):
        middle = top + (row + 0.5) * height / len(rows)
        draw.text((4, middle), name, "black", font, anchor="lm")
    for column, name in enumerate(columns):
        middle = left + (column + 0.5) * width / len(columns)
        draw.text((middle, top - 4), name, "black", font, anchor="ms")
    return np.asarray(canvas)
