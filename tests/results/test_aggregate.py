import builtins
import csv
import json

import numpy as np
import pytest

from tripod_dlib.cli import aggregate as command
from tripod_dlib.errors import InputError
from tripod_dlib.results import aggregate, table

KLM = "train_config.tripod.klm_weight"


@pytest.fixture
def pattern(tmp_path):
    runs = [("0.1", 0, 0.5), ("0.1", 1, 0.7), ("0.2", 0, 0.25)]
    for number, (klm, seed, infom) in enumerate(runs):
        path = tmp_path / "runs" / str(number) / "train.json"
        path.parent.mkdir(parents=True)
        content = {
            KLM: klm,
            "train_config.dataset.name": "'a/b'",
            "train_config.model.random_seed": str(seed),
            "train_results.infom": infom,
            "train_results.mig": None,
            "train_results.procedural": True,
            "train_results.nmi": [[1.0, 2.0]],
            "train_results.elapsed_time": 3.0,
            "train_results.uuid": str(number),
        }
        path.write_text(json.dumps(content))
    return str(tmp_path / "runs" / "*" / "train.json")


def test_runs_that_differ_in_their_seed_only_are_one_group(pattern):
    first, second = aggregate.group_over_seeds(aggregate.read_results(pattern))
    undefined = {"train_results.mig": []}
    scores = [{"train_results.infom": infoms, **undefined} for infoms in ([0.5, 0.7], [0.25])]
    assert first == aggregate.Group({KLM: "0.1"}, scores[0], 2)
    assert second == aggregate.Group({KLM: "0.2"}, scores[1], 1)


def test_mean_and_spread_are_numpys():
    values = [0.1, 0.5, 0.3]
    expected = (np.mean(values), np.std(values, ddof=1))
    assert aggregate.mean_and_spread(values) == pytest.approx(expected)
    assert aggregate.mean_and_spread([0.4]) == (0.4, None)


def test_the_file_is_a_column_of_rows_and_pandas_reads_it(pattern, tmp_path):
    pandas = pytest.importorskip("pandas")
    path = tmp_path / "out" / "results.json"
    aggregate.aggregate_results_to_json(pattern, path)
    content = json.loads(path.read_text())
    assert content["train_results.infom"] == {"0": 0.5, "1": 0.7, "2": 0.25}
    assert content["train_results.mig"] == {"0": None, "1": None, "2": None}
    assert content["path"]["2"].endswith("runs/2/train.json")
    loaded = aggregate.load_aggregated_json_results(path)
    assert isinstance(loaded, pandas.DataFrame)
    assert loaded["train_config.model.random_seed"].tolist() == [0, 1, 0]


def test_without_pandas_results_are_written_and_reading_names_the_extra(
    pattern, tmp_path, monkeypatch
):
    real = builtins.__import__

    def without_pandas(name, *arguments, **keywords):
        if name == "pandas":
            raise ImportError(name)
        return real(name, *arguments, **keywords)

    monkeypatch.setattr(builtins, "__import__", without_pandas)
    aggregate.aggregate_results_to_json(pattern, tmp_path / "results.json")
    with pytest.raises(InputError, match=r"tripod_dlib\[report\]"):
        aggregate.load_aggregated_json_results(tmp_path / "results.json")


def test_the_command_prints_groups_and_writes_tables(pattern, tmp_path, capsys):
    flags = [f"--result_file_pattern={pattern}", f"--output_path={tmp_path / 'results.json'}"]
    assert command.main([*flags, f"--table_path={tmp_path / 'table.md'}"]) == 0
    printed = capsys.readouterr().out
    assert f"{KLM} = 0.1\n" in printed
    assert "infom            0.600    0.141   2\n" in printed
    assert max(map(len, printed.split("all results")[0].splitlines())) <= table.WIDTH
    assert "| 0.1 | 0.600 ± 0.141 (2) |" in (tmp_path / "table.md").read_text()
    assert command.main([*flags, f"--table_path={tmp_path / 'table.csv'}"]) == 0
    rows = list(csv.DictReader((tmp_path / "table.csv").read_text().splitlines()))
    assert rows[0][KLM] == "0.1" and rows[0]["infom n"] == "2"
    assert float(rows[0]["infom mean"]) == pytest.approx(0.6)
    assert float(rows[0]["infom std"]) == pytest.approx(np.std([0.5, 0.7], ddof=1))
    assert rows[1]["infom std"] == ""


def test_a_form_that_is_unknown_is_refused_before_anything_is_written(pattern, tmp_path, capsys):
    output = tmp_path / "results.json"
    flags = [f"--result_file_pattern={pattern}", f"--output_path={output}"]
    assert command.main([*flags, "--table_path=table.xlsx"]) == 2
    assert ".csv, .md, .tex" in capsys.readouterr().err and not output.exists()


def test_the_command_without_a_match_exits_2(tmp_path, capsys):
    assert command.main([f"--result_file_pattern={tmp_path}/*"]) == 2
    assert "No file matches" in capsys.readouterr().err


def test_the_final_table_shows_a_dash_for_what_is_undefined_and_says_why():
    text = table.format_table([("InfoM", 0.5, None), ("PSNR (dB)", 31.234, 9.0)], ["word " * 30])
    lines = text.splitlines()
    assert lines[2].split() == ["InfoM", "0.500", "-"]
    assert lines[3].split() == ["PSNR", "(dB)", "31.23", "9.000"]
    assert lines[4].startswith("Note: word")
    assert max(map(len, lines)) <= table.WIDTH
