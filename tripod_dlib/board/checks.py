"""What a repository of results runs in its CI: are files valid, complete, single, and unchanged?"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from tripod_dlib.board.record import Record, read_record
from tripod_dlib.errors import InputError

TOLERANCE = 0.001


@dataclasses.dataclass(frozen=True)
class Found:
    """What checking some files gave.

    Attributes:
      records: Those that are valid and no duplicates.
      faults: Sentences on what is wrong: no board is made of these files.
      lacks: Sentences on what is claimed and not there.
    """

    records: list[Record]
    faults: list[str]
    lacks: list[str]


def files_below(paths: Sequence[str | Path]) -> list[Path]:
    """The JSON files that paths are or hold, sorted, each once.

    Raises:
      InputError: If a path is not there, or a folder holds none.
    """
    found: dict[Path, Path] = {}
    for path in map(Path, paths):
        files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
        if not files or not files[0].is_file():
            what = "holds no .json file" if path.is_dir() else "is not there"
            raise InputError(f"{path} {what}: give result files, or folders of them.")
        found.update({file.resolve(): file for file in files})
    return list(found.values())


def check_files(paths: Sequence[str | Path]) -> Found:
    """Reads result files and says what is wrong with them and among them.

    Raises:
      InputError: If there are no files; what is wrong inside them is returned.
    """
    records, faults = [], []
    for path in files_below(paths):
        try:
            records.append(read_record(path))
        except InputError as error:
            faults.append(str(error))
    single: dict[tuple, Record] = {}
    same_arrays: dict[str, Record] = {}
    for record in records:
        other = single.setdefault(record.identity, record)
        if other is not record:
            faults.append(
                f"{record.path}: the same method, revision, dataset and seed as {other.path}"
            )
            continue
        digest = record.content.get("digests", {}).get("representation")
        twin = same_arrays.setdefault(digest, record) if digest else record
        if twin is not record:
            faults.append(f"{record.path}: digests.representation is that of {twin.path}")
    kept = list(single.values())
    return Found(kept, faults, _lacks(kept))


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
