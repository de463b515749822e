"""What a metric's numbers and switches may be, by the annotations of its function."""

import functools
import inspect
import typing
from collections.abc import Callable

import numpy as np

from tripod_dlib.allowed import allows, describe
from tripod_dlib.errors import InputError


def checks_settings(metric: Callable[..., dict[str, object]]) -> Callable[..., dict[str, object]]:
    """A metric that refuses numbers outside the ranges of its annotations, and texts as switches.

    Args:
      metric: A function of (sources, latents), whose other parameters are keywords.

    Returns:
      metric: The same function and signature; raises InputError, which is a ValueError, before
        the arrays are looked at.
    """
    parameters = inspect.signature(metric).parameters
    declared = {key: item.annotation for key, item in parameters.items() if _is_checked(item)}

    @functools.wraps(metric)
    def checked(*arrays: object, **settings: object) -> dict[str, object]:
        for name in declared.keys() & settings.keys():
            value = settings[name]
            if isinstance(value, np.bool_ | np.ndarray):
                value = value.tolist()
            if not allows(declared[name], value):
                raise InputError(
                    f"{name} is {value!r}, of type {type(value).__name__}; allowed is "
                    f"{describe(declared[name])}."
                )
        return metric(*arrays, **settings)

    return checked


def _is_checked(parameter: inspect.Parameter) -> bool:
    if parameter.annotation is bool:
        return True  # the text "False" would count as True
    return _has_range(parameter.annotation)


def _has_range(annotation: object) -> bool:
    if typing.get_origin(annotation) is typing.Annotated:
        return True
    return any(_has_range(option) for option in typing.get_args(annotation))
