"""Tables as files for people and programs: CSV, Markdown, LaTeX. Cells never act."""

import csv
import html
import io
import os
from collections.abc import Sequence
from pathlib import Path

from tripod_dlib.errors import InputError
from tripod_dlib.storage import write_text

Rows = Sequence[Sequence[str]]

_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
}


def as_csv(header: Sequence[str], rows: Rows) -> str:
    """Comma-separated values; a cell that a spreadsheet would take for a formula gets a quote."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerows([[_no_formula(cell) for cell in row] for row in (header, *rows)])
    return file.getvalue()


def as_markdown(header: Sequence[str], rows: Rows) -> str:
    """A Markdown table; HTML and bars are escaped."""
    escaped = [[_markdown_cell(cell) for cell in row] for row in (header, *rows)]
    lines = [f"| {' | '.join(row)} |" for row in escaped]
    return "\n".join([lines[0], "|" + "---|" * len(header), *lines[1:]]) + "\n"


def as_latex(header: Sequence[str], rows: Rows) -> str:
    """A LaTeX tabular of the booktabs package; special characters are escaped."""
    escaped = [[_latex_cell(cell) for cell in row] for row in (header, *rows)]
    lines = [f"{' & '.join(row)} \\\\" for row in escaped]
    columns = "l" + "r" * (len(header) - 1)
    inner = ["\\toprule", lines[0], "\\midrule", *lines[1:], "\\bottomrule"]
    return "\n".join([f"\\begin{{tabular}}{{{columns}}}", *inner, "\\end{tabular}"]) + "\n"


FORMATS = {".csv": as_csv, ".md": as_markdown, ".tex": as_latex}


def write_table(path: str | os.PathLike, header: Sequence[str], rows: Rows) -> None:
    """Writes a table in the form that the file's name asks for.

    Args:
      path: A .csv, .md or .tex file.
      header: Names of the columns.
      rows: Texts, as many a row as there are columns.

    Raises:
      InputError: If the name ends otherwise.
    """
    path = Path(path)
    if path.suffix not in FORMATS:
        raise InputError(f"A table cannot be written as {path.name}: use {', '.join(FORMATS)}.")
    write_text(path, FORMATS[path.suffix](header, rows))


def _no_formula(cell: str) -> str:
    if not cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return cell
    try:
        float(cell)
    except ValueError:
        return cell if cell == "-" else f"'{cell}"
    return cell


def _markdown_cell(cell: str) -> str:
    return " ".join(html.escape(cell, quote=False).replace("|", "\\|").split())


def _latex_cell(cell: str) -> str:
    return " ".join("".join(_LATEX.get(character, character) for character in cell).split())
