"""disentanglement_lib's discretizer, chosen and set by gin."""

from collections.abc import Callable

import gin
import numpy as np

from tripod_dlib.metrics.mig import histogram_discretize


@gin.configurable("discretizer", module="tripod_dlib.metrics", denylist=["target"])
def make_discretizer(
    target: np.ndarray,
    num_bins: int = gin.REQUIRED,
    discretizer_fn: Callable[[np.ndarray, int], np.ndarray] = gin.REQUIRED,
) -> np.ndarray:
    """Discretizes latents (num_latents, num_points) by the bound function."""
    return discretizer_fn(target, num_bins)


@gin.configurable("histogram_discretizer", module="tripod_dlib.metrics", denylist=["target"])
def histogram_discretizer(target: np.ndarray, num_bins: int = gin.REQUIRED) -> np.ndarray:
    """Bins each latent into equal intervals of its range, from 1, in the latents' dtype.

    Args:
      target: (num_latents, num_points), disentanglement_lib's orientation.
      num_bins: Number of intervals.
    """
    return (histogram_discretize(target.T, num_bins) + 1).T.astype(target.dtype)
