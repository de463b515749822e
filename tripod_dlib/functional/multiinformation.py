"""Kernel-based latent multiinformation."""

import math

import keras
from keras import ops

BANDWIDTH_RULES = ("std", "silverman_joint", "silverman_1d")


def silverman_factor(num_samples: keras.KerasTensor | int, num_dimensions: int) -> float:
    """Silverman's rule of thumb: bandwidth over standard deviation of a Gaussian kernel.

    Args:
      num_samples: Points in the sample, a number or a float scalar.
      num_dimensions: Dimensions of the density.

    Reference: Hsu et al., 2024, Eq. 12.
    """
    exponent = 1.0 / (num_dimensions + 4)
    return (4.0 / (num_dimensions + 2)) ** exponent * num_samples**-exponent


def marginal_bandwidth(
    z_std: keras.KerasTensor, num_samples: keras.KerasTensor | int, rule: str = "std"
) -> keras.KerasTensor:
    """Bandwidths of the marginal densities, by a named rule.

    Args:
      z_std: float (num_latents,).
      num_samples: Points in the sample.
      rule: "std", the standard deviation itself (as published); "silverman_joint", the joint
        density's; "silverman_1d", Silverman's rule in one dimension.

    Returns:
      bandwidth: float (num_latents,).

    Raises:
      ValueError: If the rule is unknown.
    """
    if rule == "std":
        return z_std
    if rule == "silverman_joint":
        return z_std * silverman_factor(num_samples, z_std.shape[0])
    if rule == "silverman_1d":
        return z_std * silverman_factor(num_samples, 1)
    raise ValueError(
        f"Unknown bandwidth rule {rule!r}; choose one of {', '.join(BANDWIDTH_RULES)}."
    )


def log_density(
    z: keras.KerasTensor, joint_bandwidth: keras.KerasTensor, marginal_bandwidth: keras.KerasTensor
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Gaussian kernel density estimates at the sample's own points, each point included.

    Args:
      z: float (batch, num_latents).
      joint_bandwidth: float (num_latents,), diagonal of the joint kernel's scale.
      marginal_bandwidth: float (num_latents,).

    Returns:
      log_q_z: float (batch,), the joint density.
      log_q_z_marginals: float (batch, num_latents).

    Reference: Hsu et al., 2024, Eqs. 11 and 13.
    """
    log_batch = ops.log(ops.cast(ops.shape(z)[0], z.dtype))
    points, centers = z[:, None, :], z[None, :, :]
    joint = ops.sum(_log_kernel(points - centers, joint_bandwidth), axis=-1)
    marginals = _log_kernel(points - centers, marginal_bandwidth)
    return (
        ops.logsumexp(joint, axis=1) - log_batch,
        ops.logsumexp(marginals, axis=1) - log_batch,
    )


def _log_kernel(difference: keras.KerasTensor, bandwidth: keras.KerasTensor) -> keras.KerasTensor:
    """Logarithm of a Gaussian kernel. What is divided is the difference, which is exact for near
    points; a distribution's `log_prob` takes x / bandwidth - center / bandwidth, whose rounding
    grows as the bandwidth shrinks."""
    scaled = difference / bandwidth
    return -0.5 * ops.square(scaled) - ops.log(bandwidth) - 0.5 * math.log(2.0 * math.pi)


def multiinformation(
    z: keras.KerasTensor, z_std: keras.KerasTensor, bandwidth_rule: str = "std"
) -> keras.KerasTensor:
    """Kernel-based estimate of the latents' multiinformation (total correlation).

    With the published rule independent latents do not give zero (about 7 to 11 at batch 64 with 12
    to 18 latents): the gradient matters, not the value. It is never clipped.

    Args:
      z: float (batch, num_latents), the points (quantized latents in Tripod).
      z_std: float (num_latents,), standard deviations (of the continuous latents in Tripod).
      bandwidth_rule: Rule of the marginal densities; see `marginal_bandwidth`.

    Returns:
      multiinformation: float (batch,), in nats; the penalty is its mean.

    Reference: Hsu et al., 2024, Eqs. 11 to 14.
    """
    batch = ops.cast(ops.shape(z)[0], z.dtype)  # not known before the graph runs
    joint = z_std * silverman_factor(batch, z.shape[1])
    marginal = marginal_bandwidth(z_std, batch, bandwidth_rule)
    log_q_z, log_q_z_marginals = log_density(z, joint, marginal)
    return log_q_z - ops.sum(log_q_z_marginals, axis=-1)


def fixed_bandwidth_multiinformation(z: keras.KerasTensor, bandwidth: float) -> keras.KerasTensor:
    """The same estimate with one bandwidth for the joint and all marginal densities.

    Args:
      z: float (batch, num_latents).
      bandwidth: Of every kernel, in units of the latents: about one step of a codebook.

    Returns:
      multiinformation: float (batch,), in nats.

    Reference: Hsu et al., 2024, section 4.3 (naive Tripod; the value was not published).
    """
    of_latents = ops.full((z.shape[1],), bandwidth, dtype=z.dtype)
    log_q_z, log_q_z_marginals = log_density(z, of_latents, of_latents)
    return log_q_z - ops.sum(log_q_z_marginals, axis=-1)
