"""Result files: a JSON object a method, revision, dataset and seed; see `result.schema.json`."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from tripod_dlib.board.faults import faults_of
from tripod_dlib.board.variant import Variant, parse_key
from tripod_dlib.errors import InputError
from tripod_dlib.storage import write_json

SCHEMA_VERSION = "1.0"
MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Figure:
    """One measured number.

    Attributes:
      value: The score; None where it is not defined.
      baseline_mean, baseline_q95: What latents score that know nothing, over permutations; None
        where there is no such baseline.
      num_permutations: How many.
    """

    value: float | None
    baseline_mean: float | None = None
    baseline_q95: float | None = None
    num_permutations: int | None = None

    @property
    def above_baseline(self) -> float | None:
        """(s - b) / (1 - b): 0 for latents that know nothing, 1 for the best; None if undefined."""
        if self.value is None or self.baseline_mean is None or self.baseline_mean >= 1:
            return None
        return (self.value - self.baseline_mean) / (1 - self.baseline_mean)


@dataclass(frozen=True)
class Record:
    """A result file that passed the checks.

    Attributes:
      content: The JSON object.
      figures: Variant to figure.
      path: Where it was read, for messages; None if it was not.
    """

    content: dict
    figures: dict[Variant, Figure] = field(hash=False)
    path: Path | None = None

    @property
    def method(self) -> str:
        """The method's name."""
        return self.content["method"]["name"]

    @property
    def revision(self) -> str:
        """The method's revision."""
        return self.content["revision"]

    @property
    def dataset(self) -> str:
        """The dataset's name."""
        return self.content["dataset"]["name"]

    @property
    def seed(self) -> int:
        """The seed."""
        return self.content["seed"]

    @property
    def finished(self) -> bool:
        """Whether it has figures."""
        return self.content["status"] == "finished"

    @property
    def identity(self) -> tuple[str, str, str, int]:
        """What no two files of a board have in common."""
        return self.method, self.revision, self.dataset, self.seed

    @property
    def file_name(self) -> Path:
        """<method>/<revision>/<dataset>-seed<seed>.json, with nothing that leads elsewhere."""
        parts = [_plain(part) for part in (self.method, self.revision, self.dataset)]
        return Path(parts[0], parts[1], f"{parts[2]}-seed{self.seed}.json")


def read_record(path: str | Path) -> Record:
    """Reads and checks a result file.

    Raises:
      InputError: If it cannot be read or a field is wrong; the message names file and field.
    """
    return record_of(read_json(path), Path(path))


def read_json(path: str | Path, most_bytes: int = MAX_BYTES) -> object:
    """The content of a file of JSON, in which no key is there twice and every number is one.

    Raises:
      InputError: If it is something else, or larger.
    """
    path = Path(path)
    try:
        if not path.is_file():
            raise ValueError("it is no file")
        if path.stat().st_size > most_bytes:
            raise ValueError(f"it has more than {most_bytes / 1e6:g} MB")
        return json.loads(
            path.read_text(encoding="utf-8"),
            parse_constant=_refuse_constant,
            object_pairs_hook=_single_keys,
        )
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path} cannot be read as JSON: {error or 'nested too deep'}.") from error


def record_of(content: object, path: Path | None = None) -> Record:
    """Checks the content of a result file.

    Raises:
      InputError: With every field at fault, three at most.
    """
    faults = faults_of(content)
    if faults:
        more = f" (and {len(faults) - 3} more)" if len(faults) > 3 else ""
        raise InputError(f"{path or 'The result'}: {'; '.join(faults[:3])}{more}.")
    figures = {parse_key(key): _figure(entry) for key, entry in content["figures"].items()}
    return Record(content, figures, path)


def write_record(folder: str | Path, record: Record) -> Path:
    """Writes a result file below a folder; returns its path."""
    path = Path(folder) / record.file_name
    write_json(path, record.content)
    return path


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON; write null where a score is not defined")


def _single_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:200]!r} is there twice in one object")
    return content


def _figure(entry: dict) -> Figure:
    baseline = entry.get("baseline") or {}
    names = ("mean", "q95", "permutations")
    return Figure(entry["value"], *(baseline.get(name) for name in names))


def _plain(text: str) -> str:
    """The text as a name of a file; with a hash where it had to be changed: no two share one."""
    kept = "".join(c if c.isalnum() or c in "._-" else "_" for c in text)[:80].strip(".")
    if kept == text:
        return kept
    return f"{kept}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
