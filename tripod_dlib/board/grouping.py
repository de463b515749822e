"""Methods that the data can tell apart, and those that it cannot."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

from tripod_dlib.board.statistics import MeanTest, holm, permutation_tests
from tripod_dlib.board.table import Cell, Column, Comparison, Row

Tests = Callable[[Row, Sequence[Row]], list[MeanTest]]
UNDECIDED = "cannot be decided with this many seeds"


def grouped(rows: Sequence[Row], key: str, tests_of: Tests, level: float) -> list[Row]:
    """Groups in place of ranks, by scores above the baseline.

    The best method leads group 1; all that cannot be told apart from it, by Holm's correction over
    the comparisons with it, belong to the group. The best of the others leads group 2, and so on.

    Args:
      rows: Of one table.
      key: The column's.
      tests_of: Tests of several rows against one.
      level: Of the tests.
    """
    ranked = [row for row in rows if key in row.cells and row.cells[key].above_values]
    left = sorted(ranked, key=lambda row: -row.cells[key].above_baseline)
    groups: dict[str, dict] = {}
    group = 0
    while left:
        group += 1
        leader, *others = left
        groups[leader.label], left = {"group": group}, []
        p_values = holm(tests_of(leader, others), level)
        for row, p_value in zip(others, p_values, strict=True):
            if p_value is not None and p_value <= level:
                left.append(row)
            else:
                groups[row.label] = {"group": group, "group_decided": p_value is not None}
    return [replaced(row, key, **groups[row.label]) if row.label in groups else row for row in rows]


def compared(
    rows: Sequence[Row], key: str, reference: str, tests_of: Tests, level: float
) -> list[Row]:
    """Adds each method's comparison with the reference, corrected over all of them."""
    by_label = {row.label: row for row in rows if key in row.cells}
    others = [
        row
        for label, row in by_label.items()
        if label != reference and _is_above(row, key) == _is_above(by_label.get(reference), key)
    ]
    if reference not in by_label or not others:
        return list(rows)
    tests = tests_of(by_label[reference], others)
    comparisons = {
        row.label: Comparison(test.difference, p, verdict(test.difference, p, level), test.kind)
        for row, test, p in zip(others, tests, holm(tests, level), strict=True)
    }
    return [
        replaced(row, key, comparison=comparisons[row.label]) if row.label in comparisons else row
        for row in rows
    ]


def verdict(difference: float, p_value: float | None, level: float) -> str:
    """A comparison in words."""
    if p_value is None:
        return UNDECIDED
    if p_value > level:
        return "not significant"
    return "better" if difference > 0 else "worse"


def tests_against(
    reference: Row, others: Sequence[Row], *, key: str, paired: Mapping[str, str | None]
) -> list[MeanTest]:
    """Tests of the others against one: seed by seed where a study pairs them, else unpaired."""
    tests: dict[str, MeanTest] = {}
    cell = reference.cells[key]
    for by_seed in (False, True):
        rows = [row for row in others if _pairs(reference, row, key, paired) == by_seed]
        against = permutation_tests(
            _scores(cell), [_scores(row.cells[key]) for row in rows], paired=by_seed
        )
        tests.update(zip([row.label for row in rows], against, strict=True))
    return [tests[row.label] for row in others]


def best_first(rows: Sequence[Row], columns: Sequence[Column]) -> tuple[Row, ...]:
    """Rows by group and score above baseline in the first ranked column that they have."""
    keys = [column.key for column in columns if column.ranked]

    def place(row: Row) -> tuple:
        ranked = [(i, row.cells[key]) for i, key in enumerate(keys) if key in row.cells]
        if not ranked:
            return (len(keys), 0, 0.0, row.label)
        index, cell = ranked[0]
        return (index, cell.group or 0, -(cell.above_baseline or 0.0), row.label)

    return tuple(sorted(rows, key=place))


def replaced(row: Row, key: str, **fields: object) -> Row:
    """The row with fields of one cell replaced."""
    cell = dataclasses.replace(row.cells[key], **fields)
    return dataclasses.replace(row, cells={**row.cells, key: cell})


def _is_above(row: Row | None, key: str) -> bool:
    """Whether the row's scores are above baselines; such ones and raw ones are not compared."""
    return row is not None and bool(row.cells[key].above_values)


def _scores(cell: Cell) -> list[float]:
    return list(cell.above_values) or [value for _, value in cell.values]


def _pairs(first: Row, second: Row, key: str, paired: Mapping[str, str | None]) -> bool:
    study = paired.get(first.label)
    seeds = [[seed for seed, _ in row.cells[key].values] for row in (first, second)]
    return study is not None and study == paired.get(second.label) and seeds[0] == seeds[1]
