"""Bound values against the annotations of the parameters that they are bound to."""

import contextlib
import inspect
import re
import types
import typing
from collections.abc import Iterable, Iterator, Sequence

import gin

from tripod_dlib.allowed import allows, describe
from tripod_dlib.errors import InputError
from tripod_dlib.registry import metrics

METRIC = "evaluation.evaluation_fn"


def parameters_of(name: str) -> dict[str, inspect.Parameter]:
    """The parameters of a configurable that a configuration may bind, by name."""
    configurable = gin.config.ConfigurableReference(name.split("/")[-1], False).configurable
    refused = configurable.denylist or ()
    parameters = inspect.signature(configurable.wrapper).parameters
    return {key: parameter for key, parameter in parameters.items() if key not in refused}


def faults_of(bindings: Iterable[str]) -> list[str]:
    """What is wrong with the values that gin holds, a sentence each.

    Args:
      bindings: Names of the bindings, such as "model.batch_size"; macros are followed.
    """
    faults = []
    for binding in bindings:
        name, _, parameter = binding.rpartition(".")
        if not name:
            continue  # a macro
        try:
            value = _resolved(gin.query_parameter(binding))
            for reference in _references(value):
                _check_callable(reference)
        except InputError as error:
            faults.append(f"{binding}: {error}")
            continue
        declared = parameters_of(name).get(parameter)
        if declared is not None and not _fits(value, declared.annotation):
            allowed = describe(declared.annotation)
            faults.append(f"{binding} is {_described(value)}; allowed is {allowed}")
    return faults


@contextlib.contextmanager
def missing_bindings_named() -> Iterator[None]:
    """Turns gin's error about required bindings into one that says what to add.

    Raises:
      InputError: If what is done within misses a binding.
    """
    try:
        yield
    except RuntimeError as error:
        pattern = r"Required bindings for `(\S+)` not provided.*: (\[.*?\])"
        required = re.search(pattern, str(error))
        if required is None:
            raise
        raise InputError(
            f"The configuration does not bind {required[2]} of {required[1]}; add them, for "
            f"example --gin_bindings='{required[1]}.NAME = VALUE'."
        ) from error


def require_metric() -> None:
    """Refuses what `evaluation.evaluation_fn` is bound to where it would fail once it is called.

    Raises:
      InputError: If it is no metric, or a required parameter of the metric is not bound.
    """
    try:
        bound = _resolved(gin.query_parameter(METRIC))
    except ValueError:
        return  # it is not bound
    for reference in _references(bound):
        _require_takes_a_representation(reference)
        name = reference.configurable.name
        scopes = reference.scoped_selector.split("/")[:-1]
        missing = [
            parameter
            for parameter, declared in parameters_of(name).items()
            if declared.default is gin.REQUIRED and not _is_bound(scopes, f"{name}.{parameter}")
        ]
        if missing:
            raise InputError(
                f"{METRIC} is {reference}, and the configuration does not bind {missing} of "
                f"{name}; add them, for example --gin_bindings='{name}.NAME = VALUE'."
            )


def _require_takes_a_representation(reference: gin.config.ConfigurableReference) -> None:
    """Refuses this package's other functions, and anybody's that do not take what metrics take."""
    if reference.configurable.name in metrics.names():
        return
    function = reference.configurable.wrapped
    if function.__module__.split(".")[0] != "tripod_dlib":
        with contextlib.suppress(TypeError):
            inspect.signature(function).bind("ground_truth_data", "representation", "random_state")
            return
    raise InputError(
        f"{METRIC} is {reference}, which is no metric: those are called with a dataset, a "
        f"representation and a random state. Known ones: {', '.join(metrics.names())}."
    )


def _is_bound(scopes: Sequence[str], binding: str) -> bool:
    """Whether a binding is there without a scope, or in one that the first of `scopes` make."""
    for depth in range(len(scopes) + 1):
        with contextlib.suppress(ValueError):
            gin.query_parameter("/".join([*scopes[:depth], binding]))
            return True
    return False


def _resolved(value: object, seen: tuple[str, ...] = ()) -> object:
    """The value with macros replaced by theirs."""
    if isinstance(value, tuple | list):
        return type(value)(_resolved(entry, seen) for entry in value)
    if not isinstance(value, gin.config.ConfigurableReference):
        return value
    macro, selector = value.config_key
    if selector != "gin.macro":
        return value
    if macro in seen:
        raise InputError(f"the macro %{macro} is defined by itself")
    try:
        value_of_macro = gin.query_parameter(f"{macro}/gin.macro.value")
    except ValueError as error:
        raise InputError(
            f"the macro %{macro} is not defined; add a line {macro} = VALUE"
        ) from error
    return _resolved(value_of_macro, (*seen, macro))


def _references(value: object) -> Iterator[gin.config.ConfigurableReference]:
    if isinstance(value, gin.config.ConfigurableReference):
        yield value
    elif isinstance(value, tuple | list):
        for entry in value:
            yield from _references(entry)


def _check_callable(reference: gin.config.ConfigurableReference) -> None:
    """Refuses a call for which arguments are missing that no configuration can give."""
    configurable = reference.configurable
    signature = inspect.signature(configurable.wrapper)
    missing = [
        name
        for name, parameter in signature.parameters.items()
        if parameter.default is parameter.empty and name in (configurable.denylist or ())
    ]
    if reference.evaluate and missing:
        raise InputError(
            f"{reference} cannot be called here: {', '.join(missing)} would be missing"
        )


def _fits(value: object, expected: object) -> bool:
    """Whether a bound value is one that its annotation allows; references stand for values."""
    origin, options = typing.get_origin(expected), typing.get_args(expected)
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, option) for option in options)
    if isinstance(value, gin.config.ConfigurableReference):
        return _reference_fits(value, options[0] if origin is typing.Annotated else expected)
    if origin in (tuple, list, Sequence) and isinstance(value, tuple | list):
        return all(_fits(entry, options[0]) for entry in value)
    return allows(expected, value)


def _reference_fits(reference: gin.config.ConfigurableReference, expected: object) -> bool:
    """A called reference has its function's annotated type; others are functions."""
    if not reference.evaluate:
        return expected not in (int, float, str, bool, None, type(None))
    called = reference.configurable.wrapper
    of_class = isinstance(called, type)
    given = called if of_class else inspect.signature(called).return_annotation
    if not isinstance(given, type) or given is inspect.Signature.empty:
        return True
    if typing.get_origin(expected) in (tuple, list):
        return issubclass(given, tuple | list)
    if expected is float:
        return issubclass(given, int | float)
    return not isinstance(expected, type) or issubclass(given, expected)


def _described(value: object) -> str:
    if isinstance(value, gin.config.ConfigurableReference):
        return repr(value)
    return f"{value!r}, of type {type(value).__name__}"
