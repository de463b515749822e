"""How work is carried out on either backend: compiled into one pass, in parts of a batch side by
side, so many steps at a time, or in the order that was written."""

import functools
from collections.abc import Callable

import keras
from keras import ops

LEAST_PART = 8  # examples; of fewer, what surrounds the work outweighs it


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


def num_parts(batch: int | None) -> int:
    """In how many parts a batch is worked on side by side.

    It is TensorFlow's number of operations at a time where each is given one thread, as this
    package's commands set it on small machines (`backend.one_thread_per_operation`), else 1: two
    threads make two halves of a batch sooner than they make each operation together.

    Args:
      batch: Number of examples; None if that is not known beforehand.
    """
    if batch is None or keras.backend.backend() != "tensorflow":
        return 1
    import tensorflow as tf

    threads = tf.config.threading
    if threads.get_intra_op_parallelism_threads() != 1:
        return 1
    at_a_time = max(threads.get_inter_op_parallelism_threads(), 1)  # 0 leaves the choice to it
    return at_a_time if batch >= LEAST_PART * at_a_time else 1


def side_by_side(function: Callable, batch: keras.KerasTensor):
    """Applies a function that treats every example alike and alone, in parts of the batch.

    Args:
      function: (n, ...) to a tensor (n, ...), or a structure of such.
      batch: (batch, ...).

    Returns:
      `function(batch)`.
    """
    size = batch.shape[0]
    count = num_parts(size)
    if count == 1:
        return function(batch)
    borders = [size * part // count for part in range(count + 1)]
    parts = [function(batch[start:end]) for start, end in zip(borders, borders[1:])]
    return keras.tree.map_structure(lambda *outputs: ops.concatenate(outputs, axis=0), *parts)


def repeat(count: int, body: Callable, state: list, at_a_time: int) -> list:
    """Repeats a step, so many at a time: no more than they need is needed at once.

    It is not differentiated. If all are made at once, that is without a loop.

    Args:
      count: How often.
      body: (number of the step, state) to the next state, of the same shapes.
      state: A list of tensors.
      at_a_time: Steps that may run side by side, as far as they do not need the state.
    """
    if isinstance(count, int) and count <= at_a_time:
        return functools.reduce(lambda state, i: body(i, state), range(count), state)
    if keras.backend.backend() == "jax":
        import jax

        return jax.lax.fori_loop(0, count, body, state)
    import tensorflow as tf

    return tf.while_loop(
        lambda i, *state: i < count,
        lambda i, *state: (i + 1, *body(i, list(state))),
        (0, *state),
        parallel_iterations=at_a_time,
    )[1:]


def updates_wait_for_reads() -> None:
    """Keeps TensorFlow from updating a weight before the step has read it everywhere.

    The removal of dependencies in TensorFlow 2.21's graph optimizer drops some that hold an update
    back, where a gradient does not depend on a read that the loss depends on; now and then a term
    is then that of an updated weight. Without it a step has some hundredths more operations. Does
    nothing on another backend.
    """
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.optimizer.set_experimental_options({"dependency_optimization": False})
