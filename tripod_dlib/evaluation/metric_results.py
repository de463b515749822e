"""What a metric gives, which may be anybody's: checked, and made of plain numbers and arrays."""

import math
import numbers
from collections.abc import Mapping

import numpy as np

NOTES = "notes"


def checked_results(metric: str, results: object) -> dict[str, object]:
    """Results as tables and files take them.

    Args:
      metric: Its name, for messages.
      results: What it gave: numbers, None, arrays or lists of numbers by name, perhaps nested, and
        perhaps "notes".

    Returns:
      results: Numbers as they were, of no axes too; a score that is not finite is None, with a
        note; lists are arrays.

    Raises:
      ValueError: If it is something else.
    """
    require_dictionary(metric, results)
    notes = results.get(NOTES, [])
    if not isinstance(notes, list | tuple) or not all(isinstance(note, str) for note in notes):
        raise ValueError(f"{metric} gives {notes!r} as {NOTES!r}; they are a list of texts.")
    said = list(notes)
    scores = {key: value for key, value in results.items() if key != NOTES}
    plain = {key: _plain(f"{metric}.{key}", value, said) for key, value in scores.items()}
    return {**plain, NOTES: said} if NOTES in results or said else plain


def require_storable(name: str, results: Mapping[str, object]) -> None:
    """Refuses what no result file takes: other things than numbers, texts, arrays and None.

    Raises:
      ValueError: With the name of the score and what it is.
    """
    for key, value in results.items():
        if not _is_storable(value):
            raise ValueError(_refusal(f"{name}.{key}", value))


def _is_storable(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and _is_storable(entry) for key, entry in value.items())
    if isinstance(value, list | tuple):
        return all(map(_is_storable, value))
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind in "fiubU"
    return value is None or isinstance(value, str | bool | int | float)


def finite_scores(name: str, scores: Mapping[str, object]) -> tuple[dict[str, object], list[str]]:
    """Scores of which those that are NaN or infinite are None, and a note on each of these.

    Args:
      name: What the scores are of, for the notes.
      scores: Of any kind, perhaps nested; all else stays as it is.
    """
    notes: list[str] = []
    finite: dict[str, object] = {}
    for key, value in scores.items():
        if isinstance(value, Mapping):
            finite[key], said = finite_scores(f"{name}.{key}", value)
            notes += said
        elif isinstance(value, numbers.Real) and not isinstance(value, bool):
            finite[key] = _finite(f"{name}.{key}", value, notes)
        else:
            finite[key] = value
    return finite, notes


def require_dictionary(metric: str, results: object) -> None:
    """Refuses results that are not scores by name.

    Raises:
      ValueError: With what came.
    """
    if not isinstance(results, Mapping) or not all(isinstance(key, str) for key in results):
        raise ValueError(
            f"{metric} gives {type(results).__name__} {results!r}; a metric gives a dictionary of "
            "scores by name, such as {'score': 0.5}."
        )


def _plain(name: str, value: object, notes: list[str]) -> object:
    if value is None:
        return None
    if isinstance(value, Mapping):
        require_dictionary(name, value)
        return {key: _plain(f"{name}.{key}", entry, notes) for key, entry in value.items()}
    if isinstance(value, str | bytes):
        raise ValueError(_refusal(name, value))
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        return _finite(name, value, notes)
    try:
        array = np.asarray(value)
    except (TypeError, ValueError) as error:
        raise ValueError(_refusal(name, value)) from error
    if array.dtype.kind not in "fiub":
        raise ValueError(_refusal(name, value))
    return array if array.ndim else _finite(name, float(array), notes)


def _finite(name: str, value: numbers.Real, notes: list[str]) -> numbers.Real | None:
    if math.isfinite(value):
        return value
    notes.append(f"{name} is {value}, which is no score.")
    return None


def _refusal(name: str, value: object) -> str:
    return (
        f"{name} is {value!r}; a score is a number, None where it is undefined, an array of "
        "numbers, or a dictionary of those."
    )
