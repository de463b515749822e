import json
import time

import pytest
from study_folders import finish, log_step, note, planned, study_of

from tripod_dlib.storage import FolderLock
from tripod_dlib.studies.progress import hours_of, run_line, status_lines, whole_line
from tripod_dlib.studies.state import State, note_path, state_of, states_of


@pytest.fixture
def runs(tmp_path):
    return planned(tmp_path, study_of(grids=None))


def test_each_run_says_by_its_files_how_far_it_has_come(runs, tmp_path):
    done, failed, diverged, stopped = runs
    assert state_of(tmp_path, done) == State("waiting")
    finish(tmp_path, done)
    note(tmp_path, failed, 2, "no data")
    note(tmp_path, diverged, 3, "klm is nan")
    note(tmp_path, stopped, 143)
    log_step(tmp_path, stopped, 40)
    assert list(states_of(tmp_path, runs).values()) == [
        State("done"),
        State("failed", message="no data"),
        State("diverged", message="klm is nan"),
        State("stopped", step=40),
    ]


def test_a_run_that_holds_its_lock_runs_and_one_that_lost_it_was_killed(runs, tmp_path):
    run = runs[0]
    begun = {"started": time.time() - 100, "first_step": 20}
    with FolderLock(tmp_path / "state", f"run {run.name}", name=f"{run.name}.lock"):
        note_path(tmp_path, run.name).write_text(json.dumps(begun))
        log_step(tmp_path, run, 70)
        state = state_of(tmp_path, run)
    assert (state.kind, state.step) == ("running", 70)
    assert state.seconds_per_step == pytest.approx(100 / (70 - 20), abs=0.1)
    assert state_of(tmp_path, run) == State("stopped", step=70)


def test_more_steps_make_a_finished_run_one_that_goes_on(runs, tmp_path):
    finish(tmp_path, runs[0])
    (longer, *_) = planned(tmp_path, study_of(grids=None))
    assert state_of(tmp_path, longer).kind == "done"
    object.__setattr__(longer, "steps", 200)
    assert state_of(tmp_path, longer).kind == "stopped"


@pytest.mark.parametrize("damaged", ["", "[]", "{", "[" * 100_000])
def test_a_damaged_note_or_marker_counts_as_none(damaged, runs, tmp_path):
    note_path(tmp_path, "x").parent.mkdir()
    note_path(tmp_path, runs[0].name).write_text(damaged)
    path = tmp_path / "runs" / runs[0].name
    path.mkdir(parents=True)
    (path / "run.json").write_text(damaged)
    assert state_of(tmp_path, runs[0]) == State("waiting")


def test_the_time_left_follows_from_the_seconds_of_a_step(runs):
    states = dict.fromkeys((run.name for run in runs), State("waiting"))
    states[runs[0].name] = State("done")
    states[runs[1].name] = State("stopped", step=60)
    seconds = {("boxes", "plain"): 36.0, ("boxes", "weighted"): 360.0}
    assert [run.kind[1] for run in runs] == ["plain", "weighted", "plain", "weighted"]
    assert hours_of(runs, states, seconds) == pytest.approx(0.4 * 10 + 1 + 10)
    assert hours_of(runs, states, {("boxes", "plain"): 36.0}) is None
    line = "1 of 4 done, 2 waiting, 1 stopped; about 7.5 h left, 2 at a time"
    assert whole_line(states, 15.0, 2) == line
    assert "not known before a run of each kind" in whole_line(states, None, 2)
    assert whole_line({"a": State("done")}, 0.0, 2) == "1 of 1 done"


def test_lines_tell_of_scores_failures_and_steps(runs, tmp_path):
    run = runs[0]
    scores = {"infomec.infom": 0.7123, "psnr.psnr": 31.8, "mig.discrete_mig": None}
    line = run_line(tmp_path, run, State("done"), scores)
    assert line == f"done: {run.name} (final): InfoM 0.712, PSNR (dB) 31.80"
    note(tmp_path, run, 2, "no data")
    log_step(tmp_path, runs[1], 3)
    note(tmp_path, runs[1], 130)
    lines = status_lines(tmp_path, runs, states_of(tmp_path, runs), {})
    assert lines[0].startswith("0 of 4 done, 2 waiting, 1 stopped, 1 failed")
    assert lines[1] == f"failed: {run.name} (final): no data See {tmp_path}/logs/{run.name}.log"
    assert lines[2] == f"stopped: {runs[1].name} (final), step 3 of 100"
