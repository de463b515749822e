"""From result files to tables."""

import dataclasses
import json

import numpy as np
import pytest
from board_results import content, record, variant, verified

from tripod_dlib.board.record import record_of
from tripod_dlib.board.standing import board_of
from tripod_dlib.board.texts import as_json, as_markdown, reading_rows, wide_rows
from tripod_dlib.errors import InputError

pytest.importorskip("statsmodels")
INFOM = variant("infom").key


def results(method, level, *, dataset="shapes3d", num_seeds=5, metrics=("infom",), **fields):
    """Records whose scores are near a level, a seed each."""
    generator = np.random.RandomState(len(method))
    return [
        record(
            method=method,
            dataset=dataset,
            seed=seed,
            scores={metric: level + 0.01 * generator.uniform(-1, 1) for metric in metrics},
            **fields,
        )
        for seed in range(num_seeds)
    ]


def row_of(table, method):
    return next(row for row in table.rows if row.method == method)


def test_a_cell_has_every_seed_its_mean_interval_and_what_lies_above_the_baseline():
    scores = [0.5, 0.6, 0.7]
    records = [record(seed=seed, scores={"infom": score}) for seed, score in enumerate(scores)]
    cell = board_of(records).tables[0].rows[0].cells[INFOM]
    assert cell.values == ((0, 0.5), (1, 0.6), (2, 0.7)) and cell.num_seeds == 3
    assert cell.mean == pytest.approx(0.6) and cell.baseline_mean == pytest.approx(0.2)
    assert cell.above_baseline == pytest.approx((0.6 - 0.2) / 0.8)
    assert cell.interval == pytest.approx((0.6 - 0.2484, 0.6 + 0.2484), abs=1e-4)


def test_ranking_is_by_what_lies_above_the_baseline_not_by_the_raw_score():
    """0.7 above a baseline of 0.6 is less than 0.5 above one of 0.1."""
    records = results("noisy", 0.7, baseline=0.6) + results("plain", 0.5, baseline=0.1)
    (table,) = board_of(records).tables
    assert [row.method for row in table.rows] == ["plain", "noisy"]
    assert [row.cells[INFOM].group for row in table.rows] == [1, 2]


def test_methods_that_seeds_cannot_tell_apart_share_a_group():
    records = results("a", 0.7) + results("bb", 0.7) + results("ccc", 0.4)
    (table,) = board_of(records).tables
    groups = {row.method: row.cells[INFOM].group for row in table.rows}
    assert groups["a"] == groups["bb"] == 1 and groups["ccc"] == 2
    assert all(row.cells[INFOM].group_decided for row in table.rows)


def test_three_seeds_against_three_are_left_undecided():
    records = results("a", 0.9, num_seeds=3) + results("bb", 0.4, num_seeds=3)
    (table,) = board_of(records, compare_with="a").tables
    cell = row_of(table, "bb").cells[INFOM]
    assert cell.group == 1 and not cell.group_decided
    assert cell.comparison.verdict == "cannot be decided with this many seeds"
    assert cell.comparison.p_value is None and cell.comparison.difference < -0.6
    assert "group 1?" in as_markdown(board_of(records))


def test_seeds_are_paired_only_where_a_study_of_both_says_so():
    study = {"name": "s", "seeds_paired": True}
    ours = [
        record(method="a", seed=s, scores={"infom": 0.4 + s / 20}, study=study) for s in range(8)
    ]
    other = [
        record(method="b", seed=s, scores={"infom": 0.41 + s / 20}, study=study) for s in range(8)
    ]
    (table,) = board_of(ours + other, compare_with="a").tables
    assert row_of(table, "b").cells[INFOM].comparison.verdict == "better"
    assert row_of(table, "b").cells[INFOM].comparison.test == "permutation, paired by seed"
    alone = [record_of({**r.content, "study": {"name": "t", "seeds_paired": True}}) for r in other]
    (table,) = board_of(ours + alone, compare_with="a (r1)").tables
    assert row_of(table, "b").cells[INFOM].comparison.verdict == "not significant"


def test_variants_never_share_a_column():
    variants = {"infom": {"latents": "continuous", "estimator": "knn10"}}
    records = results("a", 0.7) + results("bb", 0.6, variants=variants)
    (table,) = board_of(records).tables
    assert [column.heading for column in table.columns] == [
        "InfoM (knn10, continuous)",
        "InfoM (plugin, discrete)",
    ]
    assert all(len(row.cells) == 1 for row in table.rows)


def test_what_did_not_finish_is_counted():
    claims = {"seeds": [0, 1, 2, 3, 4]}
    records = results("a", 0.7, num_seeds=2, claims=claims)
    for seed, status in ((2, "diverged"), (3, "failed")):
        records.append(record(method="a", seed=seed, scores={}, status=status, message="NaN"))
    (row,) = board_of(records).tables[0].rows
    counts = row.num_claimed, row.num_finished, row.num_diverged, row.num_failed, row.num_missing
    assert counts == (5, 2, 1, 1, 1)
    assert row.notes == ("2 of 5 seeds: 1 diverged, 1 failed, 1 missing.",)
    assert "2 of 5" in as_markdown(board_of(records))


def test_who_measured_is_said():
    records = results("a", 0.7, num_seeds=2)
    records[0] = record_of({**records[0].content, **verified("a")})
    records += results("bb", 0.7, **verified("bb"))
    (table,) = board_of(records).tables
    assert row_of(table, "a").measured_by == "partly verified"
    assert row_of(table, "bb").measured_by == "verified"


def test_the_aggregate_holds_complete_methods_only_and_fills_nothing_in():
    records = []
    for dataset in ("shapes3d", "mpi3d_toy"):
        records += results("a", 0.7, dataset=dataset, metrics=("infom", "mig"))
    records += results("bb", 0.9, dataset="shapes3d") + results("bb", 0.9, dataset="mpi3d_toy")
    records += results("ccc", 0.9, dataset="shapes3d")
    board = board_of(records, compare_with="a")
    assert [table.name for table in board.tables] == ["mpi3d_toy", "shapes3d", "aggregate"]
    table = board.tables[-1]
    assert set(row_of(table, "a").cells) == {INFOM, variant("mig").key}
    assert set(row_of(table, "bb").cells) == {INFOM} and not row_of(table, "ccc").cells
    assert row_of(table, "ccc").notes == ("Not on mpi3d_toy.",)
    cell = row_of(table, "bb").cells[INFOM]
    assert dict(cell.values).keys() == {"mpi3d_toy", "shapes3d"} and cell.num_seeds == 5
    assert cell.mean == pytest.approx((0.9 - 0.2) / 0.8, abs=0.01)
    assert cell.interval[0] < cell.mean < cell.interval[1]
    assert cell.comparison.verdict == "better" and cell.group == 1
    assert row_of(table, "a").cells[INFOM].group == 2


def test_a_filter_leaves_complete_methods_in_place():
    records = results("a", 0.7, dataset="mpi3d_toy") + results("a", 0.7, metrics=("infom", "mig"))
    records += results("bb", 0.6, metrics=("infom", "mig"))
    assert not row_of(board_of(records).tables[-1], "bb").cells
    (table,) = board_of(records, datasets=["shapes3d"], metrics=["mig"]).tables
    assert {row.method for row in table.rows} == {"a", "bb"}
    assert [column.metric for column in table.columns] == ["mig"]


@pytest.mark.parametrize(
    "wanted, message",
    [
        ({"datasets": ["shapes"]}, "no result of the dataset 'shapes'. Did you mean 'shapes3d'"),
        ({"metrics": ["migg"]}, "no result of the metric 'migg'"),
        ({"compare_with": "zz"}, r"no method 'zz'.*There are: a \(r1\)"),
    ],
)
def test_what_is_not_there_is_named(wanted, message):
    with pytest.raises(InputError, match=message):
        board_of(results("a", 0.7), **wanted)


def test_a_run_counts_once():
    with pytest.raises(InputError, match="same method, revision, dataset and seed"):
        board_of([*results("a", 0.7), *results("a", 0.7)])


def test_selection_without_labels_stands_beside_the_oracle_with_its_regret():
    records = []
    for seed, (infom, psnr, udr) in enumerate([(0.9, 20, 0.9), (0.8, 30, 0.2), (0.6, 31, 0.5)]):
        said = {"psnr": psnr, "psnr_threshold": 28, "udr": udr}
        records.append(record(seed=seed, scores={"infom": infom}, selection=said))
    chosen = board_of(records).tables[0].rows[0].selection
    assert (chosen.oracle, chosen.oracle_seed, chosen.num_candidates) == (0.8, 1, 2)
    assert (chosen.label_free, chosen.label_free_seed) == (0.6, 2)
    assert chosen.regret == pytest.approx(0.2) and chosen.checkpoint_saw_labels
    assert "0.800 / 0.600* (0.200)" in as_markdown(board_of(records)).replace("\\", "")


def test_look_alikes_are_marked_everywhere():
    data = {"name": "shapes3d_procedural", "rendered": True, "resembles": "shapes3d"}
    records = [record_of({**r.content, "dataset": data}) for r in results("a", 0.7)]
    board = board_of(records + results("a", 0.7))
    text = as_markdown(board)
    assert "shapes3d_procedural (looks like shapes3d, which it is not)" in text
    assert "rendered ones: shapes3d_procedural" in board.tables[-1].notes[1]


def test_all_data_is_json_and_wide_tables_have_a_number_a_column():
    records = results("=HYPERLINK(1)", 0.7, metrics=("infom", "psnr")[:1]) + results("b|b", 0.6)
    board = board_of(records, compare_with="b|b")
    assert json.loads(as_json(board)) == json.loads(json.dumps(dataclasses.asdict(board)))
    header, rows = wide_rows(board.tables[0])
    assert {len(row) for row in rows} == {len(header)} and len(set(header)) == len(header)
    assert float(rows[0][header.index(f"{INFOM} mean")]) == pytest.approx(0.7, abs=0.01)
    header, rows = reading_rows(board.tables[0])
    assert {len(row) for row in rows} == {len(header)}


@pytest.mark.slow
def test_a_large_board_has_every_method_on_every_dataset():
    """40 methods, 6 datasets, 10 seeds: 2 400 results."""
    generator = np.random.RandomState(0)
    records = [
        record_of(
            content(
                method=f"method {m}",
                dataset=f"dataset {d}",
                seed=s,
                scores={
                    metric: float(np.clip(0.3 + m / 80 + generator.normal() / 30, 0, 1))
                    for metric in ("infom",)
                },
            )
        )
        for m in range(40)
        for d in range(6)
        for s in range(10)
    ]
    board = board_of(records, compare_with="method 0")
    assert len(board.tables) == 7 and all(len(table.rows) == 40 for table in board.tables)
    best, worst = board.tables[-1].rows[0], board.tables[-1].rows[-1]
    assert best.cells[INFOM].group == 1 and worst.cells[INFOM].group > 3
