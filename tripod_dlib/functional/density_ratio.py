"""Total correlation by a discriminator of latents and permuted latents (FactorVAE, FactorQVAE).

Class 0 is a sample of the aggregate posterior, class 1 a sample of the product of its marginals.
"""

import math

import keras
from keras import ops

LEAST_PROBABILITY = 1e-6  # disentanglement_lib's


def permute_latents(z: keras.KerasTensor, uniform_draws: keras.KerasTensor) -> keras.KerasTensor:
    """Permutes each latent over the batch by itself: a sample of the product of the marginals.

    Args:
      z: float (batch, num_latents, ...); what follows the latent goes with it.
      uniform_draws: float (batch, num_latents), distinct within a column.

    Returns:
      permuted: float, shape of `z`.

    Reference: Kim and Mnih, 2018, Algorithm 1.
    """
    order = ops.argsort(uniform_draws, axis=0)
    order = ops.reshape(order, (*order.shape, *(1 for _ in z.shape[2:])))
    return ops.take_along_axis(z, ops.broadcast_to(order, ops.shape(z)), axis=0)


def density_ratio(logits: keras.KerasTensor) -> keras.KerasTensor:
    """The discriminator's estimate of each sample's total correlation.

    Args:
      logits: float (batch, 2), at latents that were not permuted.

    Returns:
      total_correlation: float (batch,), logit of class 0 minus logit of class 1, in nats.

    Reference: Kim and Mnih, 2018, Eq. 3.
    """
    return logits[:, 0] - logits[:, 1]


def discriminator_loss(
    logits: keras.KerasTensor, permuted_logits: keras.KerasTensor, clip: bool = True
) -> keras.KerasTensor:
    """What the discriminator minimizes: half the cross-entropy of either class.

    Args:
      logits: float (batch, 2), at latents.
      permuted_logits: float (batch, 2), at permuted latents.
      clip: Whether probabilities are clipped to [1e-6, 1 - 1e-6], beyond which a sample has no
        gradient, as in disentanglement_lib.

    Returns:
      loss: float (batch,).

    Reference: Kim and Mnih, 2018, Algorithm 2.
    """
    joint = ops.log_softmax(logits, axis=-1)[:, 0]
    product = ops.log_softmax(permuted_logits, axis=-1)[:, 1]
    if clip:
        bounds = math.log(LEAST_PROBABILITY), math.log1p(-LEAST_PROBABILITY)
        joint, product = ops.clip(joint, *bounds), ops.clip(product, *bounds)
    return -0.5 * (joint + product)
