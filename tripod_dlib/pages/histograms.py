"""How the latents of a sample are distributed, one by one and in pairs."""

import numpy as np

from tripod_dlib.pages.embedded import colours

NUM_BINS = 24
MOST_LATENTS = 24  # in the picture of pairs
GAP = 1


def histograms(latents: np.ndarray, discrete: bool) -> list[dict[str, object]]:
    """One histogram a latent.

    Args:
      latents: (num_samples, num_latents).
      discrete: Whether each value has a bar of its own.

    Returns:
      One dict a latent: "bars", [(share of the largest, share of the sample, what it counts)].
    """
    return [{"bars": _bars(column, discrete)} for column in latents.T]


def _bars(column: np.ndarray, discrete: bool) -> list[tuple[float, float, str]]:
    if discrete:
        values, counts = np.unique(column, return_counts=True)
        names = [f"{value:+.2f}" for value in values]
    else:
        counts, edges = np.histogram(column.astype(np.float64), bins=_edges(column))
        names = [f"{a:+.2f} to {b:+.2f}" for a, b in zip(edges[:-1], edges[1:], strict=True)]
    largest, total = max(counts.max(), 1), max(counts.sum(), 1)
    return [(c / largest, c / total, name) for c, name in zip(counts, names, strict=True)]


def pairs(latents: np.ndarray) -> np.ndarray:
    """Joint histograms of all pairs of the first latents, each as dark as its fullest cell.

    Args:
      latents: (num_samples, num_latents).

    Returns:
      pixels: uint8 (side, side, 3); row i and column j count latent i upward against latent j.
    """
    num = min(latents.shape[1], MOST_LATENTS)
    places = [_places(latents[:, latent]) for latent in range(num)]
    size = NUM_BINS // 2
    side = num * (size + GAP) + GAP
    canvas = np.full((side, side, 3), 200, np.uint8)
    for i in range(num):
        for j in range(num):
            counts = np.zeros((size, size))
            np.add.at(counts, (size - 1 - places[i], places[j]), 1)
            top, left = i * (size + GAP) + GAP, j * (size + GAP) + GAP
            cell = colours(np.sqrt(counts / counts.max()))
            canvas[top : top + size, left : left + size] = cell
    return canvas


def _edges(column: np.ndarray) -> np.ndarray:
    low, high = float(column.min()), float(column.max())
    margin = 0.5 if low == high else 0.0
    return np.linspace(low - margin, high + margin, NUM_BINS + 1)


def _places(column: np.ndarray) -> np.ndarray:
    """Each value's bin, of equal ones from the lowest value to the highest."""
    low, span = column.min(), np.ptp(column)
    shares = np.full(len(column), 0.5) if span == 0 else (column - low) / span
    return np.minimum((shares * (NUM_BINS // 2)).astype(int), NUM_BINS // 2 - 1)
