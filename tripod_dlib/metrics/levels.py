"""Latents as levels that are counted: their own values, or equal intervals of their range."""

import numpy as np

from tripod_dlib.metrics.tables import as_floats


def histogram_discretize(latents: np.ndarray, num_bins: int = 20) -> np.ndarray:
    """Bins each latent into equal intervals of its range.

    Args:
      latents: (num_samples, num_latents); a float32 latent has float32 edges, unless its range is
        too narrow (or too wide) for that many of them.
      num_bins: Number of intervals.

    Returns:
      bins: int64 (num_samples, num_latents), from 0; the maximum falls into the last.

    Raises:
      ValueError: If there is no interval.
    """
    if num_bins < 1:
        raise ValueError(f"num_bins is {num_bins}; there must be 1 at least.")
    numbers = latents if latents.dtype.kind == "f" else as_floats(latents)
    return np.stack([_equal_intervals(column, num_bins) for column in numbers.T], axis=1)


def rank_values(columns: np.ndarray) -> np.ndarray:
    """Each column's values as their ranks, int64 from 0."""
    ranks = [np.unique(column, return_inverse=True)[1] for column in np.asarray(columns).T]
    return np.stack(ranks, axis=1).astype(np.int64)


def count_levels(latents: np.ndarray, num_bins: int, discrete: bool) -> np.ndarray:
    """Latents as int64 levels from 0: their own values if discrete, else equal intervals.

    Args:
      latents: (num_samples, num_latents) numbers.
      num_bins: Number of intervals.
      discrete: Whether the latents' own values are their levels.
    """
    return rank_values(latents) if discrete else histogram_discretize(latents, num_bins)


def _equal_intervals(column: np.ndarray, num_bins: int) -> np.ndarray:
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            edges = np.histogram_bin_edges(column, num_bins)
    except ValueError:  # the range has fewer numbers of this type than edges, or is no number
        edges = np.empty(0)
    if edges.size and (edges[1:] > edges[:-1]).all():
        return np.digitize(column, edges[:-1]) - 1
    column = column.astype(np.float64)
    column = np.ldexp(column, -np.frexp(np.abs(column).max())[1])  # whose differences are in range
    width = column.max() - column.min()
    if not width:
        return np.zeros(len(column), np.int64)
    return np.minimum((column - column.min()) / width * num_bins, num_bins - 1).astype(np.int64)
