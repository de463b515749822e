"""gin configurations: found, parsed, checked against annotations, and always cleared."""

import contextlib
import dataclasses
import importlib
import io
import re
import tokenize
from collections.abc import Iterator, Sequence

import gin
import numpy as np

from tripod_dlib import registry
from tripod_dlib.cli.binding_types import faults_of, parameters_of
from tripod_dlib.cli.config_files import Part, find_config, read_configs
from tripod_dlib.cli.dlib_bindings import in_own_words
from tripod_dlib.cli.dlib_hints import CORRESPONDING, hints
from tripod_dlib.errors import InputError, did_you_mean
from tripod_dlib.models import slots
from tripod_dlib.results.dlib_results import bindings_of

CORE = (
    "tripod_dlib.training.train",
    "tripod_dlib.data.named_data",
    "tripod_dlib.models.architectures",
    "tripod_dlib.models.dlib_labels",
    "tripod_dlib.models.dlib_names",
    "tripod_dlib.models.dlib_optimizers",
    "tripod_dlib.models.optimizers",
    "tripod_dlib.evaluation.protocol",
    "tripod_dlib.evaluation.evaluate",
    "tripod_dlib.evaluation.discretizer",
    "tripod_dlib.postprocessing.independent_components",
    "tripod_dlib.postprocessing.methods",
    "tripod_dlib.postprocessing.postprocess",
    "tripod_dlib.studies.study",
)
POWER = re.compile(r"[\d_]*\.?[\d_]*[eE]\+?\d+")
CORE_NAMES = ("model", "dataset", "networks", "optimizer", "protocol", "evaluation", "study")


@dataclasses.dataclass(frozen=True)
class Configuration:
    """A parsed configuration.

    Attributes:
      bound: Binding name to value as gin prints it.
      text: The whole bound configuration.
    """

    bound: dict[str, str]
    text: str


@contextlib.contextmanager
def parsed(
    gin_configs: Sequence[str], gin_bindings: Sequence[str], origin: str = "--gin_bindings="
) -> Iterator[Configuration]:
    """Parses configurations, later ones winning; gin is clear again afterwards, come what may.

    Args:
      gin_configs: Paths, as `find_config` takes them.
      gin_bindings: Bindings such as "model.random_seed = 1".
      origin: What stands before a wrong one in the message.

    Yields:
      The configuration.

    Raises:
      InputError: If something is missing, misspelt or of a wrong type.
    """
    parts = read_configs([find_config(path) for path in gin_configs])
    texts = in_own_words([*(part.text for part in parts), *gin_bindings])
    parts = [Part(part.path, text) for part, text in zip(parts, texts)]
    gin_bindings, text = texts[len(parts) :], "\n".join(texts)
    _register_what_is_named(text)
    gin.clear_config()
    try:
        faults = [fault for part in parts for fault in _parse_part(part)]
        faults += [fault for binding in gin_bindings for fault in _parse_binding(binding, origin)]
        if faults:
            raise InputError("\n".join([*faults, *hints(text)]))
        _bind_named_dataset(text)
        beyond = _beyond_floats(text)
        text = gin.config_str(max_line_length=10_000)
        bound = bindings_of(text)
        faults = [*faults_of(bound), *_unused_macros(gin_bindings, text), *beyond]
        if faults:
            raise InputError("Wrong values in the configuration:\n  " + "\n  ".join(faults) + ".")
        yield Configuration(bound, text)
    finally:
        gin.clear_config()


def _parse_part(part: Part) -> list[str]:
    lines = io.StringIO(part.text)
    lines.name = str(part.path)  # for gin's messages
    try:
        gin.parse_config(lines)
    except Exception as error:  # an `import` line can raise anything
        where = f"{part.path}, line {_open_since(part.text)}: "
        return [f"{where if isinstance(error, tokenize.TokenError) else ''}{_explain(error)}"]
    return []


def _open_since(text: str) -> int:
    """The line, from 1, of the first bracket that has no other half, or the last line."""
    brackets: list[tokenize.TokenInfo] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.string in tuple("([{"):
                brackets.append(token)
            elif token.string in tuple(")]}") and brackets:
                brackets.pop()
    except tokenize.TokenError as error:
        return brackets[0].start[0] if brackets else error.args[1][0]
    return text.count("\n")


def _parse_binding(binding: str, origin: str) -> list[str]:
    try:
        gin.parse_config(binding)
    except Exception as error:  # as above
        return [f"{origin}{binding!r}: {_explain(error)}{_if_several(binding)}"]
    return []


def _if_several(binding: str) -> str:
    """What to do where one flag holds several bindings in a line; empty where it does not."""
    names = re.findall(r"([\w./]+)\s*=(?!=)", re.sub(r"(['\"]).*?\1", "", binding))
    if len(names) < 2:
        return ""
    flags = " ".join(f"--gin_bindings='{name} = …'" for name in names)
    return f" These are {len(names)} bindings; each needs a flag of its own: {flags}"


def _unused_macros(gin_bindings: Sequence[str], text: str) -> list[str]:
    """Faults of flags that bind a name without a dot, a macro, to which nothing refers."""
    names = [
        name
        for binding in gin_bindings
        for name in re.findall(r"^\s*(\w+)\s*=(?!=)", binding, re.MULTILINE)
    ]
    return [
        f"{name} is a macro that nothing uses (%{name}); a binding says what it is for, such as "
        + next(
            (f"{core}.{name}" for core in CORE_NAMES if name in parameters_of(core)),
            f"model.{name}",
        )
        for name in names
        if not re.search(rf"=.*%{name}\b", text)
    ]


def _bind_named_dataset(text: str) -> None:
    """Binds the dataset that is named last where a metric's file, read later, says "auto"."""
    bound = re.findall(r"^\s*dataset\.name\s*=(.*)$", text, re.MULTILINE)
    named = [value for value in bound if not re.match(r"\s*(['\"])auto\1", value)]
    if named and bound[-1] is not named[-1]:
        gin.parse_config(f"dataset.name = {named[-1]}")


def _beyond_floats(text: str) -> list[str]:
    """Faults of numbers that are too large: gin takes them for infinite, and keeps no record."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    numbers = [token.string for token in tokens if POWER.fullmatch(token.string)]
    return [f"{number} is too large a number" for number in numbers if np.isinf(float(number))]


def _register_what_is_named(text: str) -> None:
    """Imports the core, and what is named of models, metrics and networks: gin then knows them."""
    for module in CORE:
        importlib.import_module(module)
    words = set(re.findall(r"\w+", text))
    for kind in (registry.models, registry.metrics, slots.networks):
        for name in words & set(kind.names()):
            kind.load(name)


def _explain(error: Exception) -> str:
    """gin's message, with the nearest name where one is misspelt."""
    message = str(error).strip()
    value = re.search(r"Failed to parse token '(.*)' (\(.*\))$", message)
    if value:
        return (
            f"{value[1]!r} is not a value {value[2]}: strings stand in quotes, references begin "
            "with @, and a bracket needs its other half."
        )
    if isinstance(error, tokenize.TokenError):
        return "A bracket or a text has a beginning and no end: close it."
    if not isinstance(error, ValueError | SyntaxError | ImportError):
        message = f"{type(error).__name__}: {message}"
    if isinstance(error, ImportError):
        message += "\nA module of your own is found below PYTHONPATH, such as PYTHONPATH=."
    unknown = re.search(r"No configurable matching (?:reference )?'?[@%]?([\w./]+)", message)
    if unknown:
        name = unknown[1].split("/")[-1]
        if name in CORRESPONDING:
            return message  # `hints` says more than the known names would
        if name in registry.models.names():
            return (
                f"{message}\n{name} is registered as a model, but is no family of that name: it is "
                f"a subclass of tripod_dlib.models.family.Family below @family({name!r})."
            )
        if name in registry.metrics.names():
            return (
                f"{message}\n{name} is registered as a metric, but is no function of (sources, "
                f"latents), and no wrapper below @metric_wrapper({name!r}), of "
                "tripod_dlib.evaluation.wrappers.base."
            )
        known = sorted({*registry.models.names(), *registry.metrics.names(), *CORE_NAMES})
        functions = [selector.split(".")[-1] for selector, _ in gin.config._REGISTRY.items()]
        listed = f"\nModels, metrics and other blocks: {', '.join(known)}."
        return message + did_you_mean(name, [*known, *functions]) + listed
    parameter = re.search(r"'?([\w./]+)'? doesn't have a parameter named '?(\w+)'?", message)
    if parameter:
        allowed = sorted(parameters_of(parameter[1]))
        return message + _nearest(parameter[2], allowed, f"Parameters of {parameter[1]}")
    return message


def _nearest(name: str, known: Sequence[str], heading: str) -> str:
    return f"{did_you_mean(name, known)}\n{heading}: {', '.join(known)}."
