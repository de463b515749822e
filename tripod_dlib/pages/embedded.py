"""Pictures inside a page: as data addresses, small enough for many of them."""

import base64
import io

import numpy as np
from PIL import Image

SMALL = 96  # pixels of a tile's side up to which it is enlarged
QUALITY = 85  # of WebP, at which tiles show no blocks


def picture(pixels: np.ndarray, lossless: bool = False) -> str:
    """A picture as a data address, for `src` or `url()`.

    Args:
      pixels: uint8 (height, width, 3).
      lossless: Whether every pixel is kept: for few colours, whose file is small all the same.
    """
    file = io.BytesIO()
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image.save(file, format="WEBP", lossless=lossless, quality=QUALITY, method=4)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"


def sheet(tiles: np.ndarray, side: int) -> np.ndarray:
    """One picture of many, without gaps, none of them larger than `side`, or much smaller.

    Of small tiles every pixel becomes four: WebP keeps colours at half the resolution.

    Args:
      tiles: uint8 (rows, columns, height, width, 3).
      side: Most pixels of a tile's longer side; larger tiles are made smaller.

    Returns:
      pixels: uint8 (rows * height, columns * width, 3).
    """
    rows, columns, height, width, _ = tiles.shape
    factor = min(1.0, side / max(height, width))
    if factor < 1.0:
        size = max(1, round(width * factor)), max(1, round(height * factor))
        flat = tiles.reshape(-1, height, width, 3)
        small = [np.asarray(Image.fromarray(t).resize(size, Image.Resampling.BOX)) for t in flat]
        width, height = size
        tiles = np.stack(small).reshape(rows, columns, height, width, 3)
    if max(height, width) * 2 <= min(side, SMALL):
        tiles = tiles.repeat(2, axis=2).repeat(2, axis=3)
        height, width = height * 2, width * 2
    return tiles.transpose(0, 2, 1, 3, 4).reshape(rows * height, columns * width, 3)


def colours(values: np.ndarray) -> np.ndarray:
    """Numbers from 0 to 1 as colours from white to dark blue: uint8 (..., 3)."""
    low, high = np.array([255, 255, 255]), np.array([8, 48, 107])
    shares = np.clip(np.nan_to_num(values), 0.0, 1.0)[..., None]
    return np.rint(low + shares * (high - low)).astype(np.uint8)
