"""How a weight changes with the step, as a share of its value. Importing this loads no framework.

A schedule is written ("name", number, ...), such as ("ramp", 1200).
"""

import dataclasses
import math
from typing import TYPE_CHECKING

from tripod_dlib.errors import InputError

if TYPE_CHECKING:
    import keras


@dataclasses.dataclass(frozen=True)
class Constant:
    """("constant",): the weight itself at every step."""

    def __call__(self, step: "keras.KerasTensor") -> "keras.KerasTensor | float":
        """The share of the weight at a step, a float scalar."""
        return 1.0


@dataclasses.dataclass(frozen=True)
class Ramp:
    """("ramp", n): from 0 to the weight in n steps, in a straight line."""

    num_steps: int

    def __call__(self, step):
        from keras import ops

        return ops.minimum(step / self.num_steps, 1.0)


@dataclasses.dataclass(frozen=True)
class Cosine:
    """("cosine", n): from 0 to the weight in n steps, slowly at both ends."""

    num_steps: int

    def __call__(self, step):
        from keras import ops

        return 0.5 - 0.5 * ops.cos(math.pi * ops.minimum(step / self.num_steps, 1.0))


@dataclasses.dataclass(frozen=True)
class Cyclic:
    """("cyclic", n): every n steps anew, from 0 to the weight in n / 2 steps, then constant.

    Reference: Fu et al., 2019.
    """

    num_steps: int

    def __call__(self, step):
        from keras import ops

        return ops.minimum(2.0 * ops.mod(step, self.num_steps) / self.num_steps, 1.0)


class Steps:
    """("steps", n, share, n, share, ...): 0, from step n on that share of the weight."""

    def __init__(self, *numbers: float):
        """Takes steps, in rising order, and shares by turns."""
        if not numbers or len(numbers) % 2 or sorted(numbers[::2]) != list(numbers[::2]):
            raise ValueError("a step and a share by turns, the steps rising")
        self._changes = tuple(zip(numbers[::2], numbers[1::2], strict=True))

    def __call__(self, step):
        from keras import ops

        share = ops.zeros_like(step)
        for start, new in self._changes:
            share = ops.where(step >= start, new, share)
        return share


SCHEDULES = {
    "constant": Constant,
    "ramp": Ramp,
    "cosine": Cosine,
    "cyclic": Cyclic,
    "steps": Steps,
}


def schedule_of(written: object) -> Constant | Ramp | Cosine | Cyclic | Steps:
    """The schedule behind ("name", number, ...).

    Raises:
      InputError: If there is no such schedule or its numbers do not fit.
    """
    name, *numbers = written if isinstance(written, tuple | list) and written else (written,)
    forms = "; ".join(schedule.__doc__.splitlines()[0] for schedule in SCHEDULES.values())
    fault = f"{written!r} is not a schedule. Schedules are {forms}"
    if not isinstance(name, str) or name not in SCHEDULES:
        raise InputError(fault)
    if not all(isinstance(n, int | float) and math.isfinite(n) and n >= 0 for n in numbers):
        raise InputError(fault)
    if name in ("ramp", "cosine", "cyclic") and 0 in numbers:
        raise InputError(fault)
    try:
        return SCHEDULES[name](*numbers)
    except (TypeError, ValueError) as error:
        raise InputError(fault) from error
