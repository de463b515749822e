"""What a metric's numbers may be, checked against the annotations of its function."""

import functools
import inspect
import typing
from collections.abc import Callable

from tripod_dlib.allowed import allows, describe
from tripod_dlib.errors import InputError


def checks_numbers(metric: Callable[..., dict[str, object]]) -> Callable[..., dict[str, object]]:
    """A metric that refuses numbers outside the ranges that its annotations say.

    Args:
      metric: A function of (sources, latents), whose other parameters are keywords.

    Returns:
      metric: The same function and signature; raises InputError, which is a ValueError, before
        the arrays are looked at.
    """
    parameters = inspect.signature(metric).parameters
    ranged = {key: item.annotation for key, item in parameters.items() if _has_range(item)}

    @functools.wraps(metric)
    def checked(*arrays: object, **settings: object) -> dict[str, object]:
        for name in ranged.keys() & settings.keys():
            value = settings[name]
            if not allows(ranged[name], value):
                raise InputError(
                    f"{name} is {value!r}, of type {type(value).__name__}; allowed is "
                    f"{describe(ranged[name])}."
                )
        return metric(*arrays, **settings)

    return checked


def _has_range(parameter: inspect.Parameter) -> bool:
    options = (parameter.annotation, *typing.get_args(parameter.annotation))
    return any(typing.get_origin(option) is typing.Annotated for option in options)
