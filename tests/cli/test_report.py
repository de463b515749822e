"""tripod_report from the command line, as far as no model is needed."""

import pytest
from page_runs import write_run

from tripod_dlib.cli.report import main

pytest.importorskip("jinja2")


@pytest.mark.parametrize(
    ("runs", "flag", "message"),
    [
        (1, "--output=x.html", "that of one run is run0/report.html"),
        (2, "--output=x.pdf", "--output is 'x.pdf'; the page is an .html file"),
        (1, "--seed=-1", "--seed is -1; it is from 0 to 4294967295"),
        (2, "--seed=4294967296", "--seed is 4294967296; it is from 0 to 4294967295"),
    ],
)
def test_flags_that_no_page_can_have_are_refused(
    tmp_path, monkeypatch, capsys, runs, flag, message
):
    monkeypatch.chdir(tmp_path)
    names = [write_run(tmp_path / f"run{number}").name for number in range(runs)]
    assert main([*names, flag]) == 2
    assert message in capsys.readouterr().err
    assert not any(path.suffix in (".html", ".pdf") for path in tmp_path.rglob("*"))


def test_a_run_without_its_dataset_s_name_is_refused_in_words(tmp_path, capsys):
    run = write_run(tmp_path / "run")
    (run / "results" / "gin").mkdir()
    (run / "results" / "gin" / "train.gin").write_text("model.batch_size = 4\n")
    assert main([str(run)]) == 2
    assert "binds no dataset.name: it is damaged or another's" in capsys.readouterr().err


def test_two_runs_of_which_the_arrays_are_cut_off_are_compared(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for number in range(2):
        run = write_run(tmp_path / f"run{number}")
        (run / "report.html").write_text("")
        (run / "representation.npz").write_bytes(b"PK\x03\x04 cut off")
    assert main(["run0", "run1"]) == 0
    assert "comparison: comparison.html" in capsys.readouterr().out
