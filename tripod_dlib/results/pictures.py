"""Pictures of a run, from arrays alone."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFont

from tripod_dlib.storage import atomic_path

GAP = 2
SMALLEST_TILE = 64
LABEL_SIZE = 13


def reconstruction_grid(images: np.ndarray, reconstructions: np.ndarray) -> np.ndarray:
    """Originals above their reconstructions.

    Args:
      images: (num, height, width, channels), uint8 or floats in [0, 1].
      reconstructions: The same shape.

    Returns:
      pixels: uint8 (height, width, 3).
    """
    return tile(np.stack([to_pixels(images), to_pixels(reconstructions)]))


def tile(tiles: np.ndarray) -> np.ndarray:
    """One picture of many: (rows, columns, height, width, 3) to (height, width, 3), white gaps.

    Small tiles are enlarged by whole factors.
    """
    factor = max(1, -(-SMALLEST_TILE // tiles.shape[2]))
    tiles = tiles.repeat(factor, axis=2).repeat(factor, axis=3)
    rows, columns, height, width, _ = tiles.shape
    shape = (rows * (height + GAP) - GAP, columns * (width + GAP) - GAP, 3)
    canvas = np.full(shape, 255, np.uint8)
    for row in range(rows):
        for column in range(columns):
            top, left = row * (height + GAP), column * (width + GAP)
            canvas[top : top + height, left : left + width] = tiles[row, column]
    return canvas


def to_pixels(images: np.ndarray) -> np.ndarray:
    """uint8 (..., height, width, 3) of uint8 or floats in [0, 1] with one or three channels."""
    images = np.asarray(images)
    if images.dtype != np.uint8:
        images = np.rint(np.clip(images, 0.0, 1.0) * 255.0).astype(np.uint8)
    return np.broadcast_to(images, (*images.shape[:-1], 3))


def save_picture(path: Path, pixels: np.ndarray) -> None:
    """Writes a PNG of uint8 (height, width, 3)."""
    with atomic_path(path) as temporary:
        Image.fromarray(pixels).save(temporary)


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
    left = 10 + max((int(font.getlength(name)) for name in rows), default=-10)
    top = LABEL_SIZE + 8 + (LABEL_SIZE + 6 if columns else 0)
    height, width = pixels.shape[:2]
    title_width = int(font.getlength(title)) + 8
    canvas = Image.new("RGB", (max(left + width, title_width), top + height), "white")
    canvas.paste(Image.fromarray(pixels), (left, top))
    draw = ImageDraw.Draw(canvas)
    draw.text((4, 3), title, "black", font)
    for row, name in enumerate(rows):
        middle = top + (row + 0.5) * (height + GAP) / len(rows)
        draw.text((4, middle), name, "black", font, anchor="lm")
    for column, name in enumerate(columns):
        middle = left + (column + 0.5) * (width + GAP) / len(columns)
        draw.text((middle, top - 4), name, "black", font, anchor="ms")
    return np.asarray(canvas)


def save_nmi_heat_map(
    path: Path, nmi: np.ndarray, source_names: Sequence[str], active: np.ndarray
) -> None:
    """Draws normalized mutual information, inactive latents hatched and crossed out.

    Args:
      path: A .png file.
      nmi: float (num_sources, num_latents); NaN for a constant source.
      source_names: Names of the sources.
      active: bool (num_latents,).
    """
    num_latents = nmi.shape[1]
    labels = [f"z{i}" if active[i] else f"(z{i})" for i in range(num_latents)]
    title = f"I(source; latent) / H(source); {int(active.sum())} of {num_latents} latents active"
    figure = _heat_map(nmi, source_names, labels, title)
    for latent in np.flatnonzero(~active):
        figure.axes[0].axvspan(latent - 0.5, latent + 0.5, fill=False, hatch="xx", ec="gray", lw=0)
    with atomic_path(path) as temporary:
        figure.savefig(temporary)


def save_importance_matrix(path: Path, importance: np.ndarray, source_names: Sequence[str]) -> None:
    """Draws how much each latent matters to the predictor of each source.

    Args:
      path: A .png file.
      importance: float (num_latents, num_sources), each source's column summing to 1.
      source_names: Names of the sources.
    """
    labels = [f"z{i}" for i in range(len(importance))]
    title = "importance of a latent in predicting a source"
    with atomic_path(path) as temporary:
        _heat_map(importance.T, source_names, labels, title).savefig(temporary)


def _heat_map(
    values: np.ndarray, rows: Sequence[str], columns: Sequence[str], title: str
) -> Figure:
    size = (max(1.8 + 0.5 * len(columns), 5.5), max(1.2 + 0.45 * len(rows), 2.2))
    figure = Figure(figsize=size, dpi=120)
    axes = figure.subplots()
    axes.set_facecolor("lightgray")  # seen where a value is NaN
    drawn = axes.imshow(values, vmin=0.0, vmax=1.0, cmap="viridis", aspect="auto")
    for row, column in np.ndindex(values.shape):
        value = values[row, column]
        if value >= 0.05:
            color = "black" if value > 0.6 else "white"
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", c=color, size=7)
    axes.set_yticks(range(len(rows)), rows)
    axes.set_xticks(range(len(columns)), columns)
    axes.set_title(title, fontsize=10)
    figure.colorbar(drawn, ax=axes, fraction=0.03, pad=0.02)
    figure.tight_layout()
    return figure
