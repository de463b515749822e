"""A configuration's training step, timed: what `tripod_doctor` and `tripod_profile` ask."""

import sys
from collections.abc import Sequence
from typing import NamedTuple

import gin

from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.errors import InputError
from tripod_dlib.models.dlib_names import bound_num_latents


class TimedStep(NamedTuple):
    """What a step of a configuration costs here.

    Attributes:
      compile_seconds: Of the first step.
      step_seconds: Of a later one, its batch included.
      batch_size: Images per update.
      training_steps: Updates in all.
    """

    compile_seconds: float
    step_seconds: float
    batch_size: int
    training_steps: int


def time_configuration(configs: Sequence[str], seconds: float = 5.0) -> TimedStep:
    """Times the configuration that gin holds.

    Args:
      configs: Its files, for the message.
      seconds: About so long steps are timed.

    Raises:
      InputError: If it binds no whole training.
    """
    from tripod_dlib.training.device_check import time_steps

    bound = gin.get_bindings("model")
    absent = [name for name in ("model", "batch_size", "training_steps") if name not in bound]
    if absent:
        names = ", ".join(f"model.{name}" for name in absent)
        raise InputError(f"{', '.join(configs)}: {names} not bound; add a dataset's configuration.")
    data = get_named_ground_truth_data()
    latents = bound.get("num_latents") or bound_num_latents() or 2 * data.num_factors
    speed = time_steps(bound["model"], data, latents, bound["batch_size"], say, seconds)
    return TimedStep(*speed, bound["batch_size"], bound["training_steps"])


def say(line: str) -> None:
    """A line of progress on standard error."""
    print(line, file=sys.stderr, flush=True)
