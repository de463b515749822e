"""Mutual information between discrete sources and discrete or continuous latents, in nats."""

import numpy as np
from scipy.special import digamma


def entropy(labels: np.ndarray) -> float:
    """Plug-in entropy of integer labels (num_samples,), in nats."""
    counts = np.bincount(labels)
    probabilities = counts[counts > 0] / len(labels)
    return max(0.0, float(-(probabilities * np.log(probabilities)).sum()))


def discrete_mutual_information(sources: np.ndarray, latents: np.ndarray) -> np.ndarray:
    """Plug-in mutual information of every source with every discrete latent.

    Args:
      sources: int64 (num_samples, num_sources), labels from 0.
      latents: int64 (num_samples, num_latents), levels from 0.

    Returns:
      information: float64 (num_sources, num_latents), in nats, never negative.
    """
    num_samples = len(sources)
    latent_entropies = [entropy(column) for column in latents.T]
    sizes = latents.max(axis=0) + 1
    information = np.empty((sources.shape[1], latents.shape[1]))
    for i, source in enumerate(sources.T):
        source_entropy = entropy(source)
        for j, latent in enumerate(latents.T):
            counts = np.bincount(source * sizes[j] + latent)
            counts = counts[counts > 0]
            joint = np.log(num_samples) - (counts * np.log(counts)).sum() / num_samples
            information[i, j] = source_entropy + latent_entropies[j] - joint
    return np.maximum(information, 0.0)


def continuous_mutual_information(
    sources: np.ndarray, latents: np.ndarray, num_neighbors: int = 10, seed: int = 0
) -> np.ndarray:
    """Nearest-neighbour estimate of every discrete source's mutual information with every latent.

    Latents are divided by their standard deviation and jittered by 1e-10, which parts equal values,
    as scikit-learn's `mutual_info_classif` does.

    Args:
      sources: int64 (num_samples, num_sources), labels from 0.
      latents: float64 (num_samples, num_latents).
      num_neighbors: Neighbours within a class.
      seed: Seed of the jitter.

    Returns:
      information: float64 (num_sources, num_latents), in nats, negative estimates set to 0.

    Reference: Ross, 2014.
    """
    std = latents.std(axis=0)
    scaled = latents / np.where(std > 10 * np.finfo(std.dtype).eps, std, 1.0)
    jitter = np.random.RandomState(seed).standard_normal(size=scaled.shape)
    scaled = scaled + 1e-10 * np.maximum(1.0, np.abs(scaled).mean(axis=0)) * jitter
    information = np.empty((sources.shape[1], latents.shape[1]))
    for j, latent in enumerate(scaled.T):
        order = np.argsort(latent, kind="stable")
        for i, source in enumerate(sources.T):
            information[i, j] = _ross(latent[order], source[order], num_neighbors)
    return information


def _ross(points: np.ndarray, labels: np.ndarray, num_neighbors: int) -> float:
    """The estimate for sorted points and their labels."""
    radius = np.zeros(len(points))
    neighbors = np.zeros(len(points))
    class_sizes = np.zeros(len(points))
    for label in range(labels.max() + 1):
        members = labels == label
        size = int(members.sum())
        class_sizes[members] = size
        if size > 1:
            k = min(num_neighbors, size - 1)
            radius[members] = np.nextafter(_kth_distance(points[members], k), 0)
            neighbors[members] = k
    counted = class_sizes > 1
    points, radius = points[counted], radius[counted]
    within = _count_within(points, radius)
    estimate = (
        digamma(len(points))
        + digamma(neighbors[counted]).mean()
        - digamma(class_sizes[counted]).mean()
        - digamma(within).mean()
    )
    return max(0.0, float(estimate))


def _kth_distance(points: np.ndarray, k: int) -> np.ndarray:
    """Distance of each sorted point to its k-th nearest other point: the narrowest window."""
    padded = np.concatenate([np.full(k, -np.inf), points, np.full(k, np.inf)])
    size = len(points)
    distance = np.full(size, np.inf)
    for start in range(k + 1):  # windows of k + 1 points that begin `k - start` before the point
        left, right = padded[start : start + size], padded[start + k : start + k + size]
        np.minimum(distance, np.maximum(points - left, right - points), out=distance)
    return distance


def _count_within(points: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Number of sorted points at most `radius` from each, itself included.

    Differences are compared as they are; the sums of the search are only a first guess.
    """
    first = np.searchsorted(points, points - radius, side="left")
    last = np.searchsorted(points, points + radius, side="right") - 1
    top = len(points) - 1
    moved = True
    while moved:
        before = first.sum(), last.sum()
        first += points - points[first] > radius
        last -= points[last] - points > radius
        lower, upper = np.maximum(first - 1, 0), np.minimum(last + 1, top)
        first = np.where(points - points[lower] <= radius, lower, first)
        last = np.where(points[upper] - points <= radius, upper, last)
        moved = before != (first.sum(), last.sum())
    return last - first + 1
