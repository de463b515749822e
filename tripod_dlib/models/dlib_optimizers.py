"""disentanglement_lib's gin names of optimizers, which are TensorFlow 1's.

Importing this loads no framework.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import gin

from tripod_dlib.allowed import Decay, PositiveFloat, PositiveInt
from tripod_dlib.errors import InputError
from tripod_dlib.models.dlib_names import is_bound

if TYPE_CHECKING:
    import keras


def _rate(learning_rate: object) -> object:
    """A schedule that is given as a function is called, as disentanglement_lib does.

    A whole number is a float, which Keras asks for.
    """
    rate = learning_rate() if callable(learning_rate) else learning_rate
    return float(rate) if isinstance(rate, int) else rate


@gin.configurable("AdamOptimizer", module="tripod_dlib")
def adam_optimizer(
    learning_rate: PositiveFloat | Callable = 0.001,
    beta1: Decay = 0.9,
    beta2: Decay = 0.999,
    epsilon: PositiveFloat = 1e-8,
    use_locking: bool = False,
    name: str = "Adam",
) -> "keras.optimizers.Optimizer":
    """Adam; TensorFlow 1 puts epsilon where Keras does, outside the bias correction.

    Args:
      learning_rate: A number or a schedule.
      beta1: Decay of the first moment.
      beta2: Decay of the second moment.
      epsilon: Added to the root of the second moment.
      use_locking: Has no effect in TensorFlow 2.
      name: Has no effect.
    """
    import keras

    return keras.optimizers.Adam(_rate(learning_rate), beta1, beta2, epsilon)


@gin.configurable("GradientDescentOptimizer", module="tripod_dlib")
def gradient_descent_optimizer(
    learning_rate: PositiveFloat | Callable = gin.REQUIRED,
    use_locking: bool = False,
    name: str = "GradientDescent",
) -> "keras.optimizers.Optimizer":
    """Gradient descent.

    Args:
      learning_rate: A number or a schedule.
      use_locking: Has no effect in TensorFlow 2.
      name: Has no effect.
    """
    import keras

    return keras.optimizers.SGD(_rate(learning_rate))


@gin.configurable("MomentumOptimizer", module="tripod_dlib")
def momentum_optimizer(
    learning_rate: PositiveFloat | Callable = gin.REQUIRED,
    momentum: Decay = gin.REQUIRED,
    use_locking: bool = False,
    name: str = "Momentum",
    use_nesterov: bool = False,
) -> "keras.optimizers.Optimizer":
    """Gradient descent with momentum.

    Args:
      learning_rate: A number or a schedule.
      momentum: Decay of the accumulated gradients.
      use_locking: Has no effect in TensorFlow 2.
      name: Has no effect.
      use_nesterov: Whether it is Nesterov's.
    """
    import keras

    return keras.optimizers.SGD(_rate(learning_rate), momentum, use_nesterov)


@gin.configurable("piecewise_constant", module="tripod_dlib")
def piecewise_constant(
    boundaries: tuple[PositiveInt, ...] = gin.REQUIRED,
    values: tuple[PositiveFloat, ...] = gin.REQUIRED,
) -> "keras.optimizers.schedules.LearningRateSchedule":
    """A learning rate that changes at steps.

    Args:
      boundaries: Steps after which the next value holds.
      values: One more than boundaries.

    Raises:
      InputError: If their numbers do not fit.
    """
    if len(values) != len(boundaries) + 1:
        raise InputError(
            f"piecewise_constant has {len(boundaries)} boundaries and {len(values)} values: one "
            "value more than boundaries is needed, the first holding from the start."
        )
    import keras

    return keras.optimizers.schedules.PiecewiseConstantDecay(list(boundaries), list(values))


@gin.configurable("exponential_decay", module="tripod_dlib")
def exponential_decay(
    learning_rate: PositiveFloat = gin.REQUIRED,
    decay_steps: PositiveInt = gin.REQUIRED,
    decay_rate: PositiveFloat = gin.REQUIRED,
    staircase: bool = False,
) -> "keras.optimizers.schedules.LearningRateSchedule":
    """A learning rate that is multiplied by `decay_rate` every `decay_steps`.

    Args:
      learning_rate: At the start.
      decay_steps: Steps of one multiplication.
      decay_rate: By what it is multiplied.
      staircase: Whether it changes at whole multiples of `decay_steps` alone.
    """
    import keras

    schedule = keras.optimizers.schedules.ExponentialDecay
    return schedule(learning_rate, decay_steps, decay_rate, staircase)


def make_optimizer(optimizer_fn: Callable, learning_rate: object) -> "keras.optimizers.Optimizer":
    """An optimizer of a learning rate, or of its own for None."""
    return optimizer_fn() if learning_rate is None else optimizer_fn(learning_rate=learning_rate)


@gin.configurable("vae_optimizer", module="tripod_dlib")
def make_vae_optimizer(
    optimizer_fn: Callable = adam_optimizer, learning_rate: PositiveFloat | Callable | None = None
) -> "keras.optimizers.Optimizer":
    """The optimizer of all but a discriminator, in place of `optimizer`.

    Args:
      optimizer_fn: Such as @AdamOptimizer.
      learning_rate: A number, or a schedule such as @piecewise_constant; None for its own.
    """
    return make_optimizer(optimizer_fn, learning_rate)


@gin.configurable("discriminator_optimizer", module="tripod_dlib")
def make_discriminator_optimizer(
    optimizer_fn: Callable = adam_optimizer, learning_rate: PositiveFloat | Callable | None = None
) -> "keras.optimizers.Optimizer":
    """The optimizer of a discriminator, in place of `discriminator/optimizer`.

    Args:
      optimizer_fn: Such as @AdamOptimizer.
      learning_rate: A number, or a schedule such as @piecewise_constant; None for its own.
    """
    return make_optimizer(optimizer_fn, learning_rate)


def bound_optimizer(group: str | None = None) -> "keras.optimizers.Optimizer | None":
    """The optimizer that a configuration of 2019 binds for a group of variables.

    Args:
      group: "discriminator", another group, or None for all other variables.

    Returns:
      optimizer: Not yet built; None if the configuration binds none.
    """
    makers = {None: ("vae_optimizer", make_vae_optimizer)}
    makers["discriminator"] = ("discriminator_optimizer", make_discriminator_optimizer)
    name, make = makers.get(group, (None, None))
    return make() if name and is_bound(f"{name}.optimizer_fn") else None
