"""Tables as files for people and programs: CSV, Markdown, LaTeX. Cells never act."""

import csv
import io
import os
import re
from collections.abc import Sequence
from pathlib import Path

from tripod_dlib.errors import InputError
from tripod_dlib.storage import printable, write_text

Rows = Sequence[Sequence[str]]

# In Markdown these begin a link, a picture, emphasis, code, mathematics, a mention or HTML.
_MARKDOWN = {
    **{character: f"\\{character}" for character in "\\`*_[]!~$|"},
    **{"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;", "#": "&#35;", ":": "&#58;"},
}
_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "±": r"$\pm$",
    **{character: f"\\{character}" for character in "&%$#_{}"},
    # in text fonts other signs stand in their places, or they join with their neighbours; "[" and
    # "*" after a row's end would be taken for its argument
    **{character: f"{{{character}}}" for character in "[]*-'`\",?!"},
    **{"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}"},
}
_FORMULA = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")  # and their wide forms


def as_csv(header: Sequence[str], rows: Rows) -> str:
    """Comma-separated values; a cell that a spreadsheet would take for a formula gets a quote."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerows([[_no_formula(cell) for cell in row] for row in (header, *rows)])
    return file.getvalue()


def as_markdown(header: Sequence[str], rows: Rows) -> str:
    """A Markdown table; what would act is escaped."""
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


def require_form(path: str | os.PathLike) -> str:
    """How a file's name ends, if a table can be written so.

    Raises:
      InputError: If it cannot.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        raise InputError(
            f"A table cannot be written as {Path(path).name}: use {', '.join(FORMATS)}."
        )
    return suffix


def write_table(path: str | os.PathLike, header: Sequence[str], rows: Rows) -> None:
    """Writes a table in the form that the file's name asks for.

    Args:
      path: A .csv, .md or .tex file.
      header: Names of the columns.
      rows: Texts, as many a row as there are columns.

    Raises:
      InputError: If the name ends otherwise.
    """
    write_text(path, FORMATS[require_form(path)](header, rows))


def _no_formula(cell: str) -> str:
    cell = printable(cell, keep="\n\t")
    if not cell.lstrip(" ").startswith(_FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return cell if cell == "-" else f"'{cell}"
    return cell


def _markdown_cell(cell: str) -> str:
    text = "".join(_MARKDOWN.get(character, character) for character in _on_a_line(cell))
    return re.sub(r"\bwww\.", "www&#46;", text, flags=re.IGNORECASE)  # which would be a link


def _latex_cell(cell: str) -> str:
    return "".join(_LATEX.get(character, character) for character in _on_a_line(cell))


def _on_a_line(cell: str) -> str:
    return printable(" ".join(cell.split()))
