import csv
import json

import pytest

from tripod_dlib.results.metrics_log import MetricsLog


@pytest.fixture
def log(tmp_path):
    log = MetricsLog(tmp_path)
    log.append({"step": 10, "loss": 1.5, "klm": float("nan")})
    log.append({"step": 20, "loss": 1.0, "klm": 0.25})
    log.append({"evaluation": {"step": 20, "infomec.infom": 0.5}, "step": 20})
    return log


def test_the_table_has_a_row_a_step_and_a_column_a_name(log, tmp_path):
    log.write_csv()
    with (tmp_path / "metrics.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["step", "loss", "klm", "evaluation.infomec.infom"]
    assert list(rows[0].values()) == ["10", "1.5", "", ""]
    assert list(rows[1].values()) == ["20", "1.0", "0.25", "0.5"]


def test_a_run_without_a_log_has_a_table_without_rows(tmp_path):
    MetricsLog(tmp_path).write_csv()
    assert (tmp_path / "metrics.csv").read_text() == "step\n"


def test_an_evaluation_that_was_not_remembered_is_written_again(log):
    log.truncate(20, evaluated=[20])
    assert [("evaluation" in row, row["step"]) for row in log.read()][-1] == (True, 20)
    log.truncate(20, evaluated=[])
    assert [row["step"] for row in log.read()] == [10, 20]


@pytest.mark.parametrize(
    "line", ["", "[" * 100_000, "[1]", '{"step": "x"}', '{"loss": 1}', "\x00", '{"step": 9}']
)
def test_lines_that_are_no_whole_row_are_passed_over(log, tmp_path, line):
    with (tmp_path / "metrics.jsonl").open("a") as file:
        file.write(line)  # without a line end, as a killed process leaves it
    assert [row["step"] for row in log.read()] == [10, 20, 20]
    log.truncate(10, [])
    assert json.loads((tmp_path / "metrics.jsonl").read_text()) == log.read()[0]
