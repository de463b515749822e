"""Pictures of a run, from arrays alone."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from tripod_dlib.storage import atomic_path

GAP = 2
SMALLEST_TILE = 64


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
    num_sources, num_latents = nmi.shape
    figure = Figure(figsize=(1.8 + 0.5 * num_latents, 1.2 + 0.45 * num_sources), dpi=120)
    axes = figure.subplots()
    drawn = axes.imshow(nmi, vmin=0.0, vmax=1.0, cmap="viridis", aspect="auto")
    for source, latent in np.ndindex(nmi.shape):
        value = nmi[source, latent]
        if value >= 0.05:
            color = "black" if value > 0.6 else "white"
            axes.text(latent, source, f"{value:.2f}", ha="center", va="center", c=color, size=7)
    for latent in np.flatnonzero(~active):
        axes.axvspan(latent - 0.5, latent + 0.5, fill=False, hatch="xx", ec="gray", lw=0)
    axes.set_yticks(range(num_sources), source_names)
    labels = [f"z{i}" if active[i] else f"(z{i})" for i in range(num_latents)]
    axes.set_xticks(range(num_latents), labels)
    axes.set_title(f"I(source; latent) / H(source); {int(active.sum())} of {num_latents} active")
    figure.colorbar(drawn, ax=axes, fraction=0.03, pad=0.02)
    figure.tight_layout()
    with atomic_path(path) as temporary:
        figure.savefig(temporary)
