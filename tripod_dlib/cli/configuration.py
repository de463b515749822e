"""gin configurations: found, parsed, checked against annotations, and always cleared."""

import contextlib
import dataclasses
import difflib
import importlib
import inspect
import io
import re
import types
import typing
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import gin

import tripod_dlib
from tripod_dlib import registry
from tripod_dlib.errors import InputError
from tripod_dlib.results.dlib_results import bindings_of

PACKAGE = Path(tripod_dlib.__file__).parent
CORE = (
    "tripod_dlib.training.train",
    "tripod_dlib.data.named_data",
    "tripod_dlib.models.builders",
    "tripod_dlib.models.optimizers",
    "tripod_dlib.evaluation.protocol",
)


@dataclasses.dataclass(frozen=True)
class Configuration:
    """A parsed configuration.

    Attributes:
      bound: Binding name to value as gin prints it.
      text: The whole bound configuration.
    """

    bound: dict[str, str]
    text: str


def shipped_folder() -> Path:
    """The folder of the configurations that come with the package."""
    installed = PACKAGE / "configs"
    return installed if installed.is_dir() else PACKAGE.parent / "gin"


def list_configs() -> list[str]:
    """The shipped configurations, as they are given to --gin_config."""
    folder = shipped_folder()
    return [f"gin/{path.relative_to(folder)}" for path in sorted(folder.rglob("*.gin"))]


def find_config(path: str) -> Path:
    """Resolves a configuration: the path as it is, else a shipped one.

    Raises:
      InputError: If there is none; lists the shipped ones and the nearest.
    """
    given = Path(path).expanduser()
    if given.is_file():
        return given.absolute()
    shipped = shipped_folder() / path.removeprefix("gin/")
    if not given.is_absolute() and shipped.is_file():
        return shipped
    known = list_configs()
    nearest = difflib.get_close_matches(path, known, n=1, cutoff=0.5)
    hint = f" Did you mean {nearest[0]}?" if nearest else ""
    raise InputError(
        f"There is no configuration {path}: neither here nor among the shipped ones.{hint}\n"
        f"Shipped: {', '.join(known)}"
    )


@contextlib.contextmanager
def parsed(gin_configs: Sequence[str], gin_bindings: Sequence[str]) -> Iterator[Configuration]:
    """Parses configurations, later ones winning; gin is clear again afterwards, come what may.

    Args:
      gin_configs: Paths, as `find_config` takes them.
      gin_bindings: Bindings such as "model.random_seed = 1".

    Yields:
      The configuration.

    Raises:
      InputError: If something is missing, misspelt or of a wrong type.
    """
    paths = [find_config(path) for path in gin_configs]
    _register_what_is_named("\n".join([*map(_text_with_includes, paths), *gin_bindings]))
    gin.clear_config()
    try:
        try:
            for path in paths:
                _parse_file(path)
            gin.parse_config(list(gin_bindings))
        except (ValueError, SyntaxError, ImportError) as error:
            raise InputError(_explain(error)) from error
        text = gin.config_str(max_line_length=10_000)
        bound = bindings_of(text)
        _check_types(bound)
        yield Configuration(bound, text)
    finally:
        gin.clear_config()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}.") from error


def _included(path: Path, line: str) -> Path | None:
    """The file that a line includes, looked up beside the including one; None for other lines."""
    match = re.match(r"\s*include\s+['\"](.+?)['\"]", line)
    if match is None:
        return None
    beside = path.parent / match[1]
    if beside == path:
        raise InputError(f"{path} includes itself.")
    return beside if beside.is_file() else find_config(match[1])


def _text_with_includes(path: Path) -> str:
    text = _read(path)
    included = [_included(path, line) for line in text.splitlines()]
    return "\n".join([text, *(_text_with_includes(found) for found in included if found)])


def _parse_file(path: Path) -> None:
    """Parses a file, and what it includes where it does so.

    gin would look for an include in the working directory, and among Python packages.
    """
    lines = _read(path).splitlines()
    start = 0
    for number, line in enumerate(lines):
        included = _included(path, line)
        if included is not None:
            _parse_lines(path, lines, start, number)
            _parse_file(included)
            start = number + 1
    _parse_lines(path, lines, start, len(lines))


def _parse_lines(path: Path, lines: list[str], start: int, stop: int) -> None:
    part = io.StringIO("\n" * start + "\n".join(lines[start:stop]) + "\n")
    part.name = str(path)  # for gin's messages
    gin.parse_config(part)


def _register_what_is_named(text: str) -> None:
    """Imports the core, and those models and metrics whose names occur: gin then knows them."""
    for module in CORE:
        importlib.import_module(module)
    words = set(re.findall(r"\w+", text))
    for kind in (registry.models, registry.metrics):
        for name in words & set(kind.names()):
            kind.load(name)


def _explain(error: Exception) -> str:
    """gin's message, with the nearest name where one is misspelt."""
    message = str(error).strip()
    unknown = re.search(r"No configurable matching (?:reference )?'?[@%]?([\w./]+)", message)
    if unknown:
        known = sorted({*registry.models.names(), *registry.metrics.names(), *_known_names()})
        return message + _nearest(unknown[1].split("/")[-1], known, "Known names")
    parameter = re.search(r"'?([\w./]+)'? doesn't have a parameter named '?(\w+)'?", message)
    if parameter:
        allowed = sorted(_parameters(parameter[1]))
        return message + _nearest(parameter[2], allowed, f"Parameters of {parameter[1]}")
    return message


def _nearest(name: str, known: Sequence[str], heading: str) -> str:
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"\nDid you mean {nearest[0]!r}?" if nearest else ""
    return f"{hint}\n{heading}: {', '.join(known)}."


def _known_names() -> list[str]:
    return ["model", "dataset", "networks", "optimizer", "protocol"]


def _parameters(name: str) -> dict[str, inspect.Parameter]:
    configurable = gin.get_configurable(name.split("/")[-1])
    return dict(inspect.signature(configurable).parameters)


def _check_types(bound: dict[str, str]) -> None:
    faults = []
    for binding in bound:
        name, _, parameter = binding.rpartition(".")
        if not name:
            continue  # a macro
        expected = _parameters(name)[parameter].annotation
        value = gin.query_parameter(binding)
        if not _fits(value, expected):
            shown = expected.__name__ if isinstance(expected, type) else str(expected)
            faults.append(
                f"{binding} is {value!r}, of type {type(value).__name__}; allowed is {shown}"
            )
    if faults:
        raise InputError("Wrong types in the configuration:\n  " + "\n  ".join(faults) + ".")


def _fits(value: object, expected: object) -> bool:
    """Whether a bound value has the annotated type; references are left to the function."""
    origin = typing.get_origin(expected)
    if isinstance(value, gin.config.ConfigurableReference) or isinstance(expected, str):
        return True
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, option) for option in typing.get_args(expected))
    if origin is tuple:
        inner = typing.get_args(expected)[0]
        return isinstance(value, tuple | list) and all(_fits(entry, inner) for entry in value)
    if expected is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if expected is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if expected is None or expected is type(None):
        return value is None
    if expected in (str, bool):
        return isinstance(value, expected)
    if origin is Callable or expected in (inspect.Parameter.empty, typing.Any):
        return True
    return not isinstance(expected, type) or isinstance(value, expected)
