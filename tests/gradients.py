"""Values and gradients of functions of arrays, on the Keras backend in use."""

from collections.abc import Callable

import numpy as np
from keras import ops

from tripod_dlib.functional import differentiation


def value_and_gradient(function: Callable, *arrays: np.ndarray) -> tuple:
    """The scalar value and its gradient; one array gives one gradient, several give a list."""
    tensors = [ops.convert_to_tensor(array) for array in arrays]
    value, _, gradients = differentiation.value_and_gradient(
        lambda *given: (function(*given), ()), *tensors
    )
    found = [np.asarray(gradient) for gradient in gradients]
    return np.asarray(value), found[0] if len(found) == 1 else found
