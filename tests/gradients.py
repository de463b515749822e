"""Values and gradients of functions of arrays, on the Keras backend in use."""

from collections.abc import Callable

import keras
import numpy as np
from keras import ops

from tripod_dlib.functional import differentiation

# Relative error of formulas in float64; on JAX Keras' means are float32 whatever they are given.
EXACT = 1e-9 if keras.backend.backend() == "tensorflow" else 1e-6


def value_and_gradient(function: Callable, *arrays: np.ndarray) -> tuple:
    """The scalar value and its gradient; one array gives one gradient, several give a list."""
    tensors = [ops.convert_to_tensor(array) for array in arrays]
    value, _, gradients = differentiation.value_and_gradient(
        lambda *given: (function(*given), ()), *tensors
    )
    found = [np.asarray(gradient) for gradient in gradients]
    return np.asarray(value), found[0] if len(found) == 1 else found
