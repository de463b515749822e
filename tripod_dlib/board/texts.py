"""Tables as CSV, Markdown, LaTeX and JSON."""

import dataclasses
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from tripod_dlib.board.table import Board, Cell, Column, Row, Table
from tripod_dlib.results.table import format_number
from tripod_dlib.results.table_files import FORMATS
from tripod_dlib.storage import printable, write_text

Form = Callable[[Sequence[str], Sequence[Sequence[str]]], str]
NUMBERS = ("mean", "low", "high", "n", "baseline mean", "baseline q95", "above baseline", "group")


def write_board(folder: str | Path, board: Board) -> list[Path]:
    """Writes board.json and every table as .csv, .md and .tex.

    Args:
      folder: Made if need be; files of these names are replaced, each whole.
      board: The tables.

    Returns:
      paths: What was written.
    """
    folder = Path(folder)
    texts = {"board.json": as_json(board), "board.md": as_markdown(board)}
    for name, table in zip(_file_names(board.tables), board.tables, strict=True):
        for suffix, form in FORMATS.items():
            header, rows = wide_rows(table) if suffix == ".csv" else reading_rows(table)
            texts[f"{name}{suffix}"] = form(header, rows)
    for name, text in texts.items():
        write_text(folder / name, text)
    return [folder / name for name in texts]


def as_json(board: Board) -> str:
    """The board's data as JSON."""
    return json.dumps(dataclasses.asdict(board), indent=2, allow_nan=False) + "\n"


def as_markdown(board: Board) -> str:
    """All tables with their notes, for a README."""
    return _as_text(board, FORMATS[".md"], _words)


def as_plain(board: Board, form: Form) -> str:
    """The same for a terminal, where nothing acts but control characters.

    Args:
      board: The tables.
      form: Header and rows to the text of a table.
    """

    def shown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        return form([*map(printable, header)], [[*map(printable, row)] for row in rows])

    return _as_text(board, shown, printable)


def _as_text(board: Board, form: Form, words: Callable[[str], str]) -> str:
    parts = []
    for table in board.tables:
        header, rows = reading_rows(table)
        notes = [f"- {note}" for note in (*table.notes, *_row_notes(table, words))]
        parts += [f"## {title(table)}", form(header, rows).rstrip(), "\n".join(notes)]
    parts.append(LEGEND.format(level=board.level))
    if board.compared_with:
        parts.append(f"Compared with {words(board.compared_with)}.")
    if board.left_out:
        parts.append("Left out:\n\n" + "\n".join(f"- {words(text)}" for text in board.left_out))
    return "\n\n".join(part for part in parts if part) + "\n"


LEGEND = (
    "Cells: mean over seeds, 95 % interval of Student's distribution, number of seeds; b is what "
    "latents score that know nothing (mean; 95 % quantile), and the group, of scores above b, "
    "holds methods that the data cannot tell apart (level {level:g}, Holm). A question mark: so "
    "few seeds cannot decide it."
)


def title(table: Table) -> str:
    """A table's name, and what its data are."""
    if table.resembles:
        return f"{table.name} (looks like {table.resembles}, which it is not)"
    return (
        f"{table.name} (rendered)" if table.rendered and table.name != "aggregate" else table.name
    )


def reading_rows(table: Table) -> tuple[list[str], list[list[str]]]:
    """Header and rows for people: a column a metric.

    The columns after the scores stand only where some row has something to say there.
    """
    header = ["method", "measured by", "seeds", *(column.heading for column in table.columns)]
    rows = [
        [
            row.label,
            row.measured_by,
            f"{row.num_finished} of {row.num_claimed}",
            *(reading_cell(row.cells.get(column.key)) for column in table.columns),
        ]
        for row in table.rows
    ]
    further = {
        "oracle / label-free (regret)": [_selection(row) for row in table.rows],
        "compared": [_comparison(row, table.columns) for row in table.rows],
    }
    for name, cells in further.items():
        if any(cells):
            header.append(name)
            rows = [[*row, cell or "-"] for row, cell in zip(rows, cells, strict=True)]
    return header, rows


def reading_cell(cell: Cell | None) -> str:
    """A score with its interval, number of seeds, baseline and group; a dash for none."""
    if cell is None:
        return "-"
    low_high = (
        "" if cell.interval is None else " [{}, {}]".format(*map(format_number, cell.interval))
    )
    parts = [f"{format_number(cell.mean)}{low_high} (n={cell.num_seeds})"]
    if cell.baseline_mean is not None:
        chance = f"{format_number(cell.baseline_mean)}; {format_number(cell.baseline_q95)}"
        parts.append(f"b {chance}")
    if cell.group is not None:
        parts.append(f"group {cell.group}{'' if cell.group_decided else '?'}")
    return ", ".join(parts)


def wide_rows(table: Table) -> tuple[list[str], list[list[str]]]:
    """Header and rows for programs: every number in a column of its own, named by the variant."""
    header = ["method", "revision", "developer", "url", "framework", "measured by", "made from"]
    header += ["claimed", "finished", "diverged", "failed", "missing"]
    header += ["oracle", "oracle seed", "label-free", "label-free seed", "regret"]
    for column in table.columns:
        header += [f"{column.key} {name}" for name in (*NUMBERS, "verdict", "p")]
    rows = []
    for row in table.rows:
        chosen = row.selection
        cells = [row.method, row.revision, row.developer, row.url, row.framework]
        cells += [row.measured_by, row.made_from]
        cells += [row.num_claimed, row.num_finished, row.num_diverged, row.num_failed]
        cells += [row.num_missing]
        names = ("oracle", "oracle_seed", "label_free", "label_free_seed", "regret")
        cells += [getattr(chosen, name, None) for name in names]
        for column in table.columns:
            cells += _numbers(row.cells.get(column.key))
        rows.append(["" if value is None else str(value) for value in cells])
    return header, rows


def _numbers(cell: Cell | None) -> list:
    if cell is None:
        return [None] * (len(NUMBERS) + 2)
    low, high = cell.interval or (None, None)
    verdict, p_value = None, None
    if cell.comparison is not None:
        verdict, p_value = cell.comparison.verdict, cell.comparison.p_value
    numbers = [cell.mean, low, high, cell.num_seeds, cell.baseline_mean, cell.baseline_q95]
    return [*numbers, cell.above_baseline, cell.group, verdict, p_value]


def _selection(row: Row) -> str:
    chosen = row.selection
    if chosen is None:
        return ""
    oracle, label_free = format_number(chosen.oracle), format_number(chosen.label_free)
    regret = "" if chosen.regret is None else f" ({format_number(chosen.regret)})"
    return f"{oracle} / {label_free}{'*' if chosen.checkpoint_saw_labels else ''}{regret}"


def _comparison(row: Row, columns: Sequence[Column]) -> str:
    parts = [
        f"{column.heading}: {row.cells[column.key].comparison.verdict}"
        for column in columns
        if column.key in row.cells and row.cells[column.key].comparison is not None
    ]
    return "; ".join(parts)


def _row_notes(table: Table, words: Callable[[str], str]):
    for row in table.rows:
        for note in row.notes:
            yield f"{words(row.label)}: {note}"
    if any(row.selection and row.selection.checkpoint_saw_labels for row in table.rows):
        yield f"{words('*')}: the seed was chosen without labels, its checkpoint by InfoM."


def _words(text: str) -> str:
    """A name in running Markdown, where it must not act: as a table's cell has it."""
    return FORMATS[".md"]([text], []).splitlines()[0].strip("| ")


def _file_names(tables: Sequence[Table]) -> list[str]:
    """Names without anything that leads elsewhere, no two alike."""
    names: list[str] = []
    for table in tables:
        plain = "".join(c if c.isalnum() or c in "_-" else "_" for c in table.name)
        taken = sum(name.lower() == plain.lower() for name in names)
        names.append(f"{plain}-{len(names)}" if taken or plain == "board" else plain)
    return names
