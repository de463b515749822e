"""The optimizer by its gin name. Importing this loads no framework."""

import inspect
from typing import TYPE_CHECKING, Literal

import gin

from tripod_dlib.allowed import Decay, NonNegativeFloat, PositiveFloat
from tripod_dlib.errors import InputError
from tripod_dlib.models.dlib_names import is_bound
from tripod_dlib.models.dlib_optimizers import bound_optimizer

if TYPE_CHECKING:
    import keras

    from tripod_dlib.models.autoencoder import Autoencoder


@gin.configurable("optimizer", module="tripod_dlib", denylist=["training_steps", "model"])
def build_optimizer(
    training_steps: int,
    model: "Autoencoder | None",
    learning_rate: PositiveFloat = 2e-4,
    schedule: Literal["constant", "cosine"] = "constant",
    beta_1: Decay = 0.9,
    beta_2: Decay = 0.999,
    epsilon: PositiveFloat = 1e-8,
    weight_decay: NonNegativeFloat = 0.0,
    clip_value: PositiveFloat | None = 1.0,
    clip_norm: PositiveFloat | None = None,
) -> "keras.optimizers.Optimizer":
    """AdamW with elementwise clipping; the defaults are the paper's.

    Without decay the optimizer is Keras' Adam, which takes the same steps with less work.

    Args:
      training_steps: Updates of the whole training, which the schedule spans.
      model: Whose `optimizer_groups` have settings of their own; None for none. gin binds the
        settings of a group in its scope, such as discriminator/optimizer.learning_rate.
      learning_rate: At the start.
      schedule: "constant", or "cosine" (to 0 at the end).
      beta_1: Decay of the first moment.
      beta_2: Decay of the second moment.
      epsilon: Added to the root of the second moment outside the bias correction, as Keras and
        TensorFlow do: at step t it acts as epsilon / sqrt(1 - beta_2^t) does in the published
        Adam, 3e-7 at the first. A first update for a gradient of 1e-6 is 0.77 of the published one.
      weight_decay: Decoupled weight decay.
      clip_value: Gradients are clipped to [-clip_value, clip_value] entry by entry; None for none.
      clip_norm: All gradients together are shortened to this norm; None for none. Not together with
        `clip_value`.

    Returns:
      optimizer: Not yet built.

    Raises:
      InputError: If gradients are to be clipped in both ways.

    Reference: Hsu et al., 2024, appendix B.
    """
    settings = {
        "learning_rate": learning_rate,
        "schedule": schedule,
        "beta_1": beta_1,
        "beta_2": beta_2,
        "epsilon": epsilon,
        "weight_decay": weight_decay,
        "clip_value": clip_value,
        "clip_norm": clip_norm,
    }
    if model is None:
        return _adam(training_steps, **settings)
    settings |= _of_family(model.parameters.optimizer, settings)
    groups = model.optimizer_groups()
    main = bound_optimizer() or _adam(training_steps, **settings)
    if not groups:
        return main
    import keras

    of_variable = {}
    for name, (variables, differing) in groups.items():
        optimizer = bound_optimizer(name)
        if optimizer is None:
            optimizer = _of_group(name, training_steps, {**settings, **differing})
        of_variable |= {id(variable): optimizer for variable in variables}

    def optimizer_of(variable: keras.Variable) -> keras.optimizers.Optimizer:
        return of_variable.get(id(variable), main)

    return keras.optimizers.MultiOptimizer(optimizer_of)


def _of_family(wanted: dict, given: dict) -> dict:
    """What a family wants, but for what gin binds or a caller gives."""
    defaults = inspect.signature(build_optimizer).parameters
    return {
        key: value
        for key, value in wanted.items()
        if not is_bound(f"optimizer.{key}") and given[key] == defaults[key].default
    }


def _of_group(name: str, training_steps: int, settings: dict) -> "keras.optimizers.Optimizer":
    """A group's optimizer: the family's settings, but for those that gin binds in its scope."""
    bound = [key for key in settings if is_bound(f"{name}/optimizer.{key}")]
    with gin.config_scope(name):
        return build_optimizer(
            training_steps, None, **{k: v for k, v in settings.items() if k not in bound}
        )


def _adam(
    training_steps,
    learning_rate,
    schedule,
    beta_1,
    beta_2,
    epsilon,
    weight_decay,
    clip_value,
    clip_norm,
) -> "keras.optimizers.Optimizer":
    import keras

    if clip_value is not None and clip_norm is not None:
        raise InputError(
            f"optimizer.clip_norm = {clip_norm} and optimizer.clip_value = {clip_value} exclude "
            "each other; bind optimizer.clip_value = None."
        )
    rate = learning_rate
    if schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(learning_rate, training_steps)
    return keras.optimizers.Adam(
        rate,
        weight_decay=weight_decay or None,
        beta_1=beta_1,
        beta_2=beta_2,
        epsilon=epsilon,
        clipvalue=clip_value,
        global_clipnorm=clip_norm,
    )
