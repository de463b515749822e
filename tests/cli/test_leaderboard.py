"""tripod_leaderboard from the command line."""

import json
import re
import shutil

import numpy as np
import pytest
from board_results import record
from run_folders import TINY_RUN

from tripod_dlib.board.datasets import RENDERED
from tripod_dlib.board.record import read_record, write_record
from tripod_dlib.cli import train
from tripod_dlib.cli.leaderboard import main
from tripod_dlib.metrics import compute_dci_random_forest, compute_infomec, compute_mig

pytest.importorskip("statsmodels")
pytest.importorskip("itables")
SOURCES = np.random.RandomState(0).randint(3, size=(60, 2))
LATENTS = SOURCES[:, [0, 1, 0]] + np.random.RandomState(1).normal(size=(60, 3)) / 4
ARRAYS = ("--method=Mine", "--revision=v1", "--dataset=shapes3d_procedural", "--permutations=2")


def call(*arguments):
    return main([str(argument) for argument in arguments])


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez("a.npz", sources=SOURCES, latents=LATENTS)
    return tmp_path


def write_run(folder, *, seed=0, finished=True, diverged=None, **bindings):
    folder.mkdir(parents=True)
    bound = {"model.model": "@tripod()", "model.random_seed": str(seed)}
    bound |= {"dataset.name": "'shapes3d_procedural'", **bindings}
    state = {"bound": bound} | ({"diverged": {"reason": diverged}} if diverged else {})
    (folder / "run.json").write_text(json.dumps(state))
    if finished:
        (folder / "results" / "json").mkdir(parents=True)
        results = {"psnr.psnr": 31.0, "psnr_threshold": 28.0}
        (folder / "results" / "json" / "train_results.json").write_text(json.dumps(results))
        latents = np.round(LATENTS + seed)
        path = folder / "representation.npz"
        np.savez(path, sources=SOURCES, latents=latents, num_values_per_latent=8)


def test_two_arrays_become_a_result_file_with_the_metrics_own_scores(files, capsys):
    command = "submit", "--representation=a.npz", "--nodiscrete", *ARRAYS
    assert call(*command, "--seed=3", "--claimed_seeds=3,4", "--output=out") == 0
    path = files / "out" / "Mine" / "v1" / "shapes3d_procedural-seed3.json"
    assert str(path.relative_to(files)) in capsys.readouterr().out
    found = read_record(path)
    scores = {v.metric: figure for v, figure in found.figures.items()}
    infomec = compute_infomec(SOURCES, LATENTS, discrete=False)
    assert scores["infom"].value == infomec["infom"] and scores["infoe"].value == infomec["infoe"]
    assert scores["mig"].value == compute_mig(SOURCES, LATENTS)["discrete_mig"]
    forest = compute_dci_random_forest(SOURCES, LATENTS)
    assert scores["disentanglement"].value == forest["disentanglement"]
    for metric in ("infom", "infoc", "infoe", "disentanglement", "mig"):
        figure = scores[metric]
        assert figure.num_permutations == 2 and figure.baseline_mean <= figure.baseline_q95
    assert scores["mig"].baseline_q95 < scores["mig"].value
    settings = {name for variant in found.figures for name, _ in variant.settings}
    assert settings >= {"library", "samples", "selection", "trees", "bins", "pruning", "latents"}
    assert found.content["dataset"]["resembles"] == "shapes3d"
    assert found.content["claims"] == {"seeds": [3, 4]}
    assert call(*command, "--seed=3", "--output=out") == 0  # the same arrays
    np.savez(files / "a.npz", sources=SOURCES, latents=LATENTS[::-1])
    before = path.read_bytes()
    assert call(*command, "--seed=3", "--output=out") == 2 and path.read_bytes() == before
    assert "holds another result of this method, revision" in capsys.readouterr().err
    assert call(*command, "--seed=3", "--output=out", "--overwrite", "--claimed_seeds=3,4") == 0
    assert path.read_bytes() != before
    assert call("check", "out") == 2
    assert "seed 4 is claimed" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["submit"], "Give either --run=FOLDER or --representation"),
        (["submit", "--representation=a.npz"], "--method is missing"),
        (["submit", "--representation=a.npz", *ARRAYS], "--seed is missing"),
        (["submit", "--representation=a.npz", *ARRAYS, "--seed=0"], "--nodiscrete"),
        (
            ["submit", "--representation=a.npz", *ARRAYS, "--seed=0", "--discrete"],
            "Say discrete=False",
        ),
        (
            [*("submit", "--representation=a.npz"), *ARRAYS, "--seed=0", "--nodiscrete"]
            + ["--selection=best"],
            "selection is one of oracle, label_free, stated",
        ),
        (
            ["submit", "--representation=a.npz", *ARRAYS, "--seed=0", "--udr=ranking.json"],
            "--udr has no effect beside --representation",
        ),
        (["submit", "--run=x", "--seed=5", "--nodiscrete"], "--seed, --discrete has no effect"),
        (["submit", "--run=none"], "matches no run folder"),
        (["--output=board"], "There is nothing to show"),
        (["--add=a.npz"], "--output is missing"),
        (["--add=none.json", "--output=board"], "none.json is not there"),
        (["--add=none.json", "--output=board", "--url=https://x"], "which --organization asks for"),
        (["--add=a", "--output=b", "--organization=o", "--url=x"], "--url is 'x'; an address begi"),
        (
            ["--add=bad", "--output=board"],
            r"None of the results.*bad.json: the file: 'schema_version' is",
        ),
        (["--runs=none/*", "--output=board"], "matches no run folder"),
        (["check", "none"], "none is not there"),
        (["buildd"], "Did you mean 'build'"),
    ],
)
def test_wrong_input_ends_with_words_and_code_2(files, capsys, arguments, message):
    (files / "bad").mkdir()
    (files / "bad" / "bad.json").write_text('{"seed": 0}')
    assert call(*arguments) == 2
    shown = capsys.readouterr().err
    assert re.search(message, shown, re.DOTALL), shown
    assert not (files / "board").exists() and not (files / "submissions").exists()


def test_a_board_of_result_files_is_written_in_every_form(files, capsys):
    for method, level in (("Tripod", 0.8), ("=1+1|<b>\\end", 0.4)):
        for dataset in ("shapes3d", "mpi3d_toy"):
            for seed in range(4):
                scores = {"infom": level + seed / 100, "mig": level}
                write_record("in", record(method=method, dataset=dataset, seed=seed, scores=scores))
    command = "--add=in", "--output=board", "--compare_with=Tripod", "--snapshot"
    assert call(*command, "--organization=org", "--url=https://example.org") == 0
    shown = capsys.readouterr().out
    assert "## aggregate" in shown and "Compared with Tripod" in shown and "group 2" in shown
    there = {path.name for path in (files / "board").iterdir()}
    tables = {
        f"{name}.{kind}" for name in ("shapes3d", "aggregate") for kind in ("csv", "md", "tex")
    }
    assert there >= {"index.html", "board.json", "board.md", "snapshots", "exports", *tables}
    assert json.loads((files / "board" / "board.json").read_text())["num_results"] == 16
    assert "\n'=1+1|<b>" in (files / "board" / "shapes3d.csv").read_text()
    assert "<b>" not in (files / "board" / "board.md").read_text()
    assert r"\end{tabular}" in (files / "board" / "shapes3d.tex").read_text()
    assert len(list((files / "board" / "exports").rglob("*.json"))) == 2
    assert call("compare", "board/snapshots/2026-01-02.json", "board/board.json") == 0
    assert "nothing changed" in capsys.readouterr().out


def test_check_compares_with_an_earlier_state(files, capsys):
    write_record("before", record(scores={"infom": 0.7}))
    write_record("after", record(scores={"infom": 0.8}))
    assert call("check", "after") == 0
    assert "1 valid result of 1 method; 0 faults" in capsys.readouterr().out
    assert call("check", "after", "--base=before") == 2
    assert "value was 0.7 and is 0.8" in capsys.readouterr().out
    assert call("check", "after", "--base=before", "--tolerance=0.2") == 0


def test_runs_are_measured_and_what_did_not_finish_is_counted(files, capsys):
    write_run(files / "runs" / "seed0", seed=0)
    write_run(files / "runs" / "seed1", seed=1)
    (files / "runs" / "seed1" / "report.html").write_text("")
    write_run(files / "runs" / "seed2", seed=2, finished=False, diverged="loss is NaN")
    write_run(files / "runs" / "seed3", seed=3, finished=False)
    write_run(files / "runs" / "seed0.old-1", seed=0)
    ranking = [{"model_dir": str(files / "runs" / f"seed{s}"), "udr": s / 10} for s in (0, 1)]
    (files / "ranking.json").write_text(json.dumps(ranking))
    command = "--runs=runs/*", "--output=board", "--permutations=2", "--udr=ranking.json"
    assert call(*command) == 0
    captured = capsys.readouterr()
    assert "run 4 of 4" in captured.err and "permutation 2 of 2" in captured.err
    (table,) = json.loads((files / "board" / "board.json").read_text())["tables"]
    (row,) = table["rows"]
    assert (row["num_claimed"], row["num_finished"]) == (4, 2)
    assert (row["num_diverged"], row["num_failed"]) == (1, 1) and row["method"] == "tripod"
    assert row["selection"]["label_free_seed"] == 1
    expected = compute_infomec(SOURCES, np.round(LATENTS), discrete=True)["infom"]
    cell = next(cell for key, cell in row["cells"].items() if key.startswith("infom["))
    assert cell["values"][0] == [0, expected]
    assert "looks like shapes3d" in captured.out
    assert len(list((files / "board" / "results").rglob("*.json"))) == 4
    page = (files / "board" / "index.html").read_text()
    assert page.count('href="../runs/seed1/report.html" aria-label="report of seed 1"') == 1


def test_several_configurations_are_several_methods_and_are_measured_once(files, capsys):
    write_run(files / "runs" / "a")
    write_run(files / "runs" / "b", seed=1, **{"tripod.klm_weight": "0.1"})
    command = "--runs=runs/*", "--output=board", "--permutations=2"
    assert call(*command) == 0
    before = (files / "board" / "board.json").read_text()
    (table,) = json.loads(before)["tables"]
    assert len({row["revision"] for row in table["rows"]}) == 2
    # A second board measures only what changed.
    write_run(files / "runs" / "c", seed=2)
    capsys.readouterr()
    assert call(*command) == 0
    said = capsys.readouterr().err
    assert said.count("its figures are stored") == 2 and said.count("permutation 2 of 2") == 1
    shutil.rmtree(files / "runs" / "c")
    assert call(*command, "--noreuse") == 0
    said = capsys.readouterr().err
    assert "stored" not in said and said.count("permutation 2 of 2") == 2
    assert (files / "board" / "board.json").read_text() == before


def test_reports_are_copied_on_demand_and_linked_within_the_board(files):
    write_run(files / "runs" / "a")
    (files / "runs" / "a" / "report.html").write_text("the report")
    command = "--runs=runs/*", "--output=board", "--permutations=2", "--revision=v1"
    assert call(*command) == 0
    link = re.compile(r'href="([^"]*\.html)"')
    page = files / "board" / "index.html"
    assert link.findall(page.read_text()) == ["../runs/a/report.html"]
    assert call(*command, "--copy_reports") == 0
    (target,) = link.findall(page.read_text())
    assert target == "reports/tripod/v1/shapes3d_procedural-seed0.html"
    assert (files / "board" / target).read_text() == "the report"


def test_every_dataset_that_is_rendered_here_is_known_as_one():
    from tripod_dlib.data.rendered import font_glyphs, shapes3d_procedural

    names = {module.__name__.rpartition(".")[2] for module in (font_glyphs, shapes3d_procedural)}
    assert names == set(RENDERED)


@pytest.mark.slow
def test_a_run_is_verified_by_its_weights_and_a_changed_figure_is_not(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", str(tmp_path / "cache"))
    run, out = tmp_path / "run", tmp_path / "out"
    flags = ["--gin_config=gin/quickstart.gin", f"--model_dir={run}"]
    assert train.COMMAND.run([*flags, *(f"--gin_bindings={binding}" for binding in TINY_RUN)]) == 0
    assert call("submit", f"--run={run}", f"--output={out}", "--permutations=2") == 0
    (path,) = out.rglob("*.json")
    assert set(read_record(path).content["digests"]) == {
        "configuration",
        "representation",
        "weights",
    }
    assert call("verify", path, f"--run={run}", f"--output={tmp_path / 'verified'}") == 0
    (verified,) = (tmp_path / "verified").rglob("*.json")
    assert read_record(verified).content["measured_by"] == "verified"
    content = json.loads(path.read_text())
    key = next(key for key in content["figures"] if key.startswith("infoe["))
    content["figures"][key]["value"] -= 0.01
    path.write_text(json.dumps(content))
    capsys.readouterr()
    assert call("verify", path, f"--run={run}", f"--output={tmp_path / 'again'}") == 2
    shown = capsys.readouterr().out
    assert f"figures.{key}: " in shown and "is not verified" in shown
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("name", ["run.json", "index.html", "thesis.md"])
def test_a_folder_that_is_no_board_s_is_left_alone(files, capsys, name):
    write_record("in", record())
    (files / "own").mkdir()
    (files / "own" / name).write_text("mine")
    for output in ("own", "."):
        assert call("--add=in", f"--output={output}") == 2
        assert "it is left alone. Choose another --output" in capsys.readouterr().err
    assert [path.name for path in (files / "own").iterdir()] == [name]
    assert (files / "own" / name).read_text() == "mine" and not (files / "board.md").exists()


def test_a_run_s_folder_with_a_board_in_it_gets_no_other(files, capsys):
    write_record("in", record())
    assert call("--add=in", "--output=board") == call("--add=in", "--output=board") == 0
    (files / "board" / "run.json").write_text("{}")
    assert call("--add=in", "--output=board") == 2
    assert "The folder board is not empty and a run's" in capsys.readouterr().err


def test_a_tolerance_below_0_and_a_result_in_place_of_a_board_are_refused(files, capsys):
    path = write_record("in", record())
    assert call("check", "in", "--base=in", "--tolerance=-1") == 2
    assert "--tolerance is -1.0; it is a number from 0" in capsys.readouterr().err
    assert call("compare", path, path) == 2
    assert "is no board as this command writes it: it lacks 'tables'" in capsys.readouterr().err


@pytest.mark.parametrize("kept", [0, 300], ids=["empty", "cut"])
def test_a_run_of_damaged_arrays_is_named(files, capsys, kept):
    write_run(files / "runs" / "seed0")
    arrays = files / "runs" / "seed0" / "representation.npz"
    arrays.write_bytes(arrays.read_bytes()[:kept])
    assert call("submit", "--run=runs/seed0") == 2
    assert f"runs/seed0/{arrays.name} is damaged or not there" in capsys.readouterr().err


def test_a_run_that_has_not_finished_is_said_to_be_submitted_as_such(files, capsys):
    write_run(files / "runs" / "seed0", finished=False)
    assert call("submit", "--run=runs/seed0") == 0
    assert "submitted as failed: The run has not finished." in capsys.readouterr().err
