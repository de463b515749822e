"""Result files: a JSON object a method, revision, dataset and seed; see `result.schema.json`."""

import datetime
import functools
import importlib.resources
import json
import math
from dataclasses import dataclass, field
from pathlib import Path

from tripod_dlib.board.variant import RANKED, Variant, parse_key
from tripod_dlib.errors import InputError
from tripod_dlib.storage import write_json

SCHEMA = "result.schema.json"
SCHEMA_VERSION = "1.0"
MAX_BYTES = 10_000_000
ROUNDING = 1e-9


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


@functools.cache
def schema() -> dict:
    """The JSON schema of result files."""
    text = importlib.resources.files("tripod_dlib.board").joinpath(SCHEMA).read_text("utf-8")
    return json.loads(text)


def read_record(path: str | Path) -> Record:
    """Reads and checks a result file.

    Raises:
      InputError: If it cannot be read or a field is wrong; the message names file and field.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"it has more than {MAX_BYTES / 1e6:g} MB")
        content = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path} cannot be read as JSON: {error or 'nested too deep'}.") from error
    return record_of(content, path)


def record_of(content: object, path: Path | None = None) -> Record:
    """Checks the content of a result file.

    Raises:
      InputError: With every field at fault, three at most.
    """
    faults = list(_schema_faults(content))
    figures = {}
    if not faults:
        faults = list(_other_faults(content))
        figures = {parse_key(key): _figure(entry) for key, entry in content["figures"].items()}
    if faults:
        more = f" (and {len(faults) - 3} more)" if len(faults) > 3 else ""
        raise InputError(f"{path or 'The result'}: {'; '.join(faults[:3])}{more}.")
    return Record(content, figures, path)


def write_record(folder: str | Path, record: Record) -> Path:
    """Writes a result file below a folder; returns its path."""
    path = Path(folder) / record.file_name
    write_json(path, record.content)
    return path


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON; write null where a score is not defined")


def _schema_faults(content: object):
    try:
        import jsonschema
    except ImportError as error:
        raise InputError(
            "Result files are checked by jsonschema, which is not installed: "
            "pip install 'tripod_dlib[report]'."
        ) from error
    validator = jsonschema.Draft202012Validator(schema())
    for error in sorted(validator.iter_errors(content), key=lambda error: list(error.path)):
        where = ".".join(map(str, error.path)) or "the file"
        yield f"{where}: {error.message[:300]}"


def _other_faults(content: dict):
    """What a schema cannot say."""
    try:
        date = datetime.date.fromisoformat(content["date"])
        if date > datetime.date.today() + datetime.timedelta(days=1):
            yield f"date: {content['date']} is in the future"
    except ValueError as error:
        yield f"date: {error}"
    figures, seed = content["figures"], content["seed"]
    if content["status"] == "finished" and not figures:
        yield "figures: a finished result has some"
    if content["status"] != "finished" and figures:
        yield f"figures: a result that is {content['status']} has none"
    for name, own in (("seeds", seed), ("datasets", content["dataset"]["name"])):
        claimed = content.get("claims", {}).get(name)
        if claimed is not None and own not in claimed:
            yield f"claims.{name}: does not hold its own {own!r}"
    for key, entry in figures.items():
        yield from (f"figures.{key}: {fault}" for fault in _figure_faults(key, entry))


def _figure_faults(key: str, entry: dict):
    try:
        variant = parse_key(key)
    except InputError as error:
        yield str(error).rstrip(".")
        return
    baseline, (least, most) = entry.get("baseline"), variant.limits
    numbers = {"value": entry["value"], **(baseline or {})}
    for name, number in numbers.items():
        if name == "permutations" or number is None:
            continue
        if not math.isfinite(number):
            yield f"{name} is not finite"
        elif not least - ROUNDING <= number <= most + ROUNDING:
            yield f"{name} is {number:g}; {variant.metric} is from {least:g} to {most:g}"
    if variant.metric in RANKED and baseline is None and entry["value"] is not None:
        yield "baseline is missing: methods are ranked by what lies above it"
    if baseline is not None and baseline["q95"] < baseline["mean"] - ROUNDING:
        yield "baseline.q95 is below baseline.mean"


def _figure(entry: dict) -> Figure:
    baseline = entry.get("baseline") or {}
    names = ("mean", "q95", "permutations")
    return Figure(entry["value"], *(baseline.get(name) for name in names))


def _plain(text: str) -> str:
    kept = "".join(c if c.isalnum() or c in "._-" else "_" for c in text)[:80]
    return kept.strip(".") or "_"
