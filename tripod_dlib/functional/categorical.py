"""Categorical latents: Gumbel-softmax, and soft assignment to a codebook (FactorQVAE)."""

import keras
from keras import ops

from tripod_dlib.functional.probability import tfd

LEAST_UNIFORM, LARGEST_UNIFORM = 1e-20, 1.0 - 2.0**-24  # between which the noise is finite


def gumbel(uniform_draws: keras.KerasTensor) -> keras.KerasTensor:
    """Gumbel noise -log(-log u), finite for u of 0 and of 1.

    Args:
      uniform_draws: float in [0, 1).
    """
    return -ops.log(-ops.log(ops.clip(uniform_draws, LEAST_UNIFORM, LARGEST_UNIFORM)))


def gumbel_softmax(
    logits: keras.KerasTensor, gumbel_draws: keras.KerasTensor, temperature: float
) -> keras.KerasTensor:
    """A relaxed sample of a categorical distribution.

    Args:
      logits: float (batch, num_latents, num_values), unnormalized.
      gumbel_draws: float, same shape; see `gumbel`.
      temperature: Above 0.

    Returns:
      weights: float, same shape, of sum 1.

    Reference: Jang et al., 2017, Eq. 2.
    """
    return ops.softmax((logits + gumbel_draws) / temperature, axis=-1)


def hard_sample(weights: keras.KerasTensor) -> keras.KerasTensor:
    """The one-hot vector of the largest weight, with the weights' gradient.

    Args:
      weights: float (batch, num_latents, num_values).

    Returns:
      sample: float, same shape.

    Reference: Jang et al., 2017, section 2.2.
    """
    largest = ops.argmax(weights, axis=-1)
    hard = ops.one_hot(largest, weights.shape[-1], dtype=weights.dtype)
    return hard + (weights - ops.stop_gradient(weights))


def uniform_kl(logits: keras.KerasTensor) -> keras.KerasTensor:
    """KL of each latent's categorical posterior from the uniform distribution.

    Args:
      logits: float (batch, num_latents, num_values), unnormalized; without noise or temperature.

    Returns:
      kl: float (batch, num_latents), sum of p log(num_values p), in nats.

    Reference: Jang et al., 2017, section 3.2; Baykal et al., 2024.
    """
    posterior = tfd.Categorical(logits=logits)
    return tfd.kl_divergence(posterior, tfd.Categorical(logits=ops.zeros_like(logits)))


def codebook_logits(z: keras.KerasTensor, codebook: keras.KerasTensor) -> keras.KerasTensor:
    """Logits of soft assignment: minus the squared distance to each value.

    Args:
      z: float (batch, num_latents).
      codebook: float (num_values,), shared by the latents.

    Returns:
      logits: float (batch, num_latents, num_values).

    Reference: Baykal et al., 2024.
    """
    return -ops.square(z[:, :, None] - codebook)


def expected_value(weights: keras.KerasTensor, codebook: keras.KerasTensor) -> keras.KerasTensor:
    """Scalars of weights over values.

    Args:
      weights: float (batch, num_latents, num_values).
      codebook: float (num_values,) or (num_latents, num_values).

    Returns:
      z: float (batch, num_latents).
    """
    return ops.sum(weights * codebook, axis=-1)


def annealed_temperature(
    step: keras.KerasTensor | int, rate: float, least: float = 0.0
) -> keras.KerasTensor:
    """max(least, exp(-rate * step)).

    Args:
      step: Updates made before.
      rate: 1e-5 to 1e-4 by Jang et al.; 2e-5 in FactorQVAE.
      least: 0.5 by Jang et al.

    Returns:
      temperature: float32 ().

    Reference: Jang et al., 2017, section 4.
    """
    return ops.maximum(ops.exp(-rate * ops.cast(step, "float32")), least)
