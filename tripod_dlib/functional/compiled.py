"""How work is carried out on either backend: compiled into one pass, or strictly in turn."""

import functools
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

    of_shapes = {}  # one each, since TensorFlow warns of a function that is traced many times

    @functools.wraps(function)
    def call(*tensors):
        key = tuple((tuple(tensor.shape), tensor.dtype) for tensor in tensors)
        if key not in of_shapes:
            alone = functools.partial(function)
            of_shapes[key] = tf.function(alone, jit_compile=True, autograph=False)
        return of_shapes[key](*tensors)

    return call


def one_after_another(count: int, body: Callable, state: list) -> list:
    """Repeats a step so that none begins before the last has ended: what it needs is needed once.

    It is not differentiated. A single step, if that is known beforehand, is made without a loop.

    Args:
      count: How often.
      body: (number of the step, state) to the next state, of the same shapes.
      state: A list of tensors.
    """
    if isinstance(count, int) and count == 1:
        return body(0, state)
    if keras.backend.backend() == "jax":
        import jax

        return jax.lax.fori_loop(0, count, body, state)
    import tensorflow as tf

    return tf.while_loop(
        lambda i, *state: i < count,
        lambda i, *state: (i + 1, *body(i, list(state))),
        (0, *state),
        parallel_iterations=1,
    )[1:]
