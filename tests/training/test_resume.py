"""Runs that are started again: after a kill, a signal, a divergence, with another configuration."""

import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest
from training_runs import (
    arguments,
    assert_same_end,
    results,
    start,
    steps_logged,
    wait_for,
)

from tripod_dlib.cli.train import main
from tripod_dlib.data.grid_data import GridData
from tripod_dlib.errors import InputError

pytestmark = pytest.mark.slow


def test_the_same_command_prints_the_table_again_and_loads_no_framework_for_it(finished):
    before = (finished / "metrics.jsonl").read_bytes()
    code = (
        "import sys; from tripod_dlib.cli.train import main; code = main(); "
        "sys.exit(code or str({'keras', 'tensorflow', 'jax'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, *arguments(finished)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stderr == "set()\n"
    assert (finished / "table.txt").read_text() in done.stdout and "InfoM" in done.stdout
    assert (finished / "metrics.jsonl").read_bytes() == before


def test_another_configuration_is_refused_with_the_bindings_that_differ(finished, capsys):
    assert main(arguments(finished, "tripod.klm_weight = 0.5")) == 2
    shown = capsys.readouterr().err
    assert "tripod.klm_weight: 0.001 there, 0.5 now" in shown and "--overwrite" in shown


def test_a_run_killed_in_the_middle_ends_bit_for_bit_like_an_uninterrupted_one(finished, tmp_path):
    folder = tmp_path / "killed"
    process = start(folder)
    wait_for(lambda: steps_logged(folder) >= 4, process)  # past the first evaluation
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert not (folder / "results").exists()
    assert main(arguments(folder)) == 0
    assert_same_end(finished, folder)
    one, two = results(finished), results(folder)
    changing = {"uuid", "elapsed_time", "training_time", "peak_memory", "energy"}
    assert {k: one[k] for k in one if k not in changing} == {
        k: two[k] for k in two if k not in changing
    }
    assert (folder / "metrics.jsonl").read_text() == (finished / "metrics.jsonl").read_text()


def test_a_signal_saves_at_once_and_the_run_goes_on_from_there(finished, tmp_path):
    folder = tmp_path / "stopped"
    process = start(folder, "model.eval_steps = 100000", "model.training_steps = 100000")
    wait_for(lambda: steps_logged(folder) >= 1, process)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate()
    assert process.returncode == 128 + signal.SIGTERM
    assert b"stopped by SIGTERM; what was done is kept" in errors
    with np.load(max((folder / "checkpoints").glob("*.npz"))) as file:
        assert len(file.files) > 60


def test_a_shorter_training_is_not_made_of_a_longer_one(finished, tmp_path, capsys):
    folder = tmp_path / "run"
    shutil.copytree(finished, folder)
    made = results(folder)["global_step"]
    before = {path: path.read_bytes() for path in (folder / "results").rglob("*.*")}
    assert main(arguments(folder, f"model.training_steps = {made - 1}")) == 2
    assert f"has made {made} updates, more than model.training_steps" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in before} == before


def test_a_longer_training_goes_on_from_a_finished_one(tmp_path):
    short, whole = tmp_path / "short", tmp_path / "whole"
    for folder, steps in ((short, 4), (short, 8), (whole, 8)):
        bindings = ("optimizer.schedule = 'constant'", f"model.training_steps = {steps}")
        assert main(arguments(folder, *bindings)) == 0
    assert_same_end(short, whole)


def test_a_diverged_run_names_the_term_keeps_its_checkpoint_and_wants_a_change(tmp_path, capsys):
    folder = tmp_path / "diverged"
    bad = ("tripod.klm_weight = 1e38", "optimizer.learning_rate = 1e30")
    assert main(arguments(folder, *bad, "optimizer.clip_value = None")) == 3
    shown = capsys.readouterr().err
    assert "Training diverged at step" in shown and " is " in shown
    assert main(arguments(folder, *bad, "optimizer.clip_value = None")) == 2
    assert "diverged" in capsys.readouterr().err


def test_images_that_cannot_be_read_end_a_run_with_the_reason(tmp_path, monkeypatch, capsys):
    read, batches = GridData.sample_images, iter(range(100))

    def fail(self, num, random_state):
        if next(batches) == 5:
            raise InputError("images.npy was cut off while it was in use.")
        return read(self, num, random_state)

    monkeypatch.setattr(GridData, "sample_images", fail)
    assert main(arguments(tmp_path / "run", "model.eval_steps = 100")) == 2
    shown = capsys.readouterr().err
    assert "tripod_train: images.npy was cut off while it was in use." in shown.splitlines()


def test_a_folder_that_is_not_a_run_is_left_alone(tmp_path, capsys):
    (tmp_path / "thesis.tex").write_text("precious")
    assert main([*arguments(tmp_path), "--overwrite"]) == 2
    assert "it is left alone" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_overwrite_moves_a_run_aside(finished, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(finished, folder)
    before = results(folder)["uuid"]
    flags = arguments(folder, "model.training_steps = 2", "model.random_seed = 5")
    assert main([*flags, "--overwrite"]) == 0
    (old,) = tmp_path.glob("run.old-*")
    assert results(old)["uuid"] == before and results(folder)["random_seed"] == 5
