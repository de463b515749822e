"""Cliff's terms, known second-hand: the paper could not be read, and a summary of it names three
parts on kernel densities of standardized latents. What the summary leaves open is chosen here: the
grid, the points that are conditioned on, natural logarithms. Not for comparisons with its figures.

Densities are Gaussian kernel estimates of bandwidth batch^(-1/5) on 100 points from -5 to 5.
"""

import math

import keras
import numpy as np
from keras import ops

from tripod_dlib.functional.quantization import latent_std

GRID = np.linspace(-5.0, 5.0, 100)
SPACING = float(GRID[1] - GRID[0])
EDGE = math.sqrt(3.0)  # of the uniform density of unit variance
CONDITIONS = np.linspace(-EDGE, EDGE, 10)
LEAST = 1e-12


def standardized(z: keras.KerasTensor) -> keras.KerasTensor:
    """Latents of mean 0 and deviation 1 over the batch; 0 for a constant latent.

    Args:
      z: float (batch, num_latents).
    """
    return (z - ops.mean(z, axis=0)) / latent_std(z)


def cliff_entropy(z: keras.KerasTensor) -> keras.KerasTensor:
    """Entropy of where each latent's density changes: low where it does so at cliffs.

    Args:
      z: float (batch, num_latents), standardized.

    Returns:
      entropy: float (num_latents,), of |p'| / integral of |p'|, in nats.
    """
    slopes = ops.mean(_kernels(z)[1], axis=0)  # (points, num_latents)
    shares = _normalized(ops.abs(slopes), axis=0)
    return _entropy(shares, axis=0) + math.log(SPACING)


def cliff_divergence(z: keras.KerasTensor) -> keras.KerasTensor:
    """How much the cliffs of one latent depend on the value of another.

    Args:
      z: float (batch, num_latents), standardized.

    Returns:
      divergence: float (num_latents, num_latents), Jensen-Shannon divergence over 10 values of
        latent j (columns) of where latent i's conditional density changes; 0 on the diagonal.
    """
    _, slopes = _kernels(z)
    points, num_latents = slopes.shape[1:]
    offsets = ops.convert_to_tensor(CONDITIONS, z.dtype)[:, None, None] - z[None]
    logits = -0.5 * ops.square(offsets / _bandwidth(z))
    weights = ops.exp(logits - ops.logsumexp(logits, axis=1, keepdims=True))
    # (values of j, j) by (points, i)
    weights = ops.reshape(ops.transpose(weights, (0, 2, 1)), (-1, ops.shape(z)[0]))
    conditional = ops.matmul(weights, ops.reshape(slopes, (-1, points * num_latents)))
    conditional = ops.reshape(conditional, (len(CONDITIONS), num_latents, points, num_latents))
    shares = _normalized(ops.abs(conditional), axis=2)
    mixture = _entropy(ops.mean(shares, axis=0), axis=1)  # (j, i)
    divergence = ops.transpose(mixture - ops.mean(_entropy(shares, axis=2), axis=0))
    return (1.0 - ops.eye(num_latents, dtype=z.dtype)) * divergence


def collapse_divergence(z: keras.KerasTensor) -> keras.KerasTensor:
    """KL(uniform || p) of each latent, the uniform density being that of variance 1.

    Args:
      z: float (batch, num_latents), standardized.

    Returns:
      divergence: float (num_latents,), in nats, by the points of the grid within +-sqrt(3).
    """
    density = ops.mean(_kernels(z)[0], axis=0)
    within = np.abs(GRID) <= EDGE
    logs = ops.log(density[int(within.argmax()) : int(len(GRID) - within[::-1].argmax())] + LEAST)
    return -math.log(2.0 * EDGE) - ops.mean(logs, axis=0)


def _bandwidth(z: keras.KerasTensor) -> keras.KerasTensor:
    return ops.cast(ops.shape(z)[0], z.dtype) ** -0.2


def _kernels(z: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Kernels and their derivatives on the grid, both (batch, points, num_latents)."""
    bandwidth = _bandwidth(z)
    scaled = (ops.convert_to_tensor(GRID, z.dtype)[None, :, None] - z[:, None, :]) / bandwidth
    kernels = ops.exp(-0.5 * ops.square(scaled)) / (bandwidth * math.sqrt(2.0 * math.pi))
    return kernels, -kernels * scaled / bandwidth


def _normalized(weights: keras.KerasTensor, axis: int) -> keras.KerasTensor:
    return weights / (ops.sum(weights, axis=axis, keepdims=True) + LEAST)


def _entropy(shares: keras.KerasTensor, axis: int) -> keras.KerasTensor:
    return -ops.sum(shares * ops.log(shares + LEAST), axis=axis)
