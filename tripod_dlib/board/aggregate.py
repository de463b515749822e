"""One table over several datasets: each counts alike, and seeds are resampled within it."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from tripod_dlib.board.grouping import best_first, compared, grouped, replaced
from tripod_dlib.board.statistics import MeanOverDatasets, mean_over_datasets
from tripod_dlib.board.table import Cell, Column, Row, Table

NAME = "aggregate"


def aggregate_table(tables: Sequence[Table], reference: str, level: float) -> Table:
    """Means over datasets of scores above their baselines.

    A column stands here if every dataset has it, a method in it if it has a score on every dataset;
    what is not measured is never filled in.

    Args:
      tables: One a dataset.
      reference: Label of the row with which all are compared; empty for none.
      level: Of all comparisons of a column together.
    """
    columns = _ranked(tables)
    rows = {}
    for table in tables:
        for row in table.rows:
            rows.setdefault(row.label, []).append((table, row))
    rows_of_methods = [_row(parts, columns, tables) for parts in rows.values()]
    for column in columns:
        means = {
            row.label: mean_over_datasets(_scores(rows[row.label], column.key))
            for row in rows_of_methods
            if column.key in row.cells
        }
        for place, row in enumerate(rows_of_methods):
            if column.key in row.cells:
                interval = means[row.label].interval()
                rows_of_methods[place] = replaced(row, column.key, interval=interval)
        tests_of = partial(_tests, means=means)
        rows_of_methods = grouped(rows_of_methods, column.key, tests_of, level)
        rows_of_methods = compared(rows_of_methods, column.key, reference, tests_of, level)
    datasets = tuple(table.name for table in tables)
    looks = [table.name for table in tables if table.resembles or table.rendered]
    notes = [
        f"Means over {len(datasets)} datasets of (s - b) / (1 - b), b being the permutation "
        "baseline, of the columns that all datasets have and the methods that have a score on each."
    ]
    notes += [f"Among the datasets are rendered ones: {', '.join(looks)}."] if looks else []
    rows = best_first(rows_of_methods, columns)
    return Table(NAME, datasets, bool(looks), "", tuple(columns), rows, tuple(notes))


def _ranked(tables: Sequence[Table]) -> list[Column]:
    """Columns that every dataset has."""
    everywhere = set.intersection(*({c.key for c in table.columns} for table in tables))
    return [c for c in tables[0].columns if c.ranked and c.key in everywhere]


def _row(parts: list, columns: Sequence[Column], tables: Sequence[Table]) -> Row:
    rows = [row for _, row in parts]
    measured = {row.measured_by for row in rows}
    lacking = sorted({table.name for table in tables} - {table.name for table, _ in parts})
    return Row(
        method=rows[0].method,
        revision=rows[0].revision,
        developer=rows[0].developer,
        url=rows[0].url,
        framework=rows[0].framework,
        measured_by=measured.pop() if len(measured) == 1 else "partly verified",
        made_from=" and ".join(sorted({part for r in rows for part in r.made_from.split(" and ")})),
        num_claimed=sum(row.num_claimed for row in rows),
        num_finished=sum(row.num_finished for row in rows),
        num_diverged=sum(row.num_diverged for row in rows),
        num_failed=sum(row.num_failed for row in rows),
        num_missing=sum(row.num_missing for row in rows),
        cells={c.key: cell for c in columns if (cell := _cell(parts, c.key, tables)) is not None},
        selection=None,
        notes=(f"Not on {', '.join(lacking)}.",) if lacking else (),
    )


def _cell(parts: list, key: str, tables: Sequence[Table]) -> Cell | None:
    cells = {table.name: row.cells[key] for table, row in parts if key in row.cells}
    if len(cells) < len(tables):
        return None
    above = {name: cell.above_baseline for name, cell in cells.items()}
    mean = float(np.mean(list(above.values())))
    return Cell(
        values=tuple(above.items()),
        num_seeds=min(cell.num_seeds for cell in cells.values()),
        mean=mean,
        interval=None,
        above_baseline=mean,
        above_values=tuple(above.values()),
    )


def _scores(parts: list, key: str) -> list[tuple[float, ...]]:
    return [row.cells[key].above_values for _, row in parts if key in row.cells]


def _tests(own: Row, others: Sequence[Row], *, means: Mapping[str, MeanOverDatasets]):
    return [means[row.label].test_against(means[own.label]) for row in others]
