"""Contrast of independent mechanisms: how far a decoder's Jacobian is from orthogonal columns.

c = sum_k log |J_k| - log |det J|, for rectangular J by its Gram matrix. It is at least 0, and 0 if
and only if the columns are orthogonal; rescaling or bending single latents does not change it. With
R the correlations of the columns, c = -1/2 log det R, and 1/4 sum_{k != l} R_kl^2 to second order.
"""

import math
from collections.abc import Callable

import keras
import numpy as np
from keras import ops

STEP_SIZE = 0.1
COLUMN_FLOOR = 1e-12  # of the largest squared column, that a column without length adds nothing
DETERMINANT_FLOOR = 1e-6

Decode = Callable[[keras.KerasTensor], dict[str, keras.KerasTensor]]


def jacobian_columns(
    decode: Decode,
    z: keras.KerasTensor,
    chosen: keras.KerasTensor,
    step_size: float = STEP_SIZE,
) -> dict[str, keras.KerasTensor]:
    """Columns of the Jacobian by central differences.

    Args:
      decode: Maps latents (n, num_latents) to {layer: activations (n, ...)}; called once.
      z: float (batch, num_latents).
      chosen: float (num_columns, num_latents), one-hot rows: the latents whose columns are made.
      step_size: Step of the difference.

    Returns:
      columns: {layer: float (batch, num_columns, num_entries)}.
    """
    count = chosen.shape[0]
    steps = step_size * ops.concatenate([chosen, -chosen], axis=0)
    points = ops.reshape(z[:, None, :] + steps[None], (-1, z.shape[-1]))
    columns = {}
    for name, activations in decode(points).items():
        entries = math.prod(activations.shape[1:])
        paired = ops.reshape(activations, (-1, 2, count, entries))
        columns[name] = (paired[:, 0] - paired[:, 1]) / (2.0 * step_size)
    return columns


def column_correlations(columns: keras.KerasTensor) -> keras.KerasTensor:
    """Cosines of the angles between columns; 0 for a column without length.

    Args:
      columns: float (batch, num_columns, num_entries).

    Returns:
      correlations: float (batch, num_columns, num_columns), with 1 on the diagonal.
    """
    squares = ops.sum(ops.square(columns), axis=-1, keepdims=True)
    floor = COLUMN_FLOOR * ops.max(squares, axis=1, keepdims=True) + 1e-30
    unit = columns / ops.sqrt(squares + ops.stop_gradient(floor))
    identity = ops.eye(columns.shape[1], dtype=columns.dtype)
    return identity + (1.0 - identity) * ops.matmul(unit, ops.transpose(unit, (0, 2, 1)))


def mechanism_contrast(columns: keras.KerasTensor) -> keras.KerasTensor:
    """The contrast of given columns; of some of the latents, a lower bound of that of all.

    Args:
      columns: float (batch, num_columns, num_entries), more entries than columns.

    Returns:
      contrast: float (batch,), in nats; 5e-7 a column too low (in float32 4e-6, beyond what its
        correlations are rounded by), so that parallel columns are finite.

    Reference: Gresele et al., 2021, Definition 4.1.
    """
    correlations = column_correlations(columns)
    rounding = 64 * np.finfo(keras.backend.standardize_dtype(columns.dtype)).eps
    floor = max(DETERMINANT_FLOOR, rounding) * ops.eye(columns.shape[1], dtype=columns.dtype)
    return -ops.sum(ops.log(ops.diagonal(ops.cholesky(correlations + floor), 0, 1, 2)), axis=-1)


def pair_contrast(columns: keras.KerasTensor, num_latents: int) -> keras.KerasTensor:
    """The contrast's second order from the columns of one random pair of latents, unbiased.

    Args:
      columns: float (batch, 2, num_entries).
      num_latents: How many there are to choose the pair from.

    Returns:
      contrast: float (batch,).
    """
    correlation = column_correlations(columns)[:, 0, 1]
    return 0.25 * num_latents * (num_latents - 1) * ops.square(correlation)
