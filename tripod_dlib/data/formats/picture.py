"""Pixels of picture files, as every viewer shows them."""

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 100_000_000
BACKGROUND = (255, 255, 255, 255)  # under what is transparent
DAMAGES = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, AttributeError)
DAMAGES += (EOFError, RuntimeError, OverflowError, ZeroDivisionError, MemoryError, struct.error)
DAMAGES += (UserWarning,)


class PictureFault(Exception):
    """A picture that is not read; the message says why, and what to do, without its name."""


def read_pixels(
    file: Path | BinaryIO,
    formats: Sequence[str],
    size: tuple[int, int] | None = None,
    within: tuple[int, int] | None = None,
) -> np.ndarray:
    """A picture's pixels: uint8 (height, width, 3).

    It stands as its orientation (EXIF) says; what is transparent shows white behind it.

    Args:
      file: The file.
      formats: Pillow's names of the formats that it may have.
      size: Width and height that it must have; looked at before its pixels are.
      within: Width and height into which it is shrunk, its sides in proportion.

    Raises:
      PictureFault: If it is damaged, of another size, animated, or of more than 8 bits a channel.
    """
    try:
        with Image.open(file, formats=formats) as picture:
            _require_plain(picture, size)
            if within is not None:
                picture.thumbnail(within)
            return _rgb(ImageOps.exif_transpose(picture))
    except UnidentifiedImageError as error:
        text = f"it is no {', '.join(formats)}"
        raise PictureFault(f"is not a whole picture ({text}). Get it again.") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureFault(
            f"has too many pixels, more than the {MOST_PIXELS} that are read. Make it smaller "
            "first."
        ) from error
    except DAMAGES as error:
        if getattr(error, "errno", None) is not None:
            raise PictureFault(f"cannot be read: {error.strerror}.") from error
        text = str(error) or type(error).__name__
        raise PictureFault(f"is not a whole picture ({text}). Get it again.") from error


def _require_plain(picture: Image.Image, size: tuple[int, int] | None) -> None:
    width, height = picture.size
    if size is not None and picture.size != size:
        raise PictureFault(f"is {width}x{height} pixels; it has to be {size[0]}x{size[1]}.")
    if width * height > MOST_PIXELS:
        raise PictureFault(
            f"is {width}x{height} pixels, more than the {MOST_PIXELS} that are read. Make it "
            "smaller first."
        )
    if picture.mode[0] in "IF":
        raise PictureFault(
            f"has more than 8 bits a channel (Pillow's mode {picture.mode}), which would be cut "
            "off. Save it with 8 bits a channel, scaled as you want it seen."
        )
    if getattr(picture, "n_frames", 1) > 1:
        raise PictureFault(
            f"is animated ({picture.n_frames} frames). Save the frames that you want as pictures "
            "of their own."
        )


def _rgb(picture: Image.Image) -> np.ndarray:
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        behind = Image.new("RGBA", picture.size, BACKGROUND)
        picture = Image.alpha_composite(behind, picture)
    return np.asarray(picture.convert("RGB"))
