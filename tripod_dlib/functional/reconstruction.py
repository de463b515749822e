"""Reconstruction losses, one value per image."""

import keras
import numpy as np
from keras import ops

WINDOW_SIZE, WINDOW_STD = 11, 1.5
C1, C2 = 0.01**2, 0.03**2
ACTIVATIONS = ("logits", "tanh")  # what disentanglement_lib takes a decoder's outputs for
LEAST_MEAN = 1e-6  # that it clips to


def binary_cross_entropy(
    logits: keras.KerasTensor, targets: keras.KerasTensor
) -> keras.KerasTensor:
    """Binary cross-entropy with logits, averaged over pixels and channels.

    Args:
      logits: float (batch, height, width, channels).
      targets: float in [0, 1], same shape.

    Returns:
      loss: float (batch,), in nats per pixel and channel.

    Reference: Hsu et al., 2024, Algorithm 1.
    """
    return ops.mean(cross_entropy(logits, targets), axis=(1, 2, 3))


def cross_entropy(logits: keras.KerasTensor, targets: keras.KerasTensor) -> keras.KerasTensor:
    """Binary cross-entropy of each entry, in nats.

    It is smooth in the logits: at 0 its gradient is 1/2 - targets, as it should be.

    Args:
      logits: float (...).
      targets: float in [0, 1], same shape.

    Returns:
      loss: float (...).
    """
    return targets * ops.softplus(-logits) + (1.0 - targets) * ops.softplus(logits)


def bernoulli_loss(
    outputs: keras.KerasTensor,
    images: keras.KerasTensor,
    activation: str = "logits",
    subtract_true_image_entropy: bool = False,
) -> keras.KerasTensor:
    """disentanglement_lib's cross-entropy, summed over pixels and channels.

    Args:
      outputs: float (batch, height, width, channels), the decoder's.
      images: float in [0, 1], same shape.
      activation: "logits", or "tanh": means are tanh / 2 + 1/2, clipped to [1e-6, 1 - 1e-6].
      subtract_true_image_entropy: Whether the images' own entropy is subtracted, so that a perfect
        reconstruction has loss 0.

    Returns:
      loss: float (batch,), in nats per image.

    Raises:
      ValueError: If the activation is unknown.

    Reference: Locatello et al., 2019.
    """
    _require_activation(activation)
    if activation == "logits":
        loss = cross_entropy(outputs, images)
    else:
        loss = _cross_entropy_of_means(images, _clip(ops.tanh(outputs) / 2.0 + 0.5))
    if subtract_true_image_entropy:
        clipped = _clip(images)
        loss = loss - _cross_entropy_of_means(clipped, clipped)
    return ops.sum(loss, axis=(1, 2, 3))


def bernoulli_loss_minus_entropy(
    outputs: keras.KerasTensor, images: keras.KerasTensor, activation: str = "logits"
) -> keras.KerasTensor:
    """`bernoulli_loss` less the images' own entropy."""
    return bernoulli_loss(outputs, images, activation, subtract_true_image_entropy=True)


def l2_loss(
    outputs: keras.KerasTensor, images: keras.KerasTensor, activation: str = "logits"
) -> keras.KerasTensor:
    """disentanglement_lib's squared error, summed over pixels and channels, without a factor 1/2.

    Args:
      outputs: float (batch, height, width, channels), the decoder's.
      images: float in [0, 1], same shape.
      activation: "logits" (the sigmoid is compared), or "tanh" (tanh / 2 + 1/2).

    Returns:
      loss: float (batch,).

    Raises:
      ValueError: If the activation is unknown.

    Reference: Locatello et al., 2019.
    """
    _require_activation(activation)
    logits = activation == "logits"
    means = ops.sigmoid(outputs) if logits else ops.tanh(outputs) / 2.0 + 0.5
    return ops.sum(ops.square(images - means), axis=(1, 2, 3))


def _require_activation(activation: str) -> None:
    if activation not in ACTIVATIONS:
        raise ValueError(
            f"reconstruction_loss.activation is {activation!r}; choose one of "
            f"{', '.join(ACTIVATIONS)}."
        )


def _clip(means: keras.KerasTensor) -> keras.KerasTensor:
    return ops.clip(means, LEAST_MEAN, 1.0 - LEAST_MEAN)


def _cross_entropy_of_means(
    targets: keras.KerasTensor, means: keras.KerasTensor
) -> keras.KerasTensor:
    return -targets * ops.log(means) - (1.0 - targets) * ops.log(1.0 - means)


def structural_dissimilarity(
    logits: keras.KerasTensor, targets: keras.KerasTensor
) -> keras.KerasTensor:
    """(1 - SSIM) / 2 of the sigmoid of the logits, with an 11x11 Gaussian window (deviation 1.5).

    Args:
      logits: float (batch, height, width, channels), at least 11x11.
      targets: float in [0, 1], same shape.

    Returns:
      loss: float (batch,) in [0, 1].

    Reference: Wang et al., 2004; the published alternative of Hsu et al., 2024.
    """
    images = ops.sigmoid(logits)
    mean_x, mean_y = _blur(images), _blur(targets)
    variance_x = _blur(ops.square(images)) - ops.square(mean_x)
    variance_y = _blur(ops.square(targets)) - ops.square(mean_y)
    covariance = _blur(images * targets) - mean_x * mean_y
    luminance = (2 * mean_x * mean_y + C1) / (ops.square(mean_x) + ops.square(mean_y) + C1)
    structure = (2 * covariance + C2) / (variance_x + variance_y + C2)
    return (1.0 - ops.mean(luminance * structure, axis=(1, 2, 3))) / 2.0


def _blur(images: keras.KerasTensor) -> keras.KerasTensor:
    position = np.arange(WINDOW_SIZE) - WINDOW_SIZE // 2
    line = np.exp(-0.5 * (position / WINDOW_STD) ** 2)
    window = np.outer(line, line) / line.sum() ** 2
    kernel = np.repeat(window[:, :, None, None], images.shape[-1], axis=2)
    kernel = ops.cast(kernel, images.dtype)
    return ops.depthwise_conv(images, kernel, padding="valid", data_format="channels_last")
