"""Small datasets in official formats."""

import itertools
from pathlib import Path

import numpy as np
from PIL import Image


def write_picture_grid(folder: Path, root: str, labels: str, sizes: tuple[int, ...], size=128):
    """Writes a grid of smooth random pictures and its labels as Falcor3D has them.

    Returns:
      pictures: uint8 (num_cells, size, size, 3).
    """
    generator = np.random.default_rng(0)
    coarse = generator.integers(0, 256, size=(int(np.prod(sizes)), 4, 4, 3), dtype=np.uint8)
    pictures = np.stack([_enlarge(small, size) for small in coarse])
    (folder / root / "images").mkdir(parents=True)
    for index, picture in enumerate(pictures):
        Image.fromarray(picture).save(folder / root / "images" / f"{index:06d}.png")
    cells = itertools.product(*(np.linspace(0, 1, n) if n > 1 else [0.0] for n in sizes))
    with (folder / root / labels).open("wb") as file:
        np.save(file, np.array(list(cells)))
    return pictures


def _enlarge(pixels: np.ndarray, size: int) -> np.ndarray:
    return np.asarray(Image.fromarray(pixels).resize((size, size), Image.Resampling.BICUBIC))


def write_pictures(folder: Path) -> None:
    """Writes three pictures of several kinds and sizes, a hidden one, and a file that is none."""
    pixels = {"b/2.JPG": (30, 20), "a.png": (8, 8), "b/1.png": (9, 40), ".hidden.png": (8, 8)}
    for name, size in pixels.items():
        write_picture(folder / name, size)
    (folder / "notes.txt").write_text("no picture")


def write_picture(path: Path, size: tuple[int, int] = (8, 8), seed: int = 0, **options) -> None:
    """Writes a random picture, height first, in the format of its suffix."""
    generator = np.random.default_rng(seed)
    pixels = generator.integers(0, 256, size=(*size, 3), dtype=np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **options)
