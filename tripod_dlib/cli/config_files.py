"""gin files: where they are, what they include, in which order their lines are read."""

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path

import tripod_dlib
from tripod_dlib.errors import InputError, did_you_mean

PACKAGE = Path(tripod_dlib.__file__).parent
MODELS = "models"  # a folder of models' files; those of datasets stand anywhere else


@dataclasses.dataclass(frozen=True)
class Part:
    """Lines of a file between its includes.

    Attributes:
      path: The file.
      text: The lines, below as many empty ones as are before them in the file.
    """

    path: Path
    text: str


def shipped_folder() -> Path:
    """The folder of the configurations that come with the package."""
    installed = PACKAGE / "configs"
    return installed if installed.is_dir() else PACKAGE.parent / "gin"


def list_configs() -> list[str]:
    """The shipped configurations, as they are given to --gin_config.

    Without models' settings for one dataset, which are read with the model's file.
    """
    folder = shipped_folder()
    paths = [path.relative_to(folder) for path in sorted(folder.rglob("*.gin"))]
    return [f"gin/{path}" for path in paths if path.parent.parent.name != MODELS]


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
    hint = did_you_mean(path, known, "{}")
    raise InputError(
        f"There is no configuration {path}: neither here nor among the shipped ones.{hint}\n"
        f"Shipped: {', '.join(known)}"
    )


def read_configs(paths: Sequence[Path]) -> list[Part]:
    """All parts of files, in the order in which they are parsed, later ones winning.

    A file that is included stands where the line is (gin would look for it in the working directory
    and among Python packages). After a model's file, models/NAME.gin, comes what the model needs on
    the dataset: models/NAME/DATASET.gin, where DATASET.gin is the last file of a dataset before it
    for which there is one.

    Raises:
      InputError: If a file cannot be read, is missing, or includes itself.
    """
    parts: list[Part] = []
    datasets: list[str] = []
    for path in paths:
        _read(path, (), datasets, parts)
    return parts


def _read(path: Path, chain: tuple[Path, ...], datasets: list[str], parts: list[Part]) -> None:
    chain = (*chain, path.resolve())
    if path.resolve() in chain[:-1]:
        raise InputError("A configuration includes itself: " + " -> ".join(map(str, chain)) + ".")
    is_model = path.parent.name == MODELS
    if not is_model and not path.parent.with_suffix(".gin").is_file():  # not a model's on a dataset
        datasets.append(path.stem)
    lines = _lines(path)
    start = 0
    for number, line in enumerate(lines):
        included = _included(path, line)
        if included is not None:
            parts.append(_part(path, lines, start, number))
            _read(included, chain, datasets, parts)
            start = number + 1
    parts.append(_part(path, lines, start, len(lines)))
    beside = [path.parent / path.stem / f"{dataset}.gin" for dataset in reversed(datasets)]
    of_dataset = next((candidate for candidate in beside if is_model and candidate.is_file()), None)
    if of_dataset is not None:
        _read(of_dataset, chain, datasets, parts)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}.") from error


def _part(path: Path, lines: list[str], start: int, stop: int) -> Part:
    return Part(path, "\n" * start + "\n".join(lines[start:stop]) + "\n")


def _included(path: Path, line: str) -> Path | None:
    """The file that a line includes, looked up beside the including one; None for other lines."""
    match = re.match(r"\s*include\s+['\"](.+?)['\"]", line)
    if match is None:
        return None
    beside = path.parent / match[1]
    if beside.is_file():
        return beside.resolve()
    try:
        return find_config(match[1])
    except InputError as error:
        raise InputError(f"{path} has a line {line.strip()!r}. {error}") from error
