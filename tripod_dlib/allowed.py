"""Which values a parameter allows, said in its annotation, such as `step: PositiveInt = 100`.

A configuration's bindings are checked against them before anything else is done, and
docs/reference.md shows them.
"""

import collections.abc
import dataclasses
import inspect
import math
import numbers
import types
import typing
from typing import Annotated

from tripod_dlib.errors import InputError


@dataclasses.dataclass(frozen=True)
class Range:
    """Finite numbers between two bounds.

    Attributes:
      low: The lower bound.
      high: The upper bound.
      excluded: Bounds that are not allowed themselves.
    """

    low: float = -math.inf
    high: float = math.inf
    excluded: tuple[float, ...] = ()

    def allows(self, number: float) -> bool:
        """Whether a number is allowed."""
        within = self.low <= number <= self.high and number not in self.excluded
        return within and math.isfinite(number)

    def __str__(self) -> str:
        """The range in words."""
        above = f"above {self.low}" if self.low in self.excluded else f"from {self.low}"
        below = f"below {self.high}" if self.high in self.excluded else f"to {self.high}"
        return " ".join([above] if math.isinf(self.high) else [above, below])


PositiveFloat = Annotated[float, Range(low=0, excluded=(0,))]
NonNegativeFloat = Annotated[float, Range(low=0)]
Decay = Annotated[float, Range(low=0, high=1, excluded=(1,))]
Probability = Annotated[float, Range(low=0, high=1)]
Share = Annotated[float, Range(low=0, high=1, excluded=(0, 1))]
PositiveInt = Annotated[int, Range(low=1)]
BinCount = Annotated[int, Range(low=1, high=10_000)]  # beyond which tables of pairs fill memory
NonNegativeInt = Annotated[int, Range(low=0)]
Seed = Annotated[int, Range(low=0, high=2**32 - 1)]


def allows(annotation: object, value: object) -> bool:
    """Whether a value has the annotated type and lies in its range.

    An int is a float, a list is a tuple, and True is no number. What a text or an unknown kind of
    annotation says is not judged.
    """
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        ranges = [extra for extra in annotation.__metadata__ if isinstance(extra, Range)]
        return allows(arguments[0], value) and all(interval.allows(value) for interval in ranges)
    if origin in (typing.Union, types.UnionType):
        return any(allows(option, value) for option in arguments)
    if origin is typing.Literal:
        return value in arguments
    if origin in (tuple, list, collections.abc.Sequence):
        return isinstance(value, tuple | list) and all(
            allows(arguments[0], entry) for entry in value
        )
    if origin is collections.abc.Callable:
        return callable(value)
    if annotation in (int, float):
        kind = numbers.Integral if annotation is int else numbers.Real  # NumPy's scalars too
        return isinstance(value, kind) and not isinstance(value, bool)
    if annotation is None:
        return value is None
    if annotation is inspect.Parameter.empty or not isinstance(annotation, type):
        return True
    return isinstance(value, annotation)


def require_allowed(name: str, record: object) -> None:
    """Checks a record's fields against their annotations.

    Args:
      name: Its name in configurations.
      record: An instance of a dataclass.

    Raises:
      InputError: If a field's value is not allowed; all such fields are named.
    """
    faults = [
        f"{name}.{field.name} is {value!r}; allowed is {describe(field.type)}."
        for field in dataclasses.fields(record)
        if not allows(field.type, value := getattr(record, field.name))
    ]
    if faults:
        raise InputError("\n".join(faults))


def describe(annotation: object) -> str:
    """An annotation in words, such as "float above 0 or None"."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        return " ".join([describe(arguments[0]), *map(str, annotation.__metadata__)])
    if origin in (typing.Union, types.UnionType):
        return " or ".join(map(describe, arguments))
    if origin is typing.Literal:
        return " or ".join(map(repr, arguments))
    if origin is collections.abc.Callable:
        return "function"
    if origin in (tuple, list, collections.abc.Sequence):
        return f"{origin.__name__} of {describe(arguments[0])}"
    if annotation is None or annotation is type(None):
        return "None"
    if annotation is collections.abc.Callable:
        return "function"
    if annotation is inspect.Parameter.empty:
        return "anything"
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)
