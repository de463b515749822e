"""Covariance of the aggregate posterior, held at the identity (DIP-VAE)."""

import keras
from keras import ops

from tripod_dlib.functional.probability import tfd

KINDS = ("i", "ii")


def posterior_covariance(posterior: tfd.Normal, kind: str = "i") -> keras.KerasTensor:
    """Covariance over a batch.

    Args:
      posterior: Of shape (batch, num_latents).
      kind: "i", of the means, divided by the batch's size; "ii", of the latents: that, plus the
        mean of the posteriors' own variances on the diagonal.

    Returns:
      covariance: float (num_latents, num_latents).

    Raises:
      ValueError: If the kind is unknown.

    Reference: Kumar et al., 2018, section 3.1.
    """
    if kind not in KINDS:
        raise ValueError(f"Unknown DIP-VAE {kind!r}; choose one of {', '.join(KINDS)}.")
    mean = posterior.mean()
    centered = mean - ops.mean(mean, axis=0)
    covariance = ops.mean(centered[:, :, None] * centered[:, None, :], axis=0)
    if kind == "ii":
        covariance = covariance + ops.diag(ops.mean(posterior.variance(), axis=0))
    return covariance


def distance_from_identity(
    covariance: keras.KerasTensor,
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """The two sums of squares that DIP-VAE weights.

    Args:
      covariance: float (num_latents, num_latents).

    Returns:
      off_diagonal: float (), the sum of squared entries off the diagonal.
      diagonal: float (), the sum of (entry - 1)^2 on it.

    Reference: Kumar et al., 2018, Eqs. 6 and 7.
    """
    diagonal = ops.diagonal(covariance)
    off_diagonal = covariance - ops.diag(diagonal)
    return ops.sum(ops.square(off_diagonal)), ops.sum(ops.square(diagonal - 1.0))
