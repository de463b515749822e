"""Elementwise work as one compiled pass over memory."""

from collections.abc import Callable

import keras


def compiled(function: Callable) -> Callable:
    """Compiles a function of tensors by XLA on either backend, inside or outside a training step.

    Meant for elementwise work and reductions between convolutions; convolutions themselves are
    faster in the framework's own library.

    Args:
      function: Tensors to tensors.
    """
    if keras.backend.backend() == "jax":
        import jax

        return jax.jit(function)
    import tensorflow as tf

    return tf.function(function, jit_compile=True, autograph=False)
