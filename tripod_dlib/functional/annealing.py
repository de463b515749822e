"""How the weight of a supervised loss changes with the step (disentanglement_lib's annealers)."""

import keras
from keras import ops

ANNEALERS = ("fixed", "anneal", "fine_tune")


def annealed_weight(
    weight: float, step: keras.KerasTensor | int, rule: str, iteration_threshold: int
) -> keras.KerasTensor:
    """The weight at a step.

    Args:
      weight: At the end.
      step: Updates made before.
      rule: "fixed", always the weight; "anneal", linearly from 0 until the threshold; "fine_tune",
        0 up to the threshold and the weight after it.
      iteration_threshold: Steps.

    Returns:
      weight: float32 ().

    Raises:
      ValueError: If the rule is unknown.

    Reference: Locatello et al., 2020 (few labels), section 4.
    """
    if rule not in ANNEALERS:
        raise ValueError(f"Unknown annealer {rule!r}; choose one of {', '.join(ANNEALERS)}.")
    step = ops.cast(step, "float32")
    if rule == "fixed":
        return ops.full_like(step, weight)
    if rule == "anneal":
        return ops.minimum(weight * step / iteration_threshold, weight)
    return ops.where(step <= iteration_threshold, 0.0, weight)
