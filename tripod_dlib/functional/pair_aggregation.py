"""Posteriors of two images that share all factors but a few (group-VAE, ML-VAE).

Latents that the two are taken to share get one posterior, made of both; the others keep their own.
"""

import keras
from keras import ops

from tripod_dlib.functional.probability import tfd

RULES = ("group_vae", "mlvae")


def pair_divergence(first: tfd.Normal, second: tfd.Normal) -> keras.KerasTensor:
    """Twice KL(q(z|first) || q(z|second)) of each latent.

    Args:
      first: Posterior of shape (batch, num_latents).
      second: Posterior of the same shape.

    Returns:
      divergence: float (batch, num_latents), in nats.

    Reference: Locatello et al., 2020, section 4.
    """
    return 2.0 * tfd.kl_divergence(first, second)


def own_by_threshold(divergence: keras.KerasTensor) -> keras.KerasTensor:
    """The latents that differ: those whose divergence lies in the upper half of the range.

    Args:
      divergence: float (batch, num_latents).

    Returns:
      own: bool (batch, num_latents), without gradient. Where all divergences of a pair are equal,
        none is said to differ (disentanglement_lib divides 0 by 0 there, to the same end).

    Reference: Locatello et al., 2020, Eq. 5.
    """
    divergence = ops.stop_gradient(divergence)
    least = ops.min(divergence, axis=1, keepdims=True)
    largest = ops.max(divergence, axis=1, keepdims=True)
    return ops.logical_and(divergence >= least + 0.5 * (largest - least), largest > least)


def own_by_label(labels: keras.KerasTensor, num_latents: int) -> keras.KerasTensor:
    """The one latent that is said to differ, all others being shared, even if more factors changed.

    Args:
      labels: int (batch,) or (batch, 1), index of a changed factor; where it is not below
        num_latents, all latents are shared.
      num_latents: Number of latents.

    Returns:
      own: bool (batch, num_latents).

    Reference: Locatello et al., 2020, section 5.
    """
    return ops.reshape(labels, (-1, 1)) == ops.arange(num_latents, dtype=labels.dtype)


def average(first: tfd.Normal, second: tfd.Normal, rule: str) -> tfd.Normal:
    """One posterior of two.

    Args:
      first: Posterior of shape (batch, num_latents).
      second: Posterior of the same shape.
      rule: "group_vae", means of means and of variances; "mlvae", the normalized product of the
        densities with half the precision: twice their harmonic variance.

    Returns:
      posterior: Of the same shape.

    Raises:
      ValueError: If the rule is unknown.

    Reference: Hosoya, 2019 (group-VAE); Bouchacourt et al., 2018, Eq. 7 (ML-VAE).
    """
    if rule not in RULES:
        raise ValueError(f"Unknown rule {rule!r}; choose one of {', '.join(RULES)}.")
    means, variances = (first.mean(), second.mean()), (first.variance(), second.variance())
    if rule == "group_vae":
        mean, variance = 0.5 * (means[0] + means[1]), 0.5 * (variances[0] + variances[1])
    else:
        # weights v2 / (v1 + v2) and v1 / (v1 + v2): no division by a variance alone
        total = variances[0] + variances[1]
        variance = 2.0 * variances[0] * (variances[1] / total)
        mean = (variances[1] / total) * means[0] + (variances[0] / total) * means[1]
    return tfd.Normal(mean, ops.sqrt(variance))


def aggregate(
    first: tfd.Normal, second: tfd.Normal, own: keras.KerasTensor, rule: str
) -> tuple[tfd.Normal, tfd.Normal]:
    """The posteriors of both images after their shared latents were made one.

    Args:
      first: Posterior of shape (batch, num_latents).
      second: Posterior of the same shape.
      own: bool (batch, num_latents), the latents that differ.
      rule: As in `average`.

    Returns:
      first, second: Posteriors of the same shape. Gradients flow through the averages.

    Reference: Locatello et al., 2020, Eq. 4.
    """
    shared = average(first, second, rule)
    return tuple(
        tfd.Normal(
            ops.where(own, posterior.mean(), shared.mean()),
            ops.where(own, posterior.stddev(), shared.stddev()),
        )
        for posterior in (first, second)
    )
