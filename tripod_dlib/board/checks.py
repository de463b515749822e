"""What a repository of results runs in its CI: are files valid, complete, single, and unchanged?"""

import dataclasses
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from tripod_dlib.board.dlib_aggregate import is_aggregate, records_of_aggregate
from tripod_dlib.board.record import MAX_BYTES, Record, read_json, record_of
from tripod_dlib.errors import InputError

TOLERANCE = 0.001
ROUNDING = 1e-9
MOST_BYTES = 2_000_000_000  # of aggregated results: 12 600 runs with all metrics are in the file

# What is wrong with a record beside those before it, which it may add itself to; "" for nothing.
Finder = Callable[[Record, dict], str]


@dataclasses.dataclass(frozen=True)
class Found:
    """What checking some files gave.

    Attributes:
      records: Those that are valid and can stand beside each other.
      faults: Sentences on what is wrong, file and field first: no board is made of these files.
      lacks: Sentences on what is claimed and not there.
    """

    records: list[Record]
    faults: list[str]
    lacks: list[str]


def files_below(paths: Sequence[str | Path]) -> list[Path]:
    """The JSON files that paths are or hold, each once, by the order of the paths, then sorted.

    Raises:
      InputError: If a path is not there, or a folder holds none.
    """
    named: dict[Path, Path] = {}
    for path in map(Path, paths):
        is_folder = path.is_dir()
        files = [f for f in sorted(path.rglob("*.json")) if not f.is_dir()] if is_folder else [path]
        if not files or not (is_folder or path.exists()):
            what = "holds no .json file" if is_folder else "is not there"
            raise InputError(f"{path} {what}: give result files, or folders of them.")
        for file in files:
            named.setdefault(file.resolve(), file)
    return list(named.values())


def check_files(paths: Sequence[str | Path]) -> Found:
    """Reads result files and says what is wrong with them and among them.

    Of two files that cannot both stand, the one stays that lies where `write_record` puts it below
    a path that was given; else the first.

    Raises:
      InputError: If there are no files; what is wrong inside them is returned.
    """
    records, faults = [], []
    for path in files_below(paths):
        try:
            content = read_json(path, MOST_BYTES if _begins_as_aggregate(path) else MAX_BYTES)
            if is_aggregate(content):
                further, wrong = records_of_aggregate(content, path)
                records += further
                faults += wrong
            else:
                records.append(record_of(content, path))
        except InputError as error:
            faults.append(str(error))
    roots = [Path(path).resolve() for path in paths]
    records.sort(key=lambda record: not _in_its_place(record, roots))
    for find in (_of_one_seed, _of_another_developer, _of_one_measurement):
        seen = _developers(records) if find is _of_another_developer else {}
        records, repeated = _singled(records, find, seen)
        faults += repeated
    return Found(records, faults, _lacks(records))


def _begins_as_aggregate(path: Path) -> bool:
    """Whether the first key is a column's: these files may be large."""
    try:
        with path.open("rb") as file:
            start = file.read(200).lstrip()
    except OSError:
        return False
    return bool(re.match(rb'\{\s*"(path"|[a-z]+_(config|results)\.)', start))


def _in_its_place(record: Record, roots: Sequence[Path]) -> bool:
    return any(record.path.resolve() == root / record.file_name for root in roots)


def _singled(
    records: Sequence[Record], find: Finder, seen: dict[object, Record]
) -> tuple[list[Record], list[str]]:
    """Those that what was seen before them leaves in place, and sentences on the others."""
    kept, faults = [], []
    for record in records:
        fault = find(record, seen)
        if fault:
            faults.append(f"{record.path}: {fault}")
        else:
            kept.append(record)
    return kept, faults


def _of_one_seed(record: Record, seen: dict) -> str:
    other = seen.setdefault(record.identity, record)
    if other is record:
        return ""
    return f"seed: the same method, revision, dataset and seed as {other.path}"


def _developers(records: Sequence[Record]) -> dict[object, Record]:
    """For each method and revision a record of the developer whom most of its files name."""
    votes: dict[tuple, dict[str, list[Record]]] = {}
    for record in records:
        named = votes.setdefault((record.method, record.revision), {})
        named.setdefault(record.content["method"].get("developer", ""), []).append(record)
    return {key: max(named.values(), key=len)[0] for key, named in votes.items()}


def _of_another_developer(record: Record, seen: dict) -> str:
    other = seen[record.method, record.revision]
    names = [r.content["method"].get("developer", "") for r in (record, other)]
    if names[0] == names[1]:
        return ""
    return (
        f"method.developer: is {names[0]!r}, and {names[1]!r} in {other.path}, of this method and "
        "revision; another's work has another name or revision"
    )


def _of_one_measurement(record: Record, seen: dict) -> str:
    digest = record.content.get("digests", {}).get("representation")
    if digest is not None and (twin := seen.setdefault(digest, record)) is not record:
        return f"digests.representation: is that of {twin.path}"
    figures = frozenset(record.figures.items())
    if not any(_is_measured(figure.value) for figure in record.figures.values()):
        return ""
    twin = seen.setdefault(figures, record)
    return "" if twin is record else f"figures: are exactly those of {twin.path}"


def _is_measured(value: float | None) -> bool:
    """Whether it has more digits than people round to: two measurements do not share these."""
    return value is not None and abs(round(value, 6) - value) > ROUNDING


def changed_figures(
    before: Sequence[Record], after: Sequence[Record], tolerance: float = TOLERANCE
) -> list[str]:
    """What changed by more than a tolerance, or is gone, between two states of a repository.

    Args:
      before, after: Records of both.
      tolerance: Largest difference of a value that may pass.
    """
    now = {record.identity: record for record in after}
    sentences = []
    for record in before:
        other = now.get(record.identity)
        where = "{} ({}) on {}, seed {}".format(*record.identity)
        if other is None:
            sentences.append(f"{where}: the file is gone")
            continue
        for variant, figure in record.figures.items():
            new = other.figures.get(variant)
            if new is None:
                sentences.append(f"{where}: {variant.key} is gone")
                continue
            pairs = [("value", figure.value, new.value)]
            if None not in (figure.value, new.value):
                pairs += [("baseline.mean", figure.baseline_mean, new.baseline_mean)]
            for name, old, value in pairs:
                if (old is None) != (value is None):
                    sentences.append(f"{where}: {variant.key} {name} was {old} and is {value}")
                elif old is not None and abs(old - value) > tolerance:
                    sentences.append(
                        f"{where}: {variant.key} {name} was {old:.6g} and is {value:.6g}"
                    )
    return sentences


def _lacks(records: Sequence[Record]) -> list[str]:
    there = {record.identity for record in records}
    wanted: dict[tuple, Path | None] = {}
    for record in records:
        claims = record.content.get("claims", {})
        for dataset in claims.get("datasets", [record.dataset]):
            for seed in claims.get("seeds", [record.seed]):
                wanted.setdefault((record.method, record.revision, dataset, seed), record.path)
    return [
        "{} ({}) on {}: seed {} is claimed by {} and not there".format(*identity, path)
        for identity, path in sorted(wanted.items(), key=lambda item: item[0])
        if identity not in there
    ]
