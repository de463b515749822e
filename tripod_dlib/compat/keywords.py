"""Functions under the names of their arguments in disentanglement_lib."""

import functools
import inspect
from collections.abc import Callable


def renamed(function: Callable, **names: str) -> Callable:
    """A function that calls another one, its arguments under other names.

    Args:
      function: What is called.
      **names: New name to the function's own, for those that differ.

    Returns:
      renamed: Takes the same arguments in the same order, by position or by the new names.
    """
    new_names = {own: new for new, own in names.items()}
    signature = inspect.signature(function)
    parameters = [
        parameter.replace(name=new_names.get(name, name))
        for name, parameter in signature.parameters.items()
    ]

    @functools.wraps(function)
    def call(*args, **kwargs):
        bound = call.__signature__.bind(*args, **kwargs)
        return function(*bound.args, **{names.get(k, k): v for k, v in bound.kwargs.items()})

    call.__signature__ = signature.replace(parameters=parameters)
    return call
