import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from run_folders import TINY_RUN
from study_folders import finish, note

from tripod_dlib.cli.configuration import parsed
from tripod_dlib.cli.sweep import main
from tripod_dlib.cli.sweep_study import list_studies
from tripod_dlib.studies import engine
from tripod_dlib.studies.manifest import read_manifest

RUNS = {  # known, and to come
    "tiny": (4, 2),
    "embedded": (56, 10),
    "tripod_paper": (184, 60),
    "unsupervised_study_v1": (12_600, 0),
}


@pytest.fixture
def sweep(tmp_path, capsys):
    """Runs the command on the study tiny in a folder; gives code, output, errors."""

    def sweep(*flags, study="tiny"):
        of_study = [f"--study={study}"] if study else []
        code = main([*of_study, f"--output_dir={tmp_path / 'out'}", *flags])
        return code, *capsys.readouterr()

    return sweep


@pytest.fixture
def pretended(monkeypatch):
    """In place of the engine: notes what it is given, and finishes it with scores of its seed."""
    given = []

    def carry_out(folder, runs, command, *, look, **settings):
        given.append([run.phase for run in runs])
        for run in runs:
            weight = run.hyperparameters.get("beta_tcvae_mws.tc_weight", 0.0)
            finish(folder, run, **{"infomec.infom": run.seed / 10 + weight / 100})
        look()

    monkeypatch.setattr(engine, "carry_out", carry_out)
    return given


def test_every_shipped_study_is_among_those_that_are_counted_here():
    assert set(list_studies()) == set(RUNS)


@pytest.mark.parametrize("study", RUNS)
def test_a_plan_says_runs_and_steps_and_writes_nothing(study, sweep, tmp_path):
    code, out, _ = sweep("--only_print", study=study)
    known, to_come = RUNS[study]
    assert code == 0 and not (tmp_path / "out").exists()
    whole = next(line.split() for line in out.splitlines() if line.startswith("all"))
    assert whole[1] == str(known + to_come)
    expected = f"{to_come} runs are named once tuning has chosen their settings"
    assert (expected in out) == (to_come > 0)


def test_a_run_is_named_by_the_configuration_that_training_sees(sweep, tmp_path):
    sweep("--emit=commands")
    for run in read_manifest(tmp_path / "out"):
        setting = tmp_path / "out" / "settings" / f"{run.setting}.gin"
        with parsed([str(setting)], [f"model.random_seed = {run.seed}"]) as configuration:
            text = json.dumps(configuration.bound, sort_keys=True)
        assert run.name.endswith(f"-{hashlib.sha256(text.encode()).hexdigest()[:12]}")


def test_tuning_comes_first_then_what_it_chose_then_the_table(sweep, pretended, tmp_path):
    code, out, _ = sweep("--num_cores=2")
    assert code == 0
    assert pretended == [["tuning"] * 2 + ["final"] * 2, ["final"] * 2]
    chosen = "beta_tcvae_mws.tc_weight = 4.0"
    table = (tmp_path / "out" / "table.txt").read_text()
    assert re.search(rf"{chosen} +2 of 2 +0\.190 ± 0\.071", table) and table in out
    assert "tc_weight = 1.0" not in table
    rows = (tmp_path / "out" / "table.csv").read_text().splitlines()
    assert rows[0].startswith("dataset,model,hyperparameters,runs,InfoM") and len(rows) == 3
    again = sweep("--num_cores=2")
    assert again[0] == 0 and pretended[2:] == [] and "6 of 6 done\n" in again[1]


def test_failed_runs_are_listed_and_begun_again_only_if_that_is_said(sweep, pretended, tmp_path):
    sweep("--emit=commands")
    runs = read_manifest(tmp_path / "out")
    note(tmp_path / "out", runs[0], 2, "no data")
    code, out, _ = sweep()
    assert code == 2 and f"failed: {runs[0].name} (tuning): no data See" in out
    assert sum(map(len, pretended)) == 5
    code, out, _ = sweep("--status", study=None)
    assert code == 2 and "5 of 6 done, 1 failed" in out
    code, out, _ = sweep("--retry_failed")
    assert code == 0 and pretended[-1] == ["tuning"]


def test_a_single_run_says_how_it_ended_and_where_the_rest_stands(sweep, tmp_path):
    sweep("--emit=commands")
    done, failed = read_manifest(tmp_path / "out")[:2]
    finish(tmp_path / "out", done)
    code, out, _ = sweep(f"--run={done.name}", study=None)
    log = tmp_path / "out" / "logs" / f"{done.name}.log"
    assert code == 0 and out == f"{done.name}: done. See {log}.\n"
    setting = tmp_path / "out" / "settings" / f"{failed.setting}.gin"
    setting.write_text("model.batch = 1")
    code, out, _ = sweep(f"--run={failed.name}", study=None)
    assert code == 2 and out.startswith(f"{failed.name}: failed. ")
    assert "Parameters of model: " in out and f"See {tmp_path / 'out' / 'logs'}" in out


def test_the_status_is_asked_of_the_folder_alone(sweep, tmp_path):
    sweep("--emit=commands")
    code, out, _ = sweep("--status", study=None)
    assert code == 0 and out.startswith("0 of 4 done, 4 waiting")


def test_commands_for_other_engines_leave_out_what_is_done(sweep, tmp_path):
    assert sweep("--emit=slurm", "--max_array_size=3", "--sbatch_options=--partition=gpu")[0] == 0
    place = tmp_path / "out" / "slurm"
    assert "--array=0-2\n" in (place / "part_000.sbatch").read_text()
    assert "#SBATCH --partition=gpu\n" in (place / "part_001.sbatch").read_text()
    runs = read_manifest(tmp_path / "out")
    finish(tmp_path / "out", runs[1])
    code, out, _ = sweep("--emit=commands")
    lines = Path(out.strip()).read_text().splitlines()
    assert code == 0 and len(lines) == 3
    flags = f"--output_dir={tmp_path / 'out'} --run={runs[0].name}"
    assert lines[0] == f"{sys.executable} -m tripod_dlib.cli.sweep {flags}"


@pytest.mark.parametrize(
    "flags, message",
    [
        (["--output_dir=x"], "--study is missing. Shipped studies: embedded, "),
        (["--study=tinny"], "Unknown study 'tinny'. Did you mean 'tiny'?"),
        (["--study=gin/quickstart.gin"], "does not bind study.name: it is no study"),
        (["--study=mine.gin"], "There is no configuration mine.gin"),
        (["--status"], "--output_dir is missing"),
        (["--status", "--output_dir=nowhere"], "nowhere holds no manifest.jsonl"),
        (["--run=a", "--output_dir=nowhere"], "nowhere holds no manifest.jsonl"),
        (["--study=tiny", "--gpus_per_run=1"], "--gpus_per_run is for --server_dir"),
        (["--study=tiny", "--sbatch_options=x"], "'x' is no option of sbatch"),
        (["--study=tiny", "--sbatch_options=--mem=4G"], "--sbatch_options is for --emit=slurm"),
        (["--study=tiny", "--at_a_time=2", "--emit=commands"], "--at_a_time is for --emit=slurm"),
        (["--study=tiny", "--max_array_size=2"], "--max_array_size is for --emit=slurm"),
        (["--study=tiny", "--emit=slurm", "--server_dir=."], "give one of them"),
        (["--study=tiny", "--emit=slurm", "--num_cores=2"], "--emit leaves the runs to others"),
        (["--study=tiny", "--gin_bindings=study.selection_score = 'InfoM'"], "such as infomec."),
        (["--study=tiny", "--gin_bindings=model.batch_size = 3"], "model.batch_size cannot be"),
        (["--study=bare.gin"], "does not bind ['datasets', 'models'] of study; add them"),
        (["--study=tiny", "--gin_bindings=study.bindings = ['model.random_seed=1']"], "every run"),
        (["--study=tiny", "--cores_per_run=3", "--num_cores=2"], "there are 2 cores in all"),
        (["--study=tiny", "--gin_bindings=study.seeds = [0, 0]"], "has a seed twice"),
        (
            ["--study=tiny", "--gin_bindings=study.bindings = ['model.batch = 1']"],
            "the study's binding 'model.batch = 1",
        ),
    ],
)
def test_what_cannot_be_carried_out_is_refused(flags, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bare.gin").write_text("study.name = 'bare'")
    assert main(flags) == 2
    assert message in capsys.readouterr().err


def test_a_folder_of_another_study_is_refused(sweep):
    sweep("--emit=commands")
    code, _, err = sweep("--only_print", study="embedded")
    assert code == 2 and "holds the study 'tiny', not 'embedded'" in err


OWN = """
study.name = 'own'
study.datasets = {'shapes3d_procedural': ['gin/quickstart.gin', 'dataset.image_size = 16']}
study.models = {'plain': ['gin/models/autoencoder.gin']}
study.seeds = [0]
"""


@pytest.mark.slow
def test_a_study_that_was_killed_ends_with_the_same_table_as_an_undisturbed_one(tmp_path):
    pytest.importorskip("hyperqueue")
    (tmp_path / "own.gin").write_text(OWN)
    small = ["model.training_steps = 12", "model.eval_steps = 4"]
    bindings = [*TINY_RUN, *small, f"dataset.cache_dir = {str(tmp_path / 'cache')!r}"]
    flags = ["--study=own.gin", f"--gin_bindings=study.bindings = {bindings}"]
    command = [sys.executable, "-m", "tripod_dlib.cli.sweep", *flags, "--output_dir"]
    killed, undisturbed = tmp_path / "killed", tmp_path / "undisturbed"
    first = subprocess.Popen([*command, killed], cwd=tmp_path, stdout=subprocess.PIPE)
    while not list(killed.glob("runs/*/checkpoints/*.npz")):
        assert first.poll() is None
        time.sleep(0.05)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    assert not (killed / "table.txt").exists()
    for folder in (killed, undisturbed):
        done = subprocess.run([*command, folder], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    for name in ("table.txt", "table.csv"):
        assert (killed / name).read_bytes() == (undisturbed / name).read_bytes()


def test_a_run_s_folder_and_a_server_that_is_not_there_are_refused(sweep, tmp_path):
    code, _, err = sweep("--server_dir=/nowhere")
    assert code == 2 and "--server_dir /nowhere is no folder" in err and "backtrace" not in err
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "run.json").write_text("{}")
    code, _, err = sweep("--emit=commands")
    assert code == 2 and "is that of a run (it holds run.json)" in err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["run.json"]


def test_a_folder_with_files_of_the_user_is_refused_and_left_as_it_is(sweep, tmp_path):
    own = tmp_path / "out"
    own.mkdir()
    (own / ".hidden").touch()
    (own / "table.txt").write_text("mine")
    for flags in (["--emit=commands"], ["--only_print"], []):
        code, _, err = sweep(*flags)
        assert code == 2 and "out holds table.txt and is no study's (it has no study.json)" in err
    assert (own / "table.txt").read_text() == "mine" and len(list(own.iterdir())) == 2
    (own / "table.txt").unlink()
    assert sweep("--emit=commands")[0] == 0


def test_commands_of_failed_runs_are_written_where_that_is_asked(sweep, tmp_path):
    sweep("--emit=commands")
    runs = read_manifest(tmp_path / "out")
    note(tmp_path / "out", runs[0], 2, "no data")
    lines = tmp_path / "out" / "commands.txt"
    sweep("--emit=commands")
    assert runs[0].name not in lines.read_text()
    sweep("--emit=commands", "--retry_failed")
    assert runs[0].name in lines.read_text()


def test_steps_that_are_not_bound_are_asked_for(sweep, tmp_path):
    study = tmp_path / "mine.gin"
    parts = "study.models = {'vae': []}\nstudy.datasets = {'shapes3d_procedural': []}\n"
    study.write_text(f"study.name = 'mine'\n{parts}")
    code, _, err = sweep("--only_print", study=study)
    assert code == 2
    assert "model.training_steps is not bound to a number by model.random_seed = 0. Add it" in err
