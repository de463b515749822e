"""disentanglement_lib's functions around its losses, on tensors of Keras' backend."""

from collections.abc import Callable

import keras
from keras import ops

from tripod_dlib.functional import density_ratio, posterior_covariance, reconstruction
from tripod_dlib.functional.capacity import annealed_capacity
from tripod_dlib.functional.gaussian import gaussian_posterior, standard_normal_kl
from tripod_dlib.functional.total_correlation import minibatch_total_correlation
from tripod_dlib.models.dlib_names import reconstruction_loss

Tensor = keras.KerasTensor


def compute_gaussian_kl(z_mean: Tensor, z_logvar: Tensor) -> Tensor:
    """Divergence of (batch, num_latents) posteriors from the prior, the mean over the batch."""
    posterior = gaussian_posterior(z_mean, z_logvar)
    return ops.mean(ops.sum(standard_normal_kl(posterior), axis=-1))


def shuffle_codes(z: Tensor) -> Tensor:
    """Every column of (batch, num_latents) in an order of its own."""
    return density_ratio.permute_latents(z, keras.random.uniform(ops.shape(z)))


def anneal(c_max: float, step: int, iteration_threshold: int) -> Tensor:
    """A capacity that grows from 0 to `c_max` over `iteration_threshold` steps."""
    return annealed_capacity(step, c_max, iteration_threshold)


def compute_covariance_z_mean(z_mean: Tensor) -> Tensor:
    """Covariance of (batch, num_latents) over the batch, which it divides by."""
    return posterior_covariance.posterior_covariance(
        gaussian_posterior(z_mean, ops.zeros_like(z_mean))
    )


def regularize_diag_off_diag_dip(
    covariance_matrix: Tensor, lambda_od: float, lambda_d: float
) -> Tensor:
    """Weighted squared distance of a covariance from the identity, off and on the diagonal."""
    off_diagonal, diagonal = posterior_covariance.distance_from_identity(covariance_matrix)
    return lambda_od * off_diagonal + lambda_d * diagonal


def gaussian_log_density(samples: Tensor, mean: Tensor, log_var: Tensor) -> Tensor:
    """Log density of a Gaussian, entry by entry."""
    return gaussian_posterior(mean, log_var).log_prob(samples)


def total_correlation(z: Tensor, z_mean: Tensor, z_logvar: Tensor) -> Tensor:
    """Total correlation estimated from the batch alone, the mean over the batch."""
    return ops.mean(minibatch_total_correlation(z, gaussian_posterior(z_mean, z_logvar)))


def bernoulli_loss(
    true_images: Tensor,
    reconstructed_images: Tensor,
    activation: str,
    subtract_true_image_entropy: bool = False,
) -> Tensor:
    """Cross-entropy, summed over an image: (batch,)."""
    return reconstruction.bernoulli_loss(
        reconstructed_images, true_images, activation, subtract_true_image_entropy
    )


def l2_loss(true_images: Tensor, reconstructed_images: Tensor, activation: str) -> Tensor:
    """Squared differences, summed over an image: (batch,)."""
    return reconstruction.l2_loss(reconstructed_images, true_images, activation)


def make_reconstruction_loss(
    true_images: Tensor,
    reconstructed_images: Tensor,
    loss_fn: Callable[..., Tensor] | None = None,
    activation: str | None = None,
) -> Tensor:
    """The loss that gin's `reconstruction_loss` says, unless one is given: (batch,)."""
    bound = reconstruction_loss()
    activation = bound["activation"] if activation is None else activation
    if loss_fn is not None:
        return loss_fn(true_images, reconstructed_images, activation)
    if bound["reconstruction"] == "l2":
        return l2_loss(true_images, reconstructed_images, activation)
    less_entropy = bound["reconstruction"] == "bernoulli_minus_entropy"
    return bernoulli_loss(true_images, reconstructed_images, activation, less_entropy)
