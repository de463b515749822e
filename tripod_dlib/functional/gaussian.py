"""Gaussian posteriors with a standard normal prior."""

import keras
from keras import ops

from tripod_dlib.functional.probability import tfd


def gaussian_posterior(z_mean: keras.KerasTensor, z_logvar: keras.KerasTensor) -> tfd.Normal:
    """The posterior q(z|x) of an encoder that gives means and log-variances.

    Args:
      z_mean: float (batch, num_latents).
      z_logvar: float, same shape.

    Returns:
      posterior: Its `batch_shape` is that of `z_mean`.
    """
    return tfd.Normal(z_mean, ops.exp(z_logvar / 2.0))


def standard_normal_kl(posterior: tfd.Normal) -> keras.KerasTensor:
    """KL(q(z|x) || p(z)) of each latent, with p the standard normal.

    Args:
      posterior: Of shape (batch, num_latents).

    Returns:
      kl: float (batch, num_latents), in nats.

    Reference: Kingma and Welling, 2014, appendix B.
    """
    zero = ops.zeros((), keras.backend.standardize_dtype(posterior.dtype))
    return tfd.kl_divergence(posterior, tfd.Normal(zero, zero + 1.0))
