import builtins
import json

import numpy as np
import pytest

from tripod_dlib.cli import aggregate as command
from tripod_dlib.errors import InputError
from tripod_dlib.results import aggregate, table, table_files

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
    assert first == aggregate.Group({KLM: "0.1"}, {"train_results.infom": [0.5, 0.7]}, 2)
    assert second == aggregate.Group({KLM: "0.2"}, {"train_results.infom": [0.25]}, 1)


def test_mean_and_spread_are_numpys():
    values = [0.1, 0.5, 0.3]
    expected = (np.mean(values), np.std(values, ddof=1))
    assert aggregate.mean_and_spread(values) == pytest.approx(expected)
    assert aggregate.mean_and_spread([0.4]) == (0.4, None)


def test_the_file_is_a_column_of_rows_and_reads_back(pattern, tmp_path):
    pandas = pytest.importorskip("pandas")
    path = tmp_path / "out" / "results.json"
    aggregate.aggregate_results_to_json(pattern, path)
    content = json.loads(path.read_text())
    assert content["train_results.infom"] == {"0": 0.5, "1": 0.7, "2": 0.25}
    assert content["train_results.mig"] == {"0": None, "1": None, "2": None}
    assert content["path"]["2"].endswith("runs/2/train.json")
    assert r"'a\/b'" in path.read_text()
    loaded = aggregate.load_aggregated_json_results(path)
    assert isinstance(loaded, pandas.DataFrame)
    assert loaded["train_config.model.random_seed"].tolist() == [0, 1, 0]


def test_without_pandas_the_extra_is_named(pattern, tmp_path, monkeypatch):
    real = builtins.__import__

    def without_pandas(name, *arguments, **keywords):
        if name == "pandas":
            raise ImportError(name)
        return real(name, *arguments, **keywords)

    monkeypatch.setattr(builtins, "__import__", without_pandas)
    with pytest.raises(InputError, match=r"tripod_dlib\[report\]"):
        aggregate.aggregate_results_to_json(pattern, tmp_path / "results.json")


@pytest.mark.parametrize("content", ["{", "[1]"], ids=["half", "list"])
def test_a_damaged_file_is_named(tmp_path, content):
    (tmp_path / "train.json").write_text(content)
    with pytest.raises(InputError, match="train.json.*xclude"):
        aggregate.read_results(str(tmp_path / "*.json"))


def test_the_command_prints_groups_and_writes_a_table(pattern, tmp_path, capsys):
    pytest.importorskip("pandas")
    flags = [f"--result_file_pattern={pattern}", f"--output_path={tmp_path / 'results.json'}"]
    assert command.main([*flags, f"--table_path={tmp_path / 'table.md'}"]) == 0
    printed = capsys.readouterr().out
    assert f"{KLM} = 0.1\n" in printed
    assert "train_results.infom     0.600    0.141   2\n" in printed
    assert max(map(len, printed.split("all results")[0].splitlines())) <= table.WIDTH
    assert "| 0.1 | 0.600 ± 0.141 (2) |" in (tmp_path / "table.md").read_text()


def test_the_command_without_a_match_exits_2(tmp_path, capsys):
    assert command.main([f"--result_file_pattern={tmp_path}/*"]) == 2
    assert "No file matches" in capsys.readouterr().err


def test_a_spreadsheet_gets_no_formula():
    text = table_files.as_csv(["name", "value"], [["=1+1", "-0.5"], ["@a,b", "-"]])
    assert text == "name,value\n'=1+1,-0.5\n\"'@a,b\",-\n"


def test_markdown_gets_no_html_and_no_extra_column():
    text = table_files.as_markdown(["a|b"], [["<script>&\n"]])
    assert text == "| a\\|b |\n|---|\n| &lt;script&gt;&amp; |\n"


def test_latex_gets_no_commands():
    text = table_files.as_latex(["a_b", "c"], [["\\input{x}", "5 %"]])
    assert r"a\_b & c \\" in text
    assert r"\textbackslash{}input\{x\} & 5 \% \\" in text


def test_an_unknown_form_of_table_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"\.csv, \.md, \.tex"):
        table_files.write_table(tmp_path / "a.xlsx", ["a"], [])


def test_the_final_table_shows_a_dash_for_what_is_undefined_and_says_why():
    text = table.format_table([("InfoM", 0.5, None), ("PSNR (dB)", 31.234, 9.0)], ["word " * 30])
    lines = text.splitlines()
    assert lines[2].split() == ["InfoM", "0.500", "-"]
    assert lines[3].split() == ["PSNR", "(dB)", "31.23", "9.000"]
    assert lines[4].startswith("Note: word")
    assert max(map(len, lines)) <= table.WIDTH
