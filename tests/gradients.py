"""Values and gradients of functions of arrays, on the Keras backend in use."""

from collections.abc import Callable

import keras
import numpy as np


def value_and_gradient(function: Callable, *arrays: np.ndarray) -> tuple:
    """The scalar value and its gradient; one array gives one gradient, several give a list."""
    if keras.backend.backend() == "jax":
        import jax

        value, gradients = jax.value_and_grad(function, tuple(range(len(arrays))))(*arrays)
    else:
        import tensorflow as tf

        inputs = [tf.convert_to_tensor(array) for array in arrays]
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            value = function(*inputs)
        gradients = tape.gradient(value, inputs, unconnected_gradients="zero")
    found = [np.asarray(gradient) for gradient in gradients]
    return np.asarray(value), found[0] if len(found) == 1 else found
