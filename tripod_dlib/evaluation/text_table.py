"""Tables of text: what spreadsheets, pandas, NumPy and R write as .csv, .tsv and .txt.

What is no sample is left out, and said: names of columns (numbers, too) and indices.
"""

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.text_lines import Row, read_cells
from tripod_dlib.labels import NUMBER, is_missing
from tripod_dlib.metrics.tables import counts_rows

WHOLE = re.compile(r"[+-]?\d+")
WHOLE_VALUED = re.compile(r"[+-]?\d+(\.0*)?")


@dataclasses.dataclass(frozen=True)
class TextTable:
    """What a file holds.

    Attributes:
      path: The file.
      names: Names of the columns, or None.
      rows: The cells of the other lines, all rows of one length, at least one.
      undecided: Whether `names` (0, 1, 2, as pandas names columns without names) may as well be the
        labels of a first sample.
      notes: What was left out.
      index: The cells of a first column without a name, which is left out; None without one.
    """

    path: Path
    names: Row | None
    rows: Sequence[Row]
    undecided: bool = False
    notes: tuple[str, ...] = ()
    index: tuple[str, ...] | None = None

    def decided(self, num_samples: int | None) -> "TextTable":
        """The same table, its first line names or a sample, as the expected number of rows says.

        Raises:
          InputError: If no number is expected.
        """
        if not self.undecided:
            return self
        first = ",".join(self.names)
        if num_samples is None:
            raise InputError(
                f"{self.path}: its first line, {first}, may be the names that pandas gives columns "
                "without any, or the labels of a first sample. Write names that are no numbers, or "
                "none (header=False)."
            )
        if num_samples == len(self.rows) + 1:
            rows = [self.names, *self.rows]
            return dataclasses.replace(self, names=None, rows=rows, undecided=False)
        note = f"The first line of {self.path.name}, {first}, is taken for names of columns."
        return dataclasses.replace(self, undecided=False, notes=(*self.notes, note))

    def labels(self) -> np.ndarray:
        """The cells as labels, (num_rows, num_columns).

        Returns:
          table: int64 if all are whole numbers, float64 if all are numbers, else objects: texts and
            numbers, None where a cell is empty or says that there is nothing ("NA").
        """
        columns = [self._labels(index) for index in range(len(self.rows[0]))]
        kinds = {column.dtype.kind for column in columns}
        dtype = np.int64 if kinds == {"i"} else np.float64 if kinds <= {"i", "f"} else object
        return np.stack([column.astype(dtype) for column in columns], axis=1)

    def numbers(self) -> np.ndarray:
        """The cells as numbers, int64 or float64 (num_rows, num_columns), NaN where one is empty.

        Raises:
          InputError: If a cell is no number, or a column counts the rows.
        """
        table = self.labels()
        if table.dtype.kind == "O":
            texts = [place for place, cell in np.ndenumerate(table) if isinstance(cell, str)]
            row, column = next((p for p in texts if not NUMBER.fullmatch(table[p])), texts[0])
            raise InputError(
                f"{self.path}: {self._name(column)} holds {table[row, column]!r} in row {row}, "
                "counted from 0; latents are numbers. Leave such columns out of the file."
            )
        for index, column in enumerate(table.T):
            if counts_rows(column):
                raise InputError(
                    f"{self.path}: {self._name(index)} counts the rows: it is an index and no "
                    "latent. Save the file without it (pandas: index=False), or give it no name."
                )
        return table

    def _labels(self, index: int) -> np.ndarray:
        cells = [row[index] for row in self.rows]
        if all(WHOLE.fullmatch(cell) for cell in cells) and max(map(len, cells)) < 19:
            return np.array([int(cell) for cell in cells], np.int64)
        gone = [is_missing(cell) for cell in cells]
        if all(g or NUMBER.fullmatch(cell) for cell, g in zip(cells, gone, strict=True)):
            if not any(WHOLE.fullmatch(cell) and len(cell) > 15 for cell in cells):
                numbers = [np.nan if g else float(c) for c, g in zip(cells, gone, strict=True)]
                return np.array(numbers, np.float64)
        return np.array([None if g else c for c, g in zip(cells, gone, strict=True)], object)

    def _name(self, index: int) -> str:
        return f"column {index}" + (f" ({self.names[index]})" if self.names else "")


def read_text_table(path: Path) -> TextTable:
    """Reads a table and finds out what is no sample in it.

    Raises:
      InputError: If it cannot be read, is empty, or has rows of unequal length.
    """
    names, rows = read_cells(path)
    is_head, counted = names is None and _is_head(rows), names is None and _counts_columns(rows)
    form = WHOLE if rows and _all_whole(rows[0]) else WHOLE_VALUED
    undecided = counted and any(all(map(form.fullmatch, row)) for row in rows[1:])
    if is_head or counted:
        names, rows = rows[0], rows[1:]
    if not rows:
        what = "only names of columns" if names else "it is empty"
        raise InputError(f"{path} holds no numbers and no labels: {what}.")
    width = max({len(row) for row in rows}, key=[len(row) for row in rows].count, default=0)
    if names is not None and len(names) == width - 1:
        names = ("", *names)  # R names the rows, and gives that column no name
    _require_equal_rows(path, names, rows, width)
    table = _without_nameless(TextTable(path, names, rows, undecided))
    if is_head and not counted and _all_whole(names):
        note = f"The first line of {path.name}, {','.join(names)}, is taken for names of columns."
        table = dataclasses.replace(table, notes=(*table.notes, note))
    return table


def _is_head(rows: Sequence[Row]) -> bool:
    """Whether the first row holds names.

    That is a word where numbers follow, words that never come again, an index's missing name before
    numbers of columns, or whole numbers where every other cell is a fraction.
    """
    if _whole_above_fractions(rows):
        return True
    if len(rows) > 1 and not rows[0][0] and _counts_columns([rows[0][1:], *rows[1:]]):
        return True
    if not rows or not any(map(_is_word, rows[0])):
        return False
    columns = list(zip(*rows[1:], strict=False))
    if not columns:
        return True
    for cell, below in zip(rows[0], columns, strict=False):
        if _is_word(cell) and not any(map(_is_word, below)):
            return True
    return not any(cell in below for cell, below in zip(rows[0], columns, strict=False))


def _whole_above_fractions(rows: Sequence[Row]) -> bool:
    """Whether the first row has numbers of columns, such as 3, 7, 12, above measurements."""
    if len(rows) < 3 or not _all_whole(rows[0]) or len(set(rows[0])) < len(rows[0]):
        return False
    return all(NUMBER.fullmatch(c) and not WHOLE.fullmatch(c) for row in rows[1:] for c in row)


def _is_word(cell: str) -> bool:
    return not NUMBER.fullmatch(cell) and not is_missing(cell)


def _counts_columns(rows: Sequence[Row]) -> bool:
    """Whether the first of several rows is 0, 1, 2, ... or 1, 2, 3, ..., or 0.0, 1.0, ..."""
    if len(rows) < 2:
        return False
    starts = [
        tuple(form.format(start + i) for i in range(len(rows[0])))
        for start in (0, 1)
        for form in ("{}", "{}.0")
    ]
    return tuple(rows[0]) in starts


def _all_whole(row: Row) -> bool:
    return all(WHOLE.fullmatch(cell) for cell in row)


def _require_equal_rows(path: Path, names: Row | None, rows: Sequence[Row], width: int) -> None:
    lines = [("the line of names", names)] if names is not None else []
    for where, row in [*lines, *((f"row {number}", row) for number, row in enumerate(rows))]:
        if len(row) != width:
            raise InputError(
                f"{path}: {where}, {','.join(row)[:60]!r}, has {len(row)} cells where others have "
                f"{width}. All lines of a table have the same number of cells."
            )


def _without_nameless(table: TextTable) -> TextTable:
    """Leaves out a first column without a name (an index), and an empty last one."""
    path, names, rows = table.path, table.names, table.rows
    notes, cells = [], None
    nameless = names is None or not names[-1]
    if len(rows[0]) > 1 and nameless and not any(row[-1] for row in rows):
        names, rows = names and names[:-1], [row[:-1] for row in rows]
        table = dataclasses.replace(table, names=names, rows=rows)
    if names is None or table.undecided:
        return table
    if len(names) > 1 and _has_no_name(names[0]):
        cells = tuple(row[0] for row in rows)
        names, rows = names[1:], [row[1:] for row in rows]
        notes = [f"The first column of {path.name}, which has no name, is left out as an index."]
    nameless = [index for index, name in enumerate(names) if _has_no_name(name)]
    if nameless:
        raise InputError(
            f"{path}: column {nameless[0] + bool(notes)} has no name: an index, or left behind by "
            "a spreadsheet. Give it a name, or save the file without it."
        )
    return dataclasses.replace(table, names=names, rows=rows, notes=tuple(notes), index=cells)


def _has_no_name(name: str) -> bool:
    return not name or name.startswith("Unnamed: ")
