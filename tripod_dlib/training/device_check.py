"""Whether the device computes what the processor does, and what a step costs there."""

import time
from collections.abc import Callable
from typing import NamedTuple

import keras
import numpy as np

from tripod_dlib.data.batches import batches
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.training_input import training_input
from tripod_dlib.models.family import Family
from tripod_dlib.models.optimizers import build_optimizer

# Relative differences that are rounding. Compiled code on the same processor adds in another order
# (some 1e-6 was seen); GPUs multiply in TF32 unless told otherwise, whose mantissa has 10 bits.
ALLOWED_ON_PROCESSOR = 1e-4
ALLOWED_ON_DEVICE = 1e-2
BATCH_SIZE = 4
NUM_LATENTS = 4


class Difference(NamedTuple):
    """How far one update on the device is from the processor's.

    Attributes:
      loss: |difference| / |loss|.
      gradient: Norm of the difference over the norm, of all weights' gradients as one vector.
    """

    loss: float
    gradient: float

    def within(self, allowed: float) -> bool:
        """Whether both are numbers of at most `allowed`."""
        return bool(self.loss <= allowed and self.gradient <= allowed)


class Speed(NamedTuple):
    """What a training step costs.

    Attributes:
      compile_seconds: Of the first step.
      step_seconds: Of a later one, its batch included; the median of several stretches.
    """

    compile_seconds: float
    step_seconds: float


def differ_from_processor(family: Family, image_shape: tuple[int, int, int]) -> Difference:
    """Makes one update of a small model compiled on the device, and one by one on the processor.

    Args:
      family: Of continuous latents: a value that is quantized may round to its other neighbour,
        which is no fault.
      image_shape: (height, width, channels).
    """

    def build() -> keras.Model:
        sizes = {"num_latents": NUM_LATENTS, "dataset_size": 100, "seed": 0}
        return family(image_shape=image_shape, **sizes)

    images = np.random.RandomState(0).randint(256, size=(BATCH_SIZE, *image_shape))
    images = images.astype(np.uint8)
    model = build()
    weights = model.get_weights()
    compiled = keras.backend.backend() == "jax"
    loss, gradient = _updated(model, images, run_eagerly=False, jit_compile=compiled)
    with keras.device("cpu:0"):
        model = build()
        model.set_weights(weights)
        expected = _updated(model, images, run_eagerly=True, jit_compile=False)
    scale = np.linalg.norm(expected[1])
    return Difference(
        loss=float(abs(loss - expected[0]) / abs(expected[0])),
        gradient=float(np.linalg.norm(gradient - expected[1]) / scale),
    )


def _updated(model: keras.Model, images: np.ndarray, **how: bool) -> tuple[float, np.ndarray]:
    """The loss, and the gradient: what plain descent of rate 1 takes off the weights."""
    model.compile(optimizer=keras.optimizers.SGD(1.0), **how)
    before = _flat(model)
    logs = model.train_on_batch(images, return_dict=True)
    return float(logs["loss"]), before - _flat(model)


def _flat(model: keras.Model) -> np.ndarray:
    values = [keras.ops.convert_to_numpy(v) for v in model.trainable_variables]
    return np.concatenate([np.ravel(value) for value in values]).astype(np.float64)


def time_steps(
    family: Family,
    data: GroundTruthData,
    num_latents: int,
    batch_size: int,
    say: Callable[[str], None],
    seconds: float = 5.0,
) -> Speed:
    """Trains a model for some seconds, as a run does, and times its steps.

    Args:
      family: The model's.
      data: Where batches come from.
      num_latents: Number of latents.
      batch_size: Images per update.
      say: Gets a line of progress.
      seconds: Stretches of steps are timed for about so long, at least three of them.
    """
    model = family(
        image_shape=data.observation_shape,
        num_latents=num_latents,
        dataset_size=data.num_images,
        seed=0,
    )
    backend = keras.backend.backend()
    model.compile(optimizer=build_optimizer(1000, model), jit_compile=backend == "jax")
    of_step = batches.load(family.batches)(data, family, 0, batch_size)
    with training_input(data, 0, 0, batch_size, backend, of_step) as stream:
        say("compiling the training step …")
        first = _seconds_of(model, stream, 1)
        once = _seconds_of(model, stream, 2) / 2
        steps = max(1, int(seconds / 3 / once))
        say(f"timing {3 * steps} steps …")
        rounds = [_seconds_of(model, stream, steps) / steps for _ in range(3)]
    return Speed(compile_seconds=first - once, step_seconds=float(np.median(rounds)))


def _seconds_of(model: keras.Model, stream: object, steps: int) -> float:
    begun = time.perf_counter()
    model.fit(stream, steps_per_epoch=steps, shuffle=False, verbose=0)
    return time.perf_counter() - begun
