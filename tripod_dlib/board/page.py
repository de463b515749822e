"""The board as a page: tables to sort and filter, a plot a metric, figures of every seed."""

import base64
import importlib.util
import json
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import tripod_dlib
from tripod_dlib.board.dot_plot import dot_plot
from tripod_dlib.board.table import Board, Cell, Column, Row, Table
from tripod_dlib.board.texts import LEGEND, title
from tripod_dlib.errors import InputError
from tripod_dlib.pages.render import number, render
from tripod_dlib.results.attempt import attempt
from tripod_dlib.results.table_files import FORMATS
from tripod_dlib.storage import write_text

PAGE = "index.html"
SHOWN_AT_ONCE = 100  # rows of a table before it has pages

# (method, revision, dataset, seed) to the report of that run
Reports = Mapping[tuple[str, str, str, int], Path]


def write_page(folder: str | Path, board: Board, reports: Reports) -> Path:
    """Writes index.html; it holds all that it shows, and links to the reports.

    Args:
      folder: The board's.
      board: The tables.
      reports: Pages of runs, to be linked to by their places beside `folder`.

    Returns:
      path: The page's.

    Raises:
      InputError: If Jinja2 or itables is not installed, or the page cannot be written.
    """
    path = Path(folder) / PAGE
    write_text(path, board_page(board, reports, Path(folder)))
    return path


def board_page(board: Board, reports: Reports, folder: Path) -> str:
    """The page as text; arguments as for `write_page`."""
    bundle, style = _datatables()
    failures: list[str] = []
    tables = [
        _table(place, table, reports, folder, failures) for place, table in enumerate(board.tables)
    ]
    metrics = dict.fromkeys(c.metric for table in board.tables for c in table.columns)
    headings = {c.metric: c.heading.partition(" (")[0] for t in board.tables for c in t.columns}
    context = {
        "version": tripod_dlib.__version__,
        "title": "Leaderboard",
        "board": board,
        "tables": tables,
        "metrics": [(metric, headings[metric]) for metric in metrics],
        "num_methods": len({row.label for table in board.tables for row in table.rows}),
        "num_datasets": len({name for table in board.tables for name in table.datasets}),
        "legend": LEGEND.format(level=board.level),
        "failures": failures,
        "seeds": _address("text/csv", seeds_as_csv(board)),
        "bundle": json.dumps(bundle).replace("<", "\\u003c"),  # nothing ends the element early
        "bundle_style": style,
        "shown_at_once": SHOWN_AT_ONCE,
    }
    return render("board.html", context)


def seeds_as_csv(board: Board) -> str:
    """A line a method, dataset and seed; two columns a metric: the score, and above its baseline.

    Cells that a spreadsheet would take for formulas are made harmless.
    """
    tables = [table for table in board.tables if table.name in table.datasets]
    keys = list(dict.fromkeys(column.key for table in tables for column in table.columns))
    header = ["method", "revision", "dataset", "seed"]
    header += [name for key in keys for name in (key, f"{key} above baseline")]
    rows: dict[tuple, dict[str, tuple]] = {}
    for table in tables:
        for row in table.rows:
            for key, cell in row.cells.items():
                above = cell.above_values or (None,) * len(cell.values)
                for (seed, value), over in zip(cell.values, above, strict=True):
                    identity = row.method, row.revision, table.name, seed
                    rows.setdefault(identity, {})[key] = value, over
    lines = [
        [*map(str, identity), *(_exact(n) for key in keys for n in figures.get(key, (None, None)))]
        for identity, figures in rows.items()
    ]
    return FORMATS[".csv"](header, lines)


def _exact(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"


def _address(kind: str, text: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(text.encode()).decode('ascii')}"


def _datatables() -> tuple[str, str]:
    """DataTables as itables bundles it: a JavaScript module, and its style."""
    package = importlib.util.find_spec("itables")
    if package is None or package.origin is None:
        raise InputError(
            "The board's page needs itables, which is not installed: "
            "pip install 'tripod_dlib[report]'."
        )
    folder = Path(package.origin).parent / "html"
    try:
        return tuple(
            (folder / f"dt_bundle.{suffix}").read_text(encoding="utf-8") for suffix in ("js", "css")
        )
    except OSError as error:
        raise InputError(
            f"This itables has no offline bundle ({error}): pip install 'tripod_dlib[report]'."
        ) from error


def _table(
    place: int, table: Table, reports: Reports, folder: Path, failures: list[str]
) -> dict[str, object]:
    plots = []
    for number_of, column in enumerate(table.columns):
        with attempt(f"{PAGE}: the plot of {column.heading} on {table.name}", failures):
            svg = dot_plot(f"p{place}x{number_of}", column, table.rows)
            if svg is not None:
                plots.append({"metric": column.metric, "heading": column.heading, "svg": svg})
    return {
        "id": f"table{place}",
        "name": table.name,
        "title": title(table),
        "rendered": table.rendered,
        "notes": [*table.notes, *(f"{row.label}: {n}" for row in table.rows for n in row.notes)],
        "columns": table.columns,
        "rows": [_row(row, table, reports, folder) for row in table.rows],
        "selects": any(row.selection for row in table.rows),
        "label_free": any(row.selection and row.selection.label_free for row in table.rows),
        "saw_labels": any(
            row.selection and row.selection.checkpoint_saw_labels for row in table.rows
        ),
        "plots": plots,
    }


def _row(row: Row, table: Table, reports: Reports, folder: Path) -> dict[str, object]:
    seeds = sorted({seed for cell in row.cells.values() for seed, _ in cell.values}, key=str)
    links = []
    for seed in seeds:
        report = reports.get((row.method, row.revision, table.name, seed))
        if report is not None:
            links.append((seed, quote(os.path.relpath(report.resolve(), folder.resolve()))))
    lost = {"diverged": row.num_diverged, "failed": row.num_failed, "missing": row.num_missing}
    return {
        "row": row,
        "url": row.url if row.url.startswith(("https://", "http://")) else None,
        "links": links,
        "lost": ", ".join(f"{count} {name}" for name, count in lost.items() if count),
        "cells": [_cell(row.cells.get(column.key), column) for column in table.columns],
    }


def _cell(cell: Cell | None, column: Column) -> dict[str, object] | None:
    if cell is None:
        return None
    baseline = cell.baseline_mean is not None
    return {
        "metric": column.metric,
        "order": cell.mean if cell.above_baseline is None else cell.above_baseline,
        "mean": number(cell.mean),
        "interval": None if cell.interval is None else "–".join(map(number, cell.interval)),
        "seeds": cell.num_seeds,
        "baseline": number(cell.baseline_mean, 2) if baseline else None,
        "quantile": number(cell.baseline_q95, 2) if baseline else None,
        "above": number(cell.above_baseline) if cell.above_baseline is not None else None,
        "group": cell.group,
        "decided": cell.group_decided,
        "comparison": cell.comparison,
    }
