"""Mutual information gap."""

import numpy as np

from tripod_dlib.metrics.inputs import check
from tripod_dlib.metrics.mutual_information import discrete_mutual_information, entropy
from tripod_dlib.metrics.tables import as_numbers


def histogram_discretize(latents: np.ndarray, num_bins: int = 20) -> np.ndarray:
    """Bins each latent into equal intervals of its range.

    Args:
      latents: (num_samples, num_latents); a float32 latent has float32 edges.
      num_bins: Number of intervals.

    Returns:
      bins: int64 (num_samples, num_latents), from 0; the maximum falls into the last.
    """
    columns = []
    for column in latents.T:
        edges = np.histogram(column, num_bins)[1][:-1]
        columns.append(np.digitize(column, edges) - 1)
    return np.stack(columns, axis=1)


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


def mutual_information_gaps(sources: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Gap between the two largest mutual informations of each source, over its entropy.

    Args:
      sources: int (num_samples, num_sources), none constant.
      levels: int (num_samples, num_latents), at least two latents.

    Returns:
      gaps: float64 (num_sources,).
    """
    ranks = rank_values(sources)
    information = discrete_mutual_information(ranks, levels.astype(np.int64))
    information.sort(axis=1)
    return (information[:, -1] - information[:, -2]) / [entropy(column) for column in ranks.T]


def compute_mig(
    sources: np.ndarray, latents: np.ndarray, *, num_bins: int = 20, discrete: bool = False
) -> dict[str, object]:
    """Gap between the two latents that tell most of a source, over the source's entropy.

    Args:
      sources: (num_samples, num_sources) labels.
      latents: (num_samples, num_latents) numbers.
      num_bins: Bins of the histogram in which latents are counted.
      discrete: Count the latents' own values instead.

    Returns:
      "discrete_mig": float in [0, 1], the mean over sources, None where undefined (see "notes").
      "gaps": float64 (num_sources,); NaN for a constant source.
      "notes": list of str.

    Raises:
      ValueError: See `inputs.check`.

    Reference: Chen et al., 2018, Eq. 6.
    """
    latents = as_numbers(latents, "latents")
    sample = check(sources, latents)
    notes = list(sample.notes)
    gaps = np.full(sample.num_sources, np.nan)
    if latents.shape[1] == 1:
        notes.append("MIG is undefined: there is only one latent.")
    if not sample.sources.shape[1]:
        notes.append("No source varies: there is nothing to score.")
    if latents.shape[1] == 1 or not sample.sources.shape[1]:
        return {"discrete_mig": None, "gaps": gaps, "notes": notes}
    levels = count_levels(latents, num_bins, discrete)
    gaps[sample.varying] = mutual_information_gaps(sample.sources, levels)
    mean = float(np.clip(gaps[sample.varying].mean(), 0.0, 1.0))
    return {"discrete_mig": mean, "gaps": gaps, "notes": notes}
