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


def importance_scores(importance: np.ndarray, notes: list[str]) -> dict[str, float | None]:
    """Disentanglement and completeness, None where undefined.

    Args:
      importance: float64 (num_latents, num_sources) of the sources that vary.
      notes: Receives why a score is undefined.

    Returns:
      {"disentanglement": ..., "completeness": ...}; latents that never vary give a matrix of zeros,
      which is no preference: exactly 0.
    """
    scores: dict[str, float | None] = {"disentanglement": None, "completeness": None}
    if importance.shape[1] > 1:
        scores["disentanglement"] = disentanglement(importance) if importance.any() else 0.0
    else:
        notes.append("D is undefined: only one source varies.")
    if importance.shape[0] > 1:
        scores["completeness"] = completeness(importance) if importance.any() else 0.0
    else:
        notes.append("C is undefined: there is only one latent.")
    return scores


def _weighted(scores: np.ndarray, weights: np.ndarray) -> float:
    """Weights that are all 0 count as uniform."""
    return float(np.average(scores, weights=weights if weights.sum() > 0 else None))
