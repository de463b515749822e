"""Disentanglement and completeness of an importance matrix."""

import numpy as np
from scipy.stats import entropy

FLOOR = 1e-11


def disentanglement_per_latent(importance: np.ndarray) -> np.ndarray:
    """1 - entropy of each latent's importances, in base of the number of sources.

    Args:
      importance: float64 (num_latents, num_sources), not negative.

    Returns:
      scores: float64 (num_latents,) in [0, 1].

    Reference: Eastwood & Williams, 2018.
    """
    scores = 1.0 - entropy(importance.T + FLOOR, base=importance.shape[1])
    return np.clip(scores, 0.0, 1.0)


def disentanglement(importance: np.ndarray) -> float:
    """Mean of `disentanglement_per_latent`, weighted by each latent's total importance."""
    return _weighted(disentanglement_per_latent(importance), importance.sum(axis=1))


def completeness_per_source(importance: np.ndarray) -> np.ndarray:
    """1 - entropy of each source's importances, in base of the number of latents.

    Args:
      importance: float64 (num_latents, num_sources), not negative.

    Returns:
      scores: float64 (num_sources,) in [0, 1].
    """
    scores = 1.0 - entropy(importance + FLOOR, base=importance.shape[0])
    return np.clip(scores, 0.0, 1.0)


def completeness(importance: np.ndarray) -> float:
    """Mean of `completeness_per_source`, weighted by each source's total importance."""
    return _weighted(completeness_per_source(importance), importance.sum(axis=0))


def _weighted(scores: np.ndarray, weights: np.ndarray) -> float:
    """Weights that are all 0 count as uniform."""
    return float(np.average(scores, weights=weights if weights.sum() > 0 else None))
