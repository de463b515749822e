"""Mutual information between discrete sources and discrete or continuous latents, in nats."""

import numpy as np
from sklearn.preprocessing import scale

from tripod_dlib.metrics.neighbors import SortedLatent
from tripod_dlib.metrics.parallel import map_largest_first
from tripod_dlib.metrics.scale import normalised
from tripod_dlib.metrics.seeds import generator_of

NUM_NEIGHBORS = 10
ROUNDING = 1e-13  # nats: what the sum of entropies leaves of independent labels


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
    return np.where(information < ROUNDING, 0.0, information)


def continuous_mutual_information(
    sources: np.ndarray, latents: np.ndarray, num_neighbors: int = NUM_NEIGHBORS, seed: int = 0
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
    scaled = scaled_and_jittered(latents, seed)

    def of_latent(j: int) -> np.ndarray:
        latent = SortedLatent(scaled[:, j], num_neighbors)
        return latent.information(sources.T[:, latent.order])

    columns = map_largest_first(of_latent, np.ones(latents.shape[1]))
    return np.array(columns).reshape(latents.shape[1], sources.shape[1]).T


def scaled_and_jittered(latents: np.ndarray, seed: int) -> np.ndarray:
    """Latents over their standard deviation plus noise of 1e-10, to the last bit scikit-learn's."""
    scaled = scale(np.asfortranarray(normalised(latents)[0]), with_mean=False)
    jitter = generator_of(seed).standard_normal(size=scaled.shape)
    return scaled + 1e-10 * np.maximum(1.0, np.abs(scaled).mean(axis=0)) * jitter
