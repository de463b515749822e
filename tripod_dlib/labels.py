"""Labels of one source or factor as ranks: missing ones are refused, equal ones are one class."""

import dataclasses
import decimal
import fractions
import re
from collections.abc import Sequence

import numpy as np

from tripod_dlib.errors import InputError, counted

# Neighbouring labels are one if they differ by less than this share of themselves (float32's
# rounding and that of sums of a few float32), and by a hundredth at most of what others differ by.
ROUNDING = 1e-6
STANDS_OUT = 100
# What libraries and spreadsheets write for "no value".
MISSING = ("", "nan", "nat", "na", "<na>", "n/a", "#n/a", "none", "null")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?inf(inity)?", re.IGNORECASE)
_NUMBERS = (bool, int, float, np.bool_, np.integer, np.floating)
_EXACT = (decimal.Decimal, fractions.Fraction)


@dataclasses.dataclass(frozen=True)
class Ranks:
    """Labels as integers.

    Attributes:
      ranks: int64 (num,), 0 for the least label.
      num_values: Number of distinct labels.
      num_merged: How many more there would be if labels were compared to the last bit.
      same_texts: Two texts that are one label ("1.10" and "1.1"), the first such pair; else empty.
    """

    ranks: np.ndarray
    num_values: int
    num_merged: int
    same_texts: tuple[str, ...] = ()


def rank_labels(labels: np.ndarray, where: str, hint: str = "") -> Ranks:
    """Ranks of labels of any kind among their distinct values.

    Labels are compared as values: 1, 1.0 and the text "1" of a column of numbers are one class, and
    so are floats that differ by rounding (3 * 0.1 and 0.3), and texts that differ by blanks around
    them.

    Args:
      labels: (num,) integers, booleans, floats, texts or dates, of dtype object too.
      where: Whose they are, for messages ("source 2").
      hint: Added to the message on measurements.

    Returns:
      ranks: Of numbers in their order, of texts in that of the alphabet.

    Raises:
      InputError: If a label is missing (NaN, None, NaT, "", "NA"), infinite or no label, if numbers
        and texts are mixed, or if more than half the labels are different fractions: a measurement.
    """
    given, labels = labels, plain_column(labels, where)
    values, ranks = np.unique(labels, return_inverse=True)
    if labels.dtype.kind != "f":
        ranks = ranks.reshape(-1).astype(np.int64)
        return Ranks(ranks, len(values), 0, _same_texts(given, ranks))
    groups = _without_rounding(values, float(np.finfo(labels.dtype).eps))
    num_values = int(groups[-1]) + 1 if len(groups) else 0
    if num_values > max(len(labels) / 2, 2):
        raise InputError(
            f"{where} has {num_values} distinct float labels in {len(labels)} samples: it looks "
            "continuous. Labels take a few values each: bin it first, or leave it out."
            f"{hint}"
        )
    ranks = groups[ranks.reshape(-1)]
    return Ranks(ranks, num_values, len(values) - num_values, _same_texts(given, ranks))


def merge_rounding(numbers: np.ndarray) -> np.ndarray:
    """Finite float64 numbers (num,), those that differ by rounding alone (0.3, 3 * 0.1) made equal.

    Measurements, whose differences are of all sizes, stay as they are.
    """
    values, ranks = np.unique(numbers, return_inverse=True)
    groups = _without_rounding(values, float(np.finfo(np.float64).eps))
    first = np.flatnonzero(np.diff(groups, prepend=-1))
    return values[first][groups[ranks.reshape(-1)]]


def plain_column(column: np.ndarray, where: str) -> np.ndarray:
    """A column as integers, fractions or texts, none of them missing.

    Args:
      column: (num,) of any dtype.
      where: Whose it is, for messages.

    Returns:
      plain: (num,): int64 (uint64) if every entry is a whole number, else floats of the column's
        precision, all finite; texts if they are not all numbers.

    Raises:
      InputError: See `rank_labels`.
    """
    kind = column.dtype.kind
    if kind in "mM":
        _require_none_missing(np.isnat(column), column, where)
        return column.astype(np.int64)
    if kind == "f":
        return _whole_if_all_are(column, where)
    if kind in "OT":
        return _plain_objects(column.tolist(), where)
    if kind == "S":
        column = np.array(_decoded(column.tolist()), str)
    if column.dtype.kind == "U":
        return _plain_texts(column, where)
    if kind not in "biu":
        raise InputError(
            f"{where} is of dtype {column.dtype}: labels are integers, booleans, texts or floats."
        )
    return column if kind == "u" else column.astype(np.int64)


def is_missing(entry: object) -> bool:
    """Whether an entry stands for no value: None, NaN, NaT, pandas' NA, "", "NA" and the like."""
    if isinstance(entry, str):
        return entry.strip().lower() in MISSING
    if entry is None or type(entry).__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(entry, np.datetime64 | np.timedelta64):
        return bool(np.isnat(entry))
    return isinstance(entry, (*_NUMBERS, *_EXACT, complex)) and bool(entry != entry)


def _plain_objects(entries: list, where: str) -> np.ndarray:
    _require_none_missing(np.array([is_missing(entry) for entry in entries], bool), entries, where)
    entries = _decoded(entries)
    kinds = [_kind(entry) for entry in entries]
    strange = next((row for row, kind in enumerate(kinds) if kind is None), None)
    if strange is not None:
        raise InputError(
            f"{where} holds a {type(entries[strange]).__name__} in row {strange}: labels are "
            "integers, booleans, texts or floats."
        )
    if len(set(kinds)) > 1:
        first, other = kinds[0], next(row for row, kind in enumerate(kinds) if kind != kinds[0])
        raise InputError(
            f"{where} mixes {first} and {kinds[other]}: row 0 holds {entries[0]!r}, row {other} "
            f"{entries[other]!r}. Write all of its labels in one way."
        )
    if kinds and kinds[0] == "numbers":
        return _plain_numbers(entries, where)
    return _plain_texts(np.array([str(entry) for entry in entries], str), where)


def _decoded(entries: list) -> list:
    return [e.decode("utf-8", "replace") if isinstance(e, bytes) else e for e in entries]


def _kind(entry: object) -> str | None:
    if isinstance(entry, (*_NUMBERS, *_EXACT)):
        return "numbers"
    if isinstance(entry, str):
        return "texts"
    is_date = isinstance(entry, np.datetime64 | np.timedelta64) or hasattr(entry, "isoformat")
    return "dates" if is_date else None


def _plain_numbers(entries: Sequence, where: str) -> np.ndarray:
    if all(isinstance(entry, bool | int | np.bool_ | np.integer) for entry in entries):
        whole = [int(entry) for entry in entries]
        fits = -(2**63) <= min(whole, default=0) and max(whole, default=0) < 2**63
        return np.array(whole, np.int64) if fits else np.array([str(v) for v in whole], str)
    return _whole_if_all_are(np.array([float(entry) for entry in entries]), where)


def _plain_texts(texts: np.ndarray, where: str) -> np.ndarray:
    values, inverse = np.unique(texts, return_inverse=True)
    values = [value.strip() for value in values.tolist()]
    missing = np.array([is_missing(value) for value in values], bool)
    _require_none_missing(missing[inverse], texts.tolist(), where)
    if values and all(NUMBER.fullmatch(value) for value in values):
        whole = all(re.fullmatch(r"[+-]?\d+", value) for value in values)
        return _plain_numbers([int(v) if whole else float(v) for v in values], where)[inverse]
    return np.array(values, str)[inverse] if values else texts


def _same_texts(given: np.ndarray, ranks: np.ndarray) -> tuple[str, ...]:
    """The first two texts of one rank, in the alphabet's order; empty where there are none."""
    if given.dtype.kind not in "OTSU" or not len(given):
        return ()
    entries = _decoded(given.tolist())
    if not all(isinstance(entry, str) for entry in entries):
        return ()  # numbers or dates
    texts, first = np.unique(np.array(entries), return_index=True)
    seen: dict[int, str] = {}
    for text, rank in zip(texts.tolist(), ranks[first].tolist(), strict=True):
        if rank in seen:
            return seen[rank], text
        seen[rank] = text
    return ()


def _whole_if_all_are(column: np.ndarray, where: str) -> np.ndarray:
    _require_none_missing(np.isnan(column), column, where)
    if np.isinf(column).any():
        row = int(np.argmax(np.isinf(column)))
        raise InputError(
            f"{where} holds {int(np.isinf(column).sum())} NaN or infinite labels, the first in row "
            f"{row}. Leave those rows out."
        )
    if column.dtype.itemsize > 8:
        column = column.astype(np.float64)
    whole = (column % 1 == 0).all() and (not len(column) or float(np.abs(column).max()) < 2**53)
    return column.astype(np.int64) if whole else column


def _require_none_missing(missing: np.ndarray, entries: Sequence, where: str) -> None:
    if missing.any():
        row = int(np.argmax(missing))
        raise InputError(
            f"{where} has {counted(int(missing.sum()), 'label')} of {len(missing)} missing, NaN or "
            f"empty; the first is {str(entries[row])!r} in row {row}. Leave those rows out, or "
            "find out where they come from; a class of that name needs another one."
        )


def _without_rounding(values: np.ndarray, epsilon: float) -> np.ndarray:
    """Group of each of the sorted distinct values, int64: those of a group differ by rounding."""
    values = values.astype(np.float64)
    separate = np.arange(len(values))
    if len(values) < 2:
        return separate
    gaps = np.diff(values)
    sizes = np.maximum(np.abs(values[1:]), np.abs(values[:-1]))
    at_zero = 8 * epsilon * np.abs(values).max()  # 0.3 - 3 * 0.1 beside 0
    for share in (max(ROUNDING, 8 * epsilon), 8 * epsilon):
        groups = np.concatenate([[0], np.cumsum(gaps > np.maximum(share * sizes, at_zero))])
        starts = np.flatnonzero(np.diff(groups, prepend=-1))
        widths = values[np.append(starts[1:], len(values)) - 1] - values[starts]
        between = values[starts[1:]] - values[starts[1:] - 1]
        constant = not len(between) and share == 8 * epsilon
        if constant or (len(between) and between.min() >= STANDS_OUT * widths.max()):
            return groups
    return separate
