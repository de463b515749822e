"""Losses that draw the first latents to the labels of a few images (disentanglement_lib's S2)."""

from collections.abc import Sequence

import keras
from keras import ops

from tripod_dlib.functional.reconstruction import cross_entropy


def supervised_l2(
    z_mean: keras.KerasTensor, labels: keras.KerasTensor, scale: keras.KerasTensor | float = 1.0
) -> keras.KerasTensor:
    """Squared differences of scaled latents and raw labels, summed over images and factors.

    Args:
      z_mean: float (batch, num_latents), at least as many as factors.
      labels: float (batch, num_factors), the values' numbers.
      scale: Of the latents; trained, from 1.

    Returns:
      loss: float ().

    Reference: Locatello et al., 2020 (few labels), appendix.
    """
    return ops.sum(ops.square(scale * _first(z_mean, labels) - labels))


def supervised_sigmoid_l2(
    z_mean: keras.KerasTensor,
    labels: keras.KerasTensor,
    factor_sizes: Sequence[int],
    all_pairs: bool = True,
) -> keras.KerasTensor:
    """Squared differences of the latents' sigmoids and labels / size, summed.

    Args:
      z_mean: float (batch, num_latents), at least as many as factors.
      labels: float (batch, num_factors), the values' numbers.
      factor_sizes: Number of values of each factor.
      all_pairs: Whether each image is compared with every label of the batch, as
        disentanglement_lib does by a stray axis; else with its own.

    Returns:
      loss: float ().

    Reference: Locatello et al., 2020 (few labels), appendix.
    """
    targets = _shares(labels, factor_sizes)
    if all_pairs:
        targets = targets[:, None, :]
    return ops.sum(ops.square(ops.sigmoid(_first(z_mean, labels)) - targets))


def supervised_cross_entropy(
    z_mean: keras.KerasTensor, labels: keras.KerasTensor, factor_sizes: Sequence[int]
) -> keras.KerasTensor:
    """Binary cross-entropy of latents, as logits, and labels / size, summed.

    Args:
      z_mean: float (batch, num_latents), at least as many as factors.
      labels: float (batch, num_factors), the values' numbers.
      factor_sizes: Number of values of each factor.

    Returns:
      loss: float ().

    Reference: Locatello et al., 2020 (few labels), section 3.2.
    """
    return ops.sum(cross_entropy(_first(z_mean, labels), _shares(labels, factor_sizes)))


def supervised_covariance(
    z_mean: keras.KerasTensor, labels: keras.KerasTensor
) -> keras.KerasTensor:
    """Squared covariances of latents with factors that are not theirs, summed.

    Args:
      z_mean: float (batch, num_latents); all latents count.
      labels: float (batch, num_factors), the values' numbers.

    Returns:
      loss: float ().

    Reference: Locatello et al., 2020 (few labels), appendix.
    """
    centered_z = z_mean - ops.mean(z_mean, axis=0)
    centered_y = labels - ops.mean(labels, axis=0)
    covariance = ops.mean(centered_z[:, :, None] * centered_y[:, None, :], axis=0)
    other = 1.0 - ops.eye(*covariance.shape, dtype=covariance.dtype)
    return ops.sum(ops.square(other * covariance))


def supervised_embedding(
    z_mean: keras.KerasTensor,
    labels: keras.KerasTensor,
    embeddings: Sequence[keras.KerasTensor],
    sharpness: keras.KerasTensor | float,
) -> keras.KerasTensor:
    """Cross-entropy of each factor's values, whose logits are -(sharpness (z - embedding))^2.

    Args:
      z_mean: float (batch, num_latents), at least as many as factors.
      labels: int or float (batch, num_factors), the values' numbers.
      embeddings: For each factor float (size,), the place of each value on its latent.
      sharpness: Of the logits.

    Returns:
      loss: float (), means over the batch, summed over factors.

    Reference: Locatello et al., 2020 (few labels), appendix.
    """
    loss = 0.0
    for factor, places in enumerate(embeddings):
        logits = -ops.square(sharpness * (z_mean[:, factor, None] - places))
        chosen = ops.one_hot(
            ops.cast(labels[:, factor], "int32"), places.shape[0], dtype=logits.dtype
        )
        loss = loss - ops.mean(ops.sum(chosen * ops.log_softmax(logits, axis=-1), axis=-1))
    return loss


def mutual_information_bound(
    joint: keras.KerasTensor, product: keras.KerasTensor
) -> keras.KerasTensor:
    """Lower bound of a mutual information by a trained statistic (MINE).

    Args:
      joint: float (batch, ...), the statistic at pairs.
      product: float (batch, ...), the statistic at pairs of which one side was permuted.

    Returns:
      bound: float (...), in nats.

    Reference: Belghazi et al., 2018, Eq. 5.
    """
    log_batch = ops.log(ops.cast(ops.shape(product)[0], product.dtype))
    return ops.mean(joint, axis=0) + log_batch - ops.logsumexp(product, axis=0)


def supervised_mutual_information(bounds: keras.KerasTensor) -> keras.KerasTensor:
    """Squared informations of latents about factors that are not theirs, summed.

    Args:
      bounds: float (num_factors, num_latents), of `mutual_information_bound`.

    Returns:
      loss: float ().

    Reference: Locatello et al., 2020 (few labels), appendix.
    """
    return ops.sum(ops.square((1.0 - ops.eye(*bounds.shape, dtype=bounds.dtype)) * bounds))


def _first(z_mean: keras.KerasTensor, labels: keras.KerasTensor) -> keras.KerasTensor:
    return z_mean[:, : labels.shape[1]]


def _shares(labels: keras.KerasTensor, factor_sizes: Sequence[int]) -> keras.KerasTensor:
    return labels / ops.convert_to_tensor(factor_sizes, dtype=labels.dtype)
