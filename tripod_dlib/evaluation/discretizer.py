"""disentanglement_lib's discretizer, chosen and set by gin, and what it counts with it."""

import inspect
from collections.abc import Callable

import gin
import numpy as np

from tripod_dlib.allowed import BinCount
from tripod_dlib.metrics.levels import histogram_discretize, rank_values
from tripod_dlib.metrics.mutual_information import discrete_mutual_information, entropy


@gin.configurable("discretizer", module="tripod_dlib.metrics", denylist=["target"])
def make_discretizer(
    target: np.ndarray,
    num_bins: BinCount = gin.REQUIRED,
    discretizer_fn: Callable[[np.ndarray, int], np.ndarray] = gin.REQUIRED,
) -> np.ndarray:
    """Discretizes latents by the bound function.

    Args:
      target: (num_latents, num_points), disentanglement_lib's orientation.
      num_bins: Number of values that each latent gets.
      discretizer_fn: Takes latents and that number; gives integers of the same shape.

    Raises:
      ValueError: If that function takes other arguments.
    """
    try:
        inspect.signature(discretizer_fn).bind(target, num_bins)
    except TypeError as error:
        name = getattr(discretizer_fn, "__name__", discretizer_fn)
        raise ValueError(
            f"discretizer.discretizer_fn is {name}, which cannot be called with latents and a "
            f"number of bins ({error}): bind a discretizer, such as @histogram_discretizer."
        ) from error
    return discretizer_fn(target, num_bins)


@gin.configurable("histogram_discretizer", module="tripod_dlib.metrics", denylist=["target"])
def histogram_discretizer(target: np.ndarray, num_bins: BinCount = gin.REQUIRED) -> np.ndarray:
    """Bins each latent into equal intervals of its range, from 1, in the latents' dtype.

    Args:
      target: (num_latents, num_points), disentanglement_lib's orientation.
      num_bins: Number of intervals.
    """
    return (histogram_discretize(target.T, num_bins) + 1).T.astype(target.dtype)


def discrete_mutual_info(mus: np.ndarray, ys: np.ndarray) -> np.ndarray:
    """Mutual information of discrete latents and factors, in nats.

    Args:
      mus: (num_latents, num_points), disentanglement_lib's orientation.
      ys: (num_factors, num_points).

    Returns:
      information: float64 (num_latents, num_factors).
    """
    return discrete_mutual_information(rank_values(ys.T), rank_values(mus.T)).T


def discrete_entropy(ys: np.ndarray) -> np.ndarray:
    """Entropy of each row of (num_factors, num_points), in nats: float64 (num_factors,)."""
    return np.array([entropy(ranks) for ranks in rank_values(ys.T).T])
