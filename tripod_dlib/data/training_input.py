"""Training batches made ahead of the updates, by tf.data or by a thread, the same bit for bit."""

import contextlib
import itertools
import queue
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from tripod_dlib.allowed import NonNegativeInt, PositiveInt, Seed, allows, describe
from tripod_dlib.data.batches import Batch, images
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.errors import InputError

if TYPE_CHECKING:
    import tensorflow as tf

BACKENDS = ("tensorflow", "jax")
NUM_AHEAD = 2
Item = TypeVar("Item")


@contextlib.contextmanager
def training_input(
    data: GroundTruthData,
    seed: int,
    start_step: int,
    batch_size: int,
    backend: str,
    of_step: Callable[[int], Batch] | None = None,
) -> Iterator["tf.data.Dataset | Iterator[tuple[Batch]]"]:
    """What `keras.Model.fit` reads, from one step on.

    Args:
      data: Dataset.
      seed: Seed of the run.
      start_step: Number of updates made before.
      batch_size: Number of images in a batch.
      backend: Keras' backend; TensorFlow gets `training_dataset`, others `ahead` of a generator.
      of_step: The batch of a step, as `data.batches` makes it; None for images alone.

    Yields:
      Endless batches, for as long as the context lasts: an iterator, or a `tf.data.Dataset`, of
      which `iter` makes one.

    Raises:
      InputError: If a number is out of range, or the backend is none of this package's.
      Exception: What went wrong in the background, as it was raised there.
    """
    if backend not in BACKENDS:
        raise InputError(
            f"backend is {backend!r}; batches are made for {' and '.join(BACKENDS)}: "
            "keras.backend.backend() says which is in use."
        )
    _require_numbers(seed, start_step, batch_size)
    if backend != "tensorflow":
        of_step = of_step or images(data, None, seed, batch_size)
        with ahead((of_step(step),) for step in itertools.count(start_step)) as batches:
            yield batches
        return
    import tensorflow as tf

    faults: list[Exception] = []
    try:
        yield training_dataset(data, seed, start_step, batch_size, faults.append, of_step)
    except tf.errors.OpError as error:
        if faults:  # TensorFlow tells it in words only
            raise faults[0] from error
        raise


def training_dataset(
    data: GroundTruthData,
    seed: int,
    start_step: int,
    batch_size: int,
    on_error: Callable[[Exception], None] | None = None,
    of_step: Callable[[int], Batch] | None = None,
) -> "tf.data.Dataset":
    """The batches of `training_batches` as a `tf.data.Dataset`, made ahead.

    It may be given to `tf.distribute.Strategy.experimental_distribute_dataset`: `batch_size` is
    that of all replicas together, and each takes its equal part of every batch, the first replica
    the first images; so several replicas see together what one would. (Several workers make every
    batch each and keep their part.)

    Args:
      data: Dataset.
      seed: Seed of the run.
      start_step: Number of updates made before.
      batch_size: Number of images in a batch.
      on_error: Receives what goes wrong; TensorFlow itself only puts the words of it into one of
        its own errors.

    Returns:
      Endless batches (batch_size, height, width, channels), uint8 or float32 in [0, 1].

    Raises:
      InputError: If a number is out of range, or the dataset gives images of another kind.
    """
    import tensorflow as tf

    _require_numbers(seed, start_step, batch_size)
    of_step = of_step or images(data, None, seed, batch_size)
    example = of_step(start_step)
    shapes = tf.nest.flatten(example)

    @tf.autograph.experimental.do_not_convert
    def make(step: np.ndarray) -> list[np.ndarray]:
        try:
            return tf.nest.flatten(of_step(int(step)))
        except Exception as error:
            if on_error is not None:
                on_error(error)
            raise

    def batch(step: tf.Tensor) -> tf.Tensor | dict[str, tf.Tensor]:
        arrays = tf.numpy_function(make, [step], [array.dtype for array in shapes], stateful=False)
        shaped = [tf.ensure_shape(a, like.shape) for a, like in zip(arrays, shapes, strict=True)]
        return tf.nest.pack_sequence_as(example, shaped)

    options = tf.data.Options()
    # one batch after the other: a user's dataset need not be safe in several threads
    options.experimental_optimization.map_parallelization = False
    # nothing here can be tuned, and the tuner's thread may sleep on for a minute when training ends
    options.autotune.enabled = False
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    return tf.data.Dataset.counter(start_step).map(batch).prefetch(NUM_AHEAD).with_options(options)


def _require_numbers(seed: int, start_step: int, batch_size: int) -> None:
    for name, value, annotation in (
        ("seed", seed, Seed),
        ("start_step", start_step, NonNegativeInt),
        ("batch_size", batch_size, PositiveInt),
    ):
        if not allows(annotation, value):
            raise InputError(f"{name} is {value!r}; allowed is {describe(annotation)}.")


@contextlib.contextmanager
def ahead(items: Iterator[Item], num_ahead: int = NUM_AHEAD) -> Iterator[Iterator[Item]]:
    """Takes items from an iterator in a thread, a few before they are asked for.

    Args:
      items: Where they come from; nobody else may use it meanwhile.
      num_ahead: How many wait at most.

    Yields:
      The same items in the same order. An error that the iterator raises is raised after the items
      before it. With the context the thread ends, and the items.
    """
    ready: queue.Queue = queue.Queue(num_ahead)
    stop = threading.Event()
    thread = threading.Thread(
        target=_take, args=(items, ready, stop), name="training batches", daemon=True
    )
    thread.start()
    try:
        yield _received(ready)
    finally:
        stop.set()
        _empty(ready)  # wakes the thread where it waits for room
        thread.join()
        _empty(ready)
        ready.put((None, StopIteration()))  # for whoever still waits for an item


def _take(items: Iterator[Item], ready: queue.Queue, stop: threading.Event) -> None:
    try:
        for item in items:
            ready.put((item, None))
            if stop.is_set():
                return
        ready.put((None, StopIteration()))
    except BaseException as error:  # whatever it is, the one who waits is told
        ready.put((None, error))


def _received(ready: queue.Queue) -> Iterator[Item]:
    while True:
        item, error = ready.get()
        if isinstance(error, StopIteration):
            return
        if error is not None:
            raise error
        yield item


def _empty(ready: queue.Queue) -> None:
    with contextlib.suppress(queue.Empty):
        while True:
            ready.get_nowait()
