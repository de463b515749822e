"""Letters of the DejaVu fonts that matplotlib brings: how much of every pixel a letter covers."""

import hashlib
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageFont, features

from tripod_dlib.errors import InputError

# Not among them: I, M and W, much narrower or wider than the others; J and Q, which descend below
# the line in some families; O, in which a slant shows least. The most different ones stand first.
LETTERS = "AUYKPSZLNCVDXTHREBGF"
# By family: regular, slanted, bold, bold and slanted.
FACES = {
    "sans": ("DejaVuSans", "DejaVuSans-Oblique", "DejaVuSans-Bold", "DejaVuSans-BoldOblique"),
    "serif": ("DejaVuSerif", "DejaVuSerif-Italic", "DejaVuSerif-Bold", "DejaVuSerif-BoldItalic"),
    "mono": (
        "DejaVuSansMono",
        "DejaVuSansMono-Oblique",
        "DejaVuSansMono-Bold",
        "DejaVuSansMono-BoldOblique",
    ),
}
EM = 0.74  # height of the font, in sides of the image; capitals are 0.73 of it
REACH = 0.13  # how far a letter's middle goes from the image's, in sides of the image
SUBSAMPLES = 4  # pixels drawn along each axis for one of the image: no hinting survives that


def face_path(family: int, bold: int, slant: int) -> Path:
    """The file of one face.

    Args:
      family: Position in `FACES`.
      bold: 0 or 1.
      slant: 0, upright, or 1, the family's own oblique or italic.

    Raises:
      InputError: If matplotlib was installed without its fonts.
    """
    name = list(FACES.values())[family][2 * bold + slant]
    path = Path(matplotlib.get_data_path(), "fonts", "ttf", f"{name}.ttf")
    if not path.is_file():
        raise InputError(
            f"The font {path} is not there: this matplotlib came without the DejaVu fonts that "
            "font_glyphs draws. Install matplotlib from PyPI or conda-forge."
        )
    return path


def font_versions() -> dict[str, str]:
    """What the drawn letters depend on: a hash of all faces, and the version of FreeType."""
    digest = hashlib.sha256()
    for family in range(len(FACES)):
        for bold, slant in np.ndindex(2, 2):
            digest.update(face_path(family, bold, slant).read_bytes())
    return {"fonts": digest.hexdigest(), "freetype": str(features.version("freetype2"))}


def reach(size: int) -> int:
    """How many whole pixels a letter goes to either side, in an image of a size."""
    return int(REACH * size)


def coverage(letter: str, family: int, bold: int, slant: int, size: int) -> np.ndarray:
    """One letter, its ink's box in the middle of a canvas from which images are cut.

    Args:
      letter: One of `LETTERS`.
      family: Position in `FACES`.
      bold: 0 or 1.
      slant: 0 or 1.
      size: Side of the images in pixels.

    Returns:
      coverage: float32 (size + 2 reach, size + 2 reach) in [0, 1], the share of each pixel that is
        inked.
    """
    font = ImageFont.truetype(
        face_path(family, bold, slant),
        EM * size * SUBSAMPLES,
        layout_engine=ImageFont.Layout.BASIC,
    )
    side = size + 2 * reach(size)
    drawn = font.getmask(letter, mode="L")
    ink = Image.frombytes("L", drawn.size, bytes(drawn))
    left, top, right, bottom = ink.getbbox()
    canvas = Image.new("L", (side * SUBSAMPLES,) * 2)
    corner = [(side * SUBSAMPLES - extent) // 2 for extent in (right - left, bottom - top)]
    canvas.paste(ink.crop((left, top, right, bottom)), tuple(corner))
    fine = np.asarray(canvas, np.float32).reshape(side, SUBSAMPLES, side, SUBSAMPLES)
    return fine.mean(axis=(1, 3)) / 255.0
