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
