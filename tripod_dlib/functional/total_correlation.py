"""Decomposed Kullback-Leibler divergence of a Gaussian posterior, minibatch-weighted."""

import math

import keras
from keras import ops

from tripod_dlib.functional.probability import tfd


def decomposed_kl(
    z_sample: keras.KerasTensor,
    z_mean: keras.KerasTensor,
    z_std: keras.KerasTensor,
    dataset_size: int,
) -> dict[str, keras.KerasTensor]:
    """Splits KL(q(z|x) || p(z)) into total correlation, mutual information and dimension-wise KL.

    Densities of the aggregate posterior are estimated from the batch, weighted by the size of the
    dataset. Their sum is a single-sample estimate of the divergence.

    Args:
      z_sample: float (batch, num_latents), drawn from the posterior.
      z_mean: float (batch, num_latents).
      z_std: float (batch, num_latents), positive.
      dataset_size: Number of images in the dataset.

    Returns:
      terms: "total_correlation", "mutual_information", "dimensionwise_kl", each float (batch,), in
        nats per image.

    Reference: Chen et al., 2018, Eqs. 2 and S6; Hsu et al., 2024, Eq. 6.
    """
    posterior = tfd.Normal(z_mean, z_std)
    batch = ops.cast(ops.shape(z_sample)[0], z_sample.dtype)  # not known before the graph runs
    log_weight = ops.log(batch) + math.log(dataset_size)
    # pairwise[i, j, k]: density of latent k of sample i under the posterior of image j
    pairwise = posterior.log_prob(z_sample[:, None, :])
    log_q_z = ops.logsumexp(ops.sum(pairwise, axis=-1), axis=1) - log_weight
    log_q_z_product = ops.sum(ops.logsumexp(pairwise, axis=1) - log_weight, axis=-1)
    log_q_z_given_x = ops.sum(posterior.log_prob(z_sample), axis=-1)
    prior = tfd.Normal(ops.zeros((), z_sample.dtype), ops.ones((), z_sample.dtype))
    log_p_z = ops.sum(prior.log_prob(z_sample), axis=-1)
    return {
        "total_correlation": log_q_z - log_q_z_product,
        "mutual_information": log_q_z_given_x - log_q_z,
        "dimensionwise_kl": log_q_z_product - log_p_z,
    }


def minibatch_total_correlation(
    z_sample: keras.KerasTensor, posterior: tfd.Normal
) -> keras.KerasTensor:
    """Total correlation estimated from a batch without a dataset's size, as disentanglement_lib
    does: it lacks the constant (num_latents - 1) log(batch * dataset size).

    Args:
      z_sample: float (batch, num_latents), drawn from the posterior.
      posterior: Of shape (batch, num_latents).

    Returns:
      total_correlation: float (batch,), in nats.

    Reference: Chen et al., 2018, Eq. 4; Locatello et al., 2019.
    """
    # pairwise[i, j, k]: density of latent k of sample i under the posterior of image j
    pairwise = posterior.log_prob(z_sample[:, None, :])
    log_q_z = ops.logsumexp(ops.sum(pairwise, axis=-1), axis=1)
    return log_q_z - ops.sum(ops.logsumexp(pairwise, axis=1), axis=-1)
