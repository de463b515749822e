"""Result files of many runs, each result once."""

import glob
import json
import os
import re
from collections.abc import Mapping
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
      paths: Of all files that hold results, copies among them.
    """

    results: list[dict[str, object]]
    notes: list[str]
    paths: list[str]


def find_results(pattern: str) -> Found:
    """Reads the aggregate files that a pattern matches.

    A copy of a result, which an evaluation keeps of its run, is left out (results have a "uuid"),
    and so are runs that `--overwrite` moved aside, unless the pattern asks for them, and tables of
    results that were gathered before.

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
    gathered = []
    for path in kept:
        content = read_result(path)
        if _is_gathered(content):
            gathered.append(path)
            continue
        if not any("_results." in key for key in content):
            raise InputError(
                f"{path} is no result file: none of its keys is like 'train_results.loss'. Exclude "
                "it."
            )
        results.setdefault(_identity(content, path), {**content, "path": path})
    if not results:
        raise InputError(
            f"{pattern!r} matches only {', '.join(gathered)}, into which results were gathered "
            "before. Name the files of the runs, such as "
            "'results/*/results/aggregate/train.json'."
        )
    read = [path for path in kept if path not in gathered]
    left_out = {
        "of runs that --overwrite moved aside": len(paths) - len(kept),
        "into which results were gathered before": len(gathered),
        "of results found elsewhere": len(read) - len(results),
    }
    notes = [f"{counted(num, 'file')} {what} left out." for what, num in left_out.items() if num]
    return Found(list(results.values()), notes, read)


def require_no_result(flag: str, path: str | os.PathLike, found: Found) -> None:
    """Refuses to write over a file that holds results.

    Args:
      flag: What names the file, for the message.
      path: The file that is to be written.
      found: What was read.

    Raises:
      InputError: If it is one of those files, by whatever path.
    """
    real = os.path.realpath(path)
    if any(os.path.realpath(kept) == real for kept in found.paths):
        raise InputError(
            f"{flag} {path} is one of the result files that the pattern matches, and would be lost."
            " Choose another file."
        )


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


def _is_gathered(content: Mapping[str, object]) -> bool:
    """Whether it is what `results.aggregate.write_results` writes: columns of numbered rows."""
    return bool(content) and all(
        isinstance(column, dict) and column and all(map(str.isdecimal, column))
        for column in content.values()
    )


def _identity(content: dict, path: str) -> object:
    uuids = [(key, str(value)) for key, value in content.items() if key.endswith("_results.uuid")]
    return tuple(sorted(uuids)) or os.path.realpath(path)


def _moved_aside(path: str) -> bool:
    return any(MOVED_ASIDE.search(part) for part in Path(path).parts[:-1])
