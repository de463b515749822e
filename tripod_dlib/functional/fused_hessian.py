"""`hessian.stepwise_ratio` in one compiled pass over memory."""

import math

import keras
from keras import ops

from tripod_dlib.functional.execution import compiled
from tripod_dlib.functional.hessian import DENOMINATOR_FLOOR, STEP_SIZE


def fused_normalized_ratio(
    activations: keras.KerasTensor, num_probes: int, step_size: float = STEP_SIZE
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """See `hessian.stepwise_ratio`."""
    entries = math.prod(activations.shape[1:])
    paired = ops.reshape(activations, (-1, 2, 2, num_probes, entries))
    variance = _probe_variances(paired) / step_size**4
    return variance[:, 0], variance[:, 1] + DENOMINATOR_FLOOR


@compiled
def _probe_variances(paired):
    curvature = ops.sum(paired, axis=1)
    centered = curvature - ops.mean(curvature, axis=2, keepdims=True)
    return ops.mean(ops.square(centered), axis=(2, 3))
