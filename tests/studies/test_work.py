import json
import os
import subprocess
import sys
import threading
import time

import pytest
from study_folders import finish, note, planned, study_of

from tripod_dlib.errors import InputError
from tripod_dlib.storage import FolderLock
from tripod_dlib.studies.state import log_path, note_path, state_of
from tripod_dlib.studies.work import find_run, work


@pytest.fixture
def run(tmp_path):
    return planned(tmp_path, study_of())[1]


def noted(folder, run):
    return json.loads(note_path(folder, run.name).read_text())


def test_a_run_trains_by_its_setting_its_seed_and_its_folder(run, tmp_path):
    given = []

    def train(arguments):
        given.extend(arguments)
        assert state_of(tmp_path, run).kind == "running"
        finish(tmp_path, run)
        return 0

    assert work(tmp_path, run, train) == 0
    assert given == [
        f"--gin_config={tmp_path}/settings/{run.setting}.gin",
        f"--gin_bindings=model.random_seed = {run.seed}",
        f"--model_dir={tmp_path}/runs/{run.name}",
    ]
    assert noted(tmp_path, run)["code"] == 0 and noted(tmp_path, run)["message"] == ""
    assert work(tmp_path, run, None) == 0, "a finished run is not repeated"


def test_what_is_printed_is_logged_and_the_last_line_noted(run, tmp_path):
    def train(arguments):
        print("step 1")
        os.write(2, b"a library's line\ntripod_train: no \x1b[31mdata\n\n")
        return 2

    for _ in range(2):
        assert work(tmp_path, run, train) == 2
    expected = "step 1\na library's line\ntripod_train: no \x1b[31mdata\n\n"
    assert log_path(tmp_path, run.name).read_text() == 2 * expected
    assert noted(tmp_path, run)["message"] == r"tripod_train: no \x1b[31mdata"


def test_an_error_of_the_program_is_noted_with_its_traceback_in_the_log(run, tmp_path):
    assert work(tmp_path, run, lambda arguments: 1 / 0) == 1
    assert noted(tmp_path, run)["message"] == "ZeroDivisionError: division by zero"
    assert "Traceback" in log_path(tmp_path, run.name).read_text()


def test_what_gin_adds_to_an_error_does_not_stand_for_it(run, tmp_path):
    def train(arguments):
        raise ValueError("no such file\n  In call to configurable 'model' (<function train>)")

    assert work(tmp_path, run, train) == 1
    assert noted(tmp_path, run)["message"] == "ValueError: no such file"


def test_a_run_that_diverged_is_not_begun_again(run, tmp_path):
    note(tmp_path, run, 3, "klm is nan")
    assert work(tmp_path, run, None) == 3


def test_another_process_at_the_same_run_is_waited_for(run, tmp_path):
    def other():
        with FolderLock(tmp_path / "state", "run", name=f"{run.name}.lock"):
            held.set()
            time.sleep(0.5)
            finish(tmp_path, run)

    held = threading.Event()
    thread = threading.Thread(target=other)
    thread.start()
    held.wait()
    assert work(tmp_path, run, None) == 0
    thread.join()


def test_an_unknown_run_is_refused_with_the_nearest(run, tmp_path):
    with pytest.raises(InputError, match=f"Did you mean '{run.name}'"):
        find_run(tmp_path, run.name[:-1])


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs cores to be chosen")
def test_a_run_keeps_to_the_cores_that_the_engine_gave(tmp_path):
    core = min(os.sched_getaffinity(0))
    code = (
        "import os, sys; from pathlib import Path; "
        "from tripod_dlib.studies.manifest import read_manifest; "
        "from tripod_dlib.studies.work import work; folder = Path(sys.argv[1]); "
        "work(folder, read_manifest(folder)[0], lambda _: len(os.sched_getaffinity(0)) + 40)"
    )
    first = planned(tmp_path, study_of())[0]
    environment = {**os.environ, "HQ_CPUS": str(core)}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env=environment)
    assert noted(tmp_path, first)["code"] == 41
