"""Aggregated results of disentanglement_lib on a board."""

import json
import re

import pytest
from board_results import record

from tripod_dlib.board.checks import check_files
from tripod_dlib.board.standing import board_of
from tripod_dlib.results.aggregate import write_results

pytest.importorskip("jsonschema")


def result(metric="mig", seed=0, beta="4.0", representation="mean", scores=None, **further):
    """A row: one metric of one representation of one run, texts where gin's bindings are."""
    return {
        "path": f"output/{seed}/{representation}/{metric}/results/aggregate/evaluation.json",
        "train_config.model.model": "@vae()",
        "train_config.model.random_seed": str(seed),
        "train_config.model.name": f"'run {seed}'",
        "train_config.vae.beta": beta,
        "train_config.dataset.name": "'dsprites_full'",
        "train_results.elbo": -30.5,
        "postprocess_config.postprocess.postprocess_fn": f"@{representation}_representation",
        "evaluation_config.evaluation.evaluation_fn": f"@{metric}",
        "evaluation_config.evaluation.random_seed": "0",
        f"evaluation_config.{metric}.num_train": "10000",
        "evaluation_config.discretizer.num_bins": "20",
        "evaluation_results.elapsed_time": 1.5,
        **{f"evaluation_results.{name}": v for name, v in (scores or {}).items()},
        **further,
    }


def rows():
    for seed in range(3):
        for beta in ("4.0", "8.0"):
            for representation in ("mean", "sampled"):
                common = {"seed": seed, "beta": beta, "representation": representation}
                value = 0.1 + seed / 100 + float(beta) / 80 + (representation == "mean") / 1000
                yield result(scores={"discrete_mig": value}, **common)
                dci = {"disentanglement": value, "completeness": value / 2}
                dci |= {"informativeness_train": 0.9, "informativeness_test": 0.8}
                yield result("dci", scores=dci, **common)
                yield result("beta_vae_sklearn", scores={"eval_accuracy": 0.9}, **common)
                yield result("unsupervised", scores={"mutual_info_score": 3.0}, **common)


@pytest.fixture
def found(tmp_path):
    write_results(list(rows()), tmp_path / "results.json")
    return check_files([tmp_path / "results.json"])


def test_rows_of_a_run_become_one_record_with_their_variants(found):
    assert not found.faults and len(found.records) == 12
    figures = {v.key: f.value for v, f in found.records[0].figures.items()}
    library = "library=disentanglement_lib"
    own = f"{library},samples=10000,selection=stated"
    assert figures[f"mig[bins=20,{own}]"] == pytest.approx(0.151)
    assert figures[f"disentanglement[{own},trees=boosted]"] == pytest.approx(0.151)
    assert figures[f"informativeness_test[{own},trees=boosted]"] == 0.8
    assert figures[f"beta_vae_metric[{own}]"] == 0.9 and len(figures) == 6
    content = found.records[0].content
    assert (content["measured_by"], content["made_from"]) == ("reported", "disentanglement_lib")


def test_settings_and_representations_are_rows_whose_names_say_them(found):
    pytest.importorskip("statsmodels")
    (table,) = board_of(found.records).tables
    assert [row.num_finished for row in table.rows] == [3] * 4
    told = {re.sub(r" [0-9a-f]{8}$", "", row.revision) for row in table.rows}
    assert told == {
        f"vae.beta={beta} {kind}_representation"
        for beta in ("4.0", "8.0")
        for kind in ("mean", "sampled")
    }
    assert {row.method for row in table.rows} == {"vae"}


def test_scores_without_a_baseline_are_shown_and_not_ranked(found):
    pytest.importorskip("statsmodels")
    own = record(dataset="dsprites_full", scores={"mig": 0.9})
    (table,) = board_of([*found.records, own]).tables
    columns = [column for column in table.columns if column.metric == "mig"]
    assert [column.ranked for column in columns] == [False, True]
    cells = [row.cells[columns[0].key] for row in table.rows if columns[0].key in row.cells]
    assert len(cells) == 4 and all(cell.group is None and not cell.above_values for cell in cells)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"train_config.model.random_seed": "-1"}, "train_config.model.random_seed: '-1' is no"),
        ({"train_config.model.random_seed": None}, "train_config.model.random_seed is missing"),
        ({"train_config.dataset.name": None}, "train_config.dataset.name is missing"),
        ({"evaluation_config.mig.num_train": None}, "evaluation_config.mig.num_train is missing"),
        ({"evaluation_config.discretizer.num_bins": "x"}, "discretizer.num_bins: 'x' is no whole"),
        ({"evaluation_results.discrete_mig": 1.5}, r"figures.mig\[.*: value is 1.5"),
        ({"evaluation_results.discrete_mig": "a"}, "evaluation_results.discrete_mig: 'a' is no"),
        ({"train_config.dataset.name": "'dSprites-full'"}, "dataset.name: .*'dsprites_full'"),
        ({}, r"mig\[.*\] is also in row 0"),
    ],
)
def test_a_row_at_fault_is_named_and_the_others_stay(tmp_path, change, message):
    good = result(scores={"discrete_mig": 0.2})
    bad = {**result(scores={"discrete_mig": 0.3}, seed=1 if change else 0), **change}
    write_results([good, bad], tmp_path / "a.json")
    found = check_files([tmp_path])
    assert len(found.records) == 1 and len(found.faults) == 1
    assert re.search(f"a.json: row 1: .*{message}", found.faults[0])


def test_a_column_that_is_none_is_named(tmp_path):
    content = {"evaluation_config.evaluation.evaluation_fn": {"0": "@mig"}, "path": 3}
    (tmp_path / "a.json").write_text(json.dumps(content))
    assert "a.json: 'path' is no column" in check_files([tmp_path]).faults[0]
