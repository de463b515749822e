"""From result files to tables: seeds to cells, methods to groups, datasets to the aggregate."""

from collections.abc import Collection, Sequence
from functools import partial

import numpy as np

from tripod_dlib.board.aggregate import aggregate_table
from tripod_dlib.board.datasets import is_known
from tripod_dlib.board.grouping import best_first, compared, grouped, tests_against
from tripod_dlib.board.record import Record
from tripod_dlib.board.selection import selection_of
from tripod_dlib.board.statistics import mean_interval
from tripod_dlib.board.table import Board, Cell, Column, Row, Table
from tripod_dlib.board.variant import HEADINGS, Variant
from tripod_dlib.errors import InputError, did_you_mean

LEVEL = 0.05


def board_of(
    records: Sequence[Record],
    *,
    datasets: Collection[str] = (),
    metrics: Collection[str] = (),
    compare_with: str = "",
    level: float = LEVEL,
    left_out: Sequence[str] = (),
) -> Board:
    """All tables of some results.

    Args:
      records: Result files that passed the checks, none twice.
      datasets: Which datasets; empty for all. The aggregate is over these.
      metrics: Which metrics, such as "infom"; empty for all.
      compare_with: A method, or "method (revision)", with which all others are compared.
      level: Of all tests, after correction.
      left_out: Sentences on files that could not be used, which the board shows.

    Raises:
      InputError: If a dataset, a metric or the method is not there, or two files are of one seed.
    """
    _require_known("dataset", datasets, {record.dataset for record in records})
    known = {variant.metric for record in records for variant in record.figures}
    _require_known("metric", metrics, known)
    _require_unique(records)
    reference = _reference(records, compare_with)
    chosen = [record for record in records if not datasets or record.dataset in datasets]
    tables = [
        dataset_table(
            [record for record in chosen if record.dataset == name], metrics, reference, level
        )
        for name in sorted({record.dataset for record in chosen})
    ]
    if len(tables) > 1:
        tables.append(aggregate_table(_aggregated(tables, datasets), reference, level))
    date = max((record.content["date"] for record in chosen), default="")
    return Board(tuple(tables), reference, level, date, len(chosen), tuple(left_out))


def dataset_table(
    records: Sequence[Record], metrics: Collection[str], reference: str, level: float
) -> Table:
    """The table of one dataset, from all its results."""
    variants = sorted(
        {v for record in records for v in record.figures if not metrics or v.metric in metrics},
        key=_order,
    )
    columns = columns_of(variants)
    methods: dict[tuple[str, str], list[Record]] = {}
    for record in sorted(records, key=lambda record: record.identity):
        methods.setdefault((record.method, record.revision), []).append(record)
    rows = [_row(group, variants) for group in methods.values()]
    paired = {
        row.label: _paired_study(group) for row, group in zip(rows, methods.values(), strict=True)
    }
    for column in columns:
        tests_of = partial(tests_against, key=column.key, paired=paired)
        if column.ranked:
            rows = grouped(rows, column.key, tests_of, level)
        rows = compared(rows, column.key, reference, tests_of, level)
    content = [record.content["dataset"] for record in records]
    return Table(
        name=records[0].dataset,
        datasets=(records[0].dataset,),
        rendered=any(entry.get("rendered", False) for entry in content),
        resembles=next((e["resembles"] for e in content if "resembles" in e), ""),
        columns=columns,
        rows=best_first(rows, columns),
        notes=tuple(_notes(records[0].dataset, content)),
    )


def _aggregated(tables: Sequence[Table], asked: Collection[str]) -> list[Table]:
    """All tables, or, where nobody asked for others, those of known datasets if these are several.

    Any file can bring a dataset of its own, on which no other method has a score.
    """
    known = [table for table in tables if is_known(table.name)]
    return known if len(known) > 1 and not asked else list(tables)


def columns_of(variants: Sequence[Variant]) -> tuple[Column, ...]:
    """Columns of variants; a heading has the settings in which those of one metric differ."""
    columns = []
    for variant in variants:
        others = [other for other in variants if other.metric == variant.metric]
        differing = [
            value
            for name, value in variant.settings
            if len({other.get(name) for other in others}) > 1
        ]
        heading = variant.heading + (f" ({', '.join(differing)})" if differing else "")
        columns.append(
            Column(variant.key, variant.metric, heading, dict(variant.settings), variant.ranked)
        )
    return tuple(columns)


def _row(records: Sequence[Record], variants: Sequence[Variant]) -> Row:
    first = records[0].content
    statuses = [record.content["status"] for record in records]
    tried = {record.seed for record in records}
    claimed = tried.union(
        *(record.content.get("claims", {}).get("seeds", ()) for record in records)
    )
    measured = {record.content["measured_by"] for record in records}
    counts = {status: statuses.count(status) for status in ("finished", "diverged", "failed")}
    missing = len(claimed) - len(tried)
    return Row(
        method=records[0].method,
        revision=records[0].revision,
        developer=first["method"].get("developer", ""),
        url=first["method"].get("url", ""),
        framework=first["method"].get("framework", ""),
        measured_by=measured.pop() if len(measured) == 1 else "partly verified",
        made_from=" and ".join(sorted({record.content["made_from"] for record in records})),
        num_claimed=len(claimed),
        num_finished=counts["finished"],
        num_diverged=counts["diverged"],
        num_failed=counts["failed"],
        num_missing=missing,
        cells={v.key: cell for v in variants if (cell := _cell(records, v)) is not None},
        selection=selection_of(records),
        notes=tuple(_lacks(counts, missing, len(claimed))),
    )


def _cell(records: Sequence[Record], variant: Variant) -> Cell | None:
    by_seed = [(r.seed, r.figures[variant]) for r in records if variant in r.figures]
    by_seed = [(seed, figure) for seed, figure in by_seed if figure.value is not None]
    if not by_seed:
        return None
    values = [figure.value for _, figure in by_seed]
    above = [figure.above_baseline for _, figure in by_seed]
    has_baseline = None not in above
    return Cell(
        values=tuple((seed, figure.value) for seed, figure in by_seed),
        num_seeds=len(by_seed),
        mean=float(np.mean(values)),
        interval=mean_interval(values),
        baseline_mean=_mean([f.baseline_mean for _, f in by_seed]) if has_baseline else None,
        baseline_q95=_mean([f.baseline_q95 for _, f in by_seed]) if has_baseline else None,
        above_baseline=_mean(above) if has_baseline else None,
        above_values=tuple(above) if has_baseline else (),
    )


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def _lacks(counts: dict[str, int], missing: int, claimed: int):
    parts = [f"{counts[s]} {s}" for s in ("diverged", "failed") if counts[s]]
    parts += [f"{missing} missing"] if missing else []
    if parts:
        yield f"{counts['finished']} of {claimed} seeds: {', '.join(parts)}."


def _notes(name: str, content: Sequence[dict]):
    if not is_known(name):
        yield "This dataset is none that tripod_dlib knows: its name is all that is said of it."
    resembled = sorted({entry["resembles"] for entry in content if "resembles" in entry})
    for name in resembled:
        yield f"Rendered here to look like {name}: these are not scores of {name}."
    fingerprints = {entry["fingerprint"] for entry in content if "fingerprint" in entry}
    if len(fingerprints) > 1:
        yield f"Results are of {len(fingerprints)} different contents of this dataset."


def _paired_study(records: Sequence[Record]) -> str | None:
    """The study whose methods share seeds, if all of a method's results are of it."""
    studies = {
        record.content["study"]["name"]
        for record in records
        if record.content.get("study", {}).get("seeds_paired")
    }
    everywhere = all(record.content.get("study", {}).get("seeds_paired") for record in records)
    return studies.pop() if len(studies) == 1 and everywhere else None


def _order(variant: Variant) -> tuple:
    names = list(HEADINGS)
    place = names.index(variant.metric) if variant.metric in names else len(names)
    return place, variant


def _require_known(kind: str, asked: Collection[str], known: Collection[str]) -> None:
    for name in asked:
        if name not in known:
            raise InputError(
                f"There is no result of the {kind} {name!r}.{did_you_mean(name, sorted(known))} "
                f"There are: {', '.join(sorted(known)) or 'none'}."
            )


def _require_unique(records: Sequence[Record]) -> None:
    seen: dict[tuple, Record] = {}
    for record in records:
        other = seen.setdefault(record.identity, record)
        if other is not record:
            raise InputError(
                f"{record.path} is of the same method, revision, dataset and seed as {other.path} "
                f"{record.identity}: a run counts once. Remove one, or change its revision."
            )


def _reference(records: Sequence[Record], asked: str) -> str:
    if not asked:
        return ""
    labels = {f"{record.method} ({record.revision})": record.method for record in records}
    matching = sorted(label for label, method in labels.items() if asked in (label, method))
    if len(matching) != 1:
        kind = "method" if not matching else "single revision of the method"
        raise InputError(
            f"There is no {kind} {asked!r}.{did_you_mean(asked, sorted(labels))} There are: "
            f"{', '.join(sorted(labels))}."
        )
    return matching[0]
