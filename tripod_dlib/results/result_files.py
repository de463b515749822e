"""Result files of many runs, each result once."""

import glob
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from tripod_dlib.errors import InputError, counted

MOST_NESTED = 50  # our own results nest three deep
MOVED_ASIDE = re.compile(r"\.old-\d{8}-\d{6}(-\d+)?$")  # what --overwrite makes of a run's folder


@dataclass(frozen=True)
class Found:
    """What a pattern matches.

    Attributes:
      results: One flat dict a file, in the order of the paths, each with its "path" added.
      notes: Sentences on files that were left out.
    """

    results: list[dict[str, object]]
    notes: list[str]


def find_results(pattern: str) -> Found:
    """Reads the aggregate files that a pattern matches.

    A copy of a result, which an evaluation keeps of its run, is left out (results have a "uuid"),
    and so are runs that `--overwrite` moved aside, unless the pattern asks for them.

    Args:
      pattern: A glob; `**` stands for any number of folders.

    Raises:
      InputError: If nothing matches, or a file is no result file.
    """
    paths = sorted(glob.glob(pattern, recursive=True))
    kept = paths if ".old-" in pattern else [path for path in paths if not _moved_aside(path)]
    if not kept:
        aside = f" but {len(paths)} of runs that --overwrite moved aside" if paths else ""
        raise InputError(
            f"No file matches {pattern!r}{aside}. Runs of tripod_train are found by "
            "'results/*/results/aggregate/train.json'; quote the pattern for the shell."
        )
    results: dict[object, dict] = {}
    for path in kept:
        content = read_result(path)
        if not any("_results." in key for key in content):
            raise InputError(
                f"{path} is no result file: none of its keys is like 'train_results.loss'. Exclude "
                "it."
            )
        results.setdefault(_identity(content, path), {**content, "path": path})
    notes = []
    if len(kept) < len(paths):
        left_out = len(paths) - len(kept)
        notes.append(f"{counted(left_out, 'file')} of runs that --overwrite moved aside left out.")
    if len(results) < len(kept):
        notes.append(
            f"{counted(len(kept) - len(results), 'file')} of results found elsewhere left out."
        )
    return Found(list(results.values()), notes)


def read_result(path: str | os.PathLike) -> dict[str, object]:
    """Reads one file.

    Raises:
      InputError: If it is no JSON object of numbers, texts and short lists of lists.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        fault = _fault(content)
    except (OSError, ValueError) as error:
        fault = f"cannot be read as JSON: {error}"
    except RecursionError:
        fault = f"is nested deeper than {MOST_NESTED} levels"
    if fault is not None:
        raise InputError(f"{path} {fault}; it is no result file. Repair or exclude it.")
    return content


def _fault(content: object) -> str | None:
    if not isinstance(content, dict):
        return "holds no JSON object"
    level, depth = [content], 0
    while level:
        depth += 1
        if depth > MOST_NESTED:
            return f"is nested deeper than {MOST_NESTED} levels"
        for value in level:
            if isinstance(value, int) and value.bit_length() > 1023:
                return f"holds a number of {len(str(value))} digits"
        nested = [value for value in level if isinstance(value, dict | list)]
        level = [
            e for value in nested for e in (value.values() if isinstance(value, dict) else value)
        ]
    return None


def _identity(content: dict, path: str) -> object:
    uuids = [(key, str(value)) for key, value in content.items() if key.endswith("_results.uuid")]
    return tuple(sorted(uuids)) or os.path.realpath(path)


def _moved_aside(path: str) -> bool:
    return any(MOVED_ASIDE.search(part) for part in Path(path).parts[:-1])
