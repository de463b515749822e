"""Values and gradients of functions of tensors, on either backend, inside or outside a trace."""

from collections.abc import Callable, Sequence

import keras


def value_and_gradient(
    function: Callable[..., tuple[keras.KerasTensor, object]], *tensors: keras.KerasTensor
) -> tuple[keras.KerasTensor, object, Sequence[keras.KerasTensor]]:
    """Value and gradients of a function, in one evaluation of it.

    Args:
      function: Tensors to a scalar and anything else.
      *tensors: Where to evaluate it.

    Returns:
      value: float ().
      other: The function's second result.
      gradients: One for each tensor, of its shape; zeros where the value does not depend on it.
    """
    if keras.backend.backend() == "jax":
        import jax

        positions = tuple(range(len(tensors)))
        (value, other), gradients = jax.value_and_grad(function, positions, has_aux=True)(*tensors)
        return value, other, gradients
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(tensors)
        value, other = function(*tensors)
    return value, other, tape.gradient(value, tensors, unconnected_gradients="zero")
