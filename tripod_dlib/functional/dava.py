"""Pieces of DAVA: a capacity that a discriminator of images controls.

Class 1 are reconstructions, class 0 decodings of latents whose coordinates were redrawn from the
batch. What the authors left open is named in the docstrings.
"""

import keras
from keras import ops

from tripod_dlib.functional.reconstruction import cross_entropy

LABEL_NOISE = 0.6  # width of the noise on labels, and the probability from which class 1 is said
HOLD, RAISE = 0.51, 0.501  # accuracies up to which the capacity is kept, and raised


def redraw_latents(z: keras.KerasTensor, rows: keras.KerasTensor) -> keras.KerasTensor:
    """Each coordinate from a row of its own, with replacement.

    Args:
      z: float (batch, num_latents).
      rows: int (batch, num_latents), below batch.

    Returns:
      redrawn: float (batch, num_latents).

    Reference: Estermann and Wattenhofer, 2023, section 3.
    """
    return ops.take_along_axis(z, rows, axis=0)


def discriminator_loss(
    logits: keras.KerasTensor, redrawn_logits: keras.KerasTensor, uniform_draws: keras.KerasTensor
) -> keras.KerasTensor:
    """Cross-entropy with noisy labels: 1 - .6 u of reconstructions, .6 u of redrawn decodings.

    Args:
      logits: float (batch,), at reconstructions.
      redrawn_logits: float (batch,), at redrawn decodings.
      uniform_draws: float (2, batch) in [0, 1], the noise of either class.

    Returns:
      loss: float (), summed over the batch.

    Reference: Estermann and Wattenhofer, 2023, appendix.
    """
    real = cross_entropy(logits, 1.0 - LABEL_NOISE * uniform_draws[0])
    return ops.sum(real + cross_entropy(redrawn_logits, LABEL_NOISE * uniform_draws[1]))


def discriminator_accuracy(
    logits: keras.KerasTensor, redrawn_logits: keras.KerasTensor
) -> keras.KerasTensor:
    """Share of images that are told right, class 1 being said from a probability of .6 on.

    Args:
      logits: float (batch,), at reconstructions.
      redrawn_logits: float (batch,), at redrawn decodings.

    Returns:
      accuracy: float32 ().
    """
    right = ops.sigmoid(logits) >= LABEL_NOISE
    wrong = ops.sigmoid(redrawn_logits) >= LABEL_NOISE
    return 0.5 * (ops.mean(ops.cast(right, "float32")) + 1.0 - ops.mean(ops.cast(wrong, "float32")))


def next_progress(
    progress: keras.KerasTensor, accuracy: keras.KerasTensor, batch_size: int
) -> keras.KerasTensor:
    """The samples by which the capacity is annealed, after a step.

    Args:
      progress: float32 (), in samples; see `capacity.annealed_capacity`, up to 8 nats in 12.8e6.
      accuracy: float32 (), the discriminator's.
      batch_size: Half of it is added where the two classes cannot be told apart (accuracy up to
        .501), and taken off where they can (above .51).

    Returns:
      progress: float32 (), at least 0 (the authors set no such bound).

    Reference: Estermann and Wattenhofer, 2023, Algorithm 1.
    """
    change = ops.where(accuracy <= RAISE, 0.5, ops.where(accuracy <= HOLD, 0.0, -0.5))
    return ops.maximum(progress + change * batch_size, 0.0)


def adversarial_weights(
    accuracy: keras.KerasTensor,
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Weights of the adversarial terms, from the discriminator's accuracy.

    Args:
      accuracy: float32 ().

    Returns:
      encoder_weight: float32 (), .3 a, of the encoder's loss at reconstructions, with
        a = max(100 (accuracy - 1/2), 0).
      decoder_weight: float32 (), min(.001 a, .001), of the decoder's loss at redrawn decodings.

    Reference: Estermann and Wattenhofer, 2023, Algorithm 1.
    """
    lead = ops.maximum(100.0 * (accuracy - 0.5), 0.0)
    return 0.3 * lead, ops.minimum(0.001 * lead, 0.001)


def adversarial_loss(logits: keras.KerasTensor, target: float) -> keras.KerasTensor:
    """What encoder (target 0) and decoder (target 1) want the discriminator to say.

    Args:
      logits: float (batch,).
      target: 0.0 or 1.0.

    Returns:
      loss: float (), summed over the batch.
    """
    return ops.sum(cross_entropy(logits, target * ops.ones_like(logits)))
