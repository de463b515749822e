"""Lines of a text file as cells, whatever separates them."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from tripod_dlib.errors import InputError
from tripod_dlib.labels import NUMBER

SEPARATORS = (";", "\t", ",", "|", " ")
LINES_LOOKED_AT = 100
SPREADSHEETS_LINE = re.compile(r"sep=(.)", re.IGNORECASE)
COMMA_NUMBER = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
Row = tuple[str, ...]


def read_cells(path: Path) -> tuple[Row | None, list[Row]]:
    """The cells of a file.

    Columns are separated by semicolons, tabs, commas, bars or blanks, all alike; decimals follow a
    point, or a comma where no comma separates columns.

    Args:
      path: A text file in UTF-8, UTF-16 with its mark, or the Western European code page.

    Returns:
      names: What a comment before the first row (`# x,y`, as NumPy writes heads) calls the columns;
        None without one.
      rows: The cells of every line, without blanks around them.

    Raises:
      InputError: If it cannot be read or is no text.
    """
    lines = [line for line in _text(path).splitlines() if line.strip()]
    separator = None
    if lines and (said := SPREADSHEETS_LINE.fullmatch(lines[0].strip().strip('"'))):
        separator, lines = said[1], lines[1:]
    num_comments = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    comments, lines = lines[:num_comments], lines[num_comments:]
    separator = separator or _separator(lines[:LINES_LOOKED_AT])
    try:
        rows = _split(lines, separator)
        comment = _split([line.lstrip("# ") for line in comments[-1:]], separator)
    except csv.Error as error:
        raise InputError(f"{path} cannot be read as a table: {error}.") from error
    if separator != ",":
        rows = _with_points(rows)
    names = comment[0] if comment and rows and len(comment[0]) == len(rows[0]) else None
    return names, rows


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\0" in data:
        raise InputError(f"{path} is no text: its name says a table, its bytes something else.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _separator(lines: Sequence[str]) -> str:
    """The first that divides all lines alike; the first line may lack the name of row names."""
    for separator in SEPARATORS:
        counts = [len(row) for row in _split(lines, separator)]
        rest = set(counts[1:]) or set(counts)
        if len(rest) == 1 and max(rest) > 1 and counts[0] in (max(rest), max(rest) - 1):
            return separator
    present = [separator for separator in SEPARATORS if any(separator in line for line in lines)]
    return "," if "," in present or not present else present[0]


def _split(lines: Sequence[str], separator: str) -> list[Row]:
    lines = [line.strip(" ") for line in lines]
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
    return [tuple(cell.strip() for cell in row) for row in reader]


def _with_points(rows: list[Row]) -> list[Row]:
    """Decimal commas as points, unless some numbers have points already."""
    cells = {cell for row in rows for cell in row}
    has_points = any("." in cell and NUMBER.fullmatch(cell) for cell in cells)
    if has_points or not any(COMMA_NUMBER.fullmatch(cell) for cell in cells):
        return rows
    return [
        tuple(c.replace(",", ".") if COMMA_NUMBER.fullmatch(c) else c for c in row) for row in rows
    ]
