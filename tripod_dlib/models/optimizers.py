"""The optimizer by its gin name. Importing this loads no framework."""

from typing import TYPE_CHECKING, Literal

import gin

from tripod_dlib.allowed import Decay, NonNegativeFloat, PositiveFloat

if TYPE_CHECKING:
    import keras

    from tripod_dlib.models.autoencoder import Autoencoder


@gin.configurable("optimizer", module="tripod_dlib", denylist=["training_steps", "model"])
def build_optimizer(
    training_steps: int,
    model: "Autoencoder",
    learning_rate: PositiveFloat = 2e-4,
    schedule: Literal["constant", "cosine"] = "constant",
    beta_1: Decay = 0.9,
    beta_2: Decay = 0.999,
    epsilon: PositiveFloat = 1e-8,
    weight_decay: NonNegativeFloat = 0.0,
    clip_value: PositiveFloat | None = 1.0,
) -> "keras.optimizers.Optimizer":
    """AdamW with elementwise clipping; the defaults are the paper's.

    Keras adds epsilon outside the bias correction: its effective epsilon is epsilon / sqrt(1 -
    beta_2^t), 3e-7 at the first step. Without decay the optimizer is Keras' Adam, which takes the
    same steps with less work.

    Args:
      training_steps: Updates of the whole training, which the schedule spans.
      model: Whose `variables_without_weight_decay` are left alone by the decay.
      learning_rate: At the start.
      schedule: "constant", or "cosine" (to 0 at the end).
      beta_1: Decay of the first moment.
      beta_2: Decay of the second moment.
      epsilon: Added to the root of the second moment.
      weight_decay: Decoupled weight decay.
      clip_value: Gradients are clipped to [-clip_value, clip_value] entry by entry; None for none.

    Returns:
      optimizer: Not yet built.

    Reference: Hsu et al., 2024, appendix B.
    """
    import keras

    rate = learning_rate
    if schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(learning_rate, training_steps)
    optimizer = keras.optimizers.Adam(
        rate,
        weight_decay=weight_decay or None,
        beta_1=beta_1,
        beta_2=beta_2,
        epsilon=epsilon,
        clipvalue=clip_value,
    )
    optimizer.exclude_from_weight_decay(var_list=model.variables_without_weight_decay())
    return optimizer
