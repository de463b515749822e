"""HyperQueue itself, with runs that pretend to train."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from study_folders import planned, study_of

from tripod_dlib.errors import InputError, Interrupted
from tripod_dlib.studies import engine
from tripod_dlib.studies.state import State, states_of
from tripod_dlib.studies.watch import Watch
from tripod_dlib.training.signals import stopping_at_once

pytest.importorskip("hyperqueue", reason="published for Linux on x86-64 alone")
TESTS = Path(__file__).parents[1]


def command(folder):
    script = str(Path(__file__).with_name("pretend_training.py"))
    return lambda run: [sys.executable, script, str(folder), run.name]


@pytest.fixture
def carry_out(tmp_path, monkeypatch):
    """Carries out runs of these seeds on two cores; gives their states."""
    monkeypatch.setenv("PYTHONPATH", str(TESTS))

    def carry_out(*seeds, look=None, **settings):
        runs = planned(tmp_path, study_of(seeds=seeds, models={"plain": []}, grids=None))
        watch = Watch(tmp_path, runs, states_of(tmp_path, runs), {}, "infomec.infom", 2)
        given = {"resources": {"cpus": 1}, "cores": 2, "server_dir": None, **settings}
        to_do = [run for run in runs if watch.states[run.name].kind in ("waiting", "stopped")]
        engine.carry_out(tmp_path, to_do, command(tmp_path), look=look or watch.look, **given)
        return {run.seed: state for run, state in zip(runs, watch.states.values(), strict=True)}

    return carry_out


@pytest.mark.slow
def test_one_is_done_one_fails_one_diverges_and_one_that_was_killed_goes_on(
    carry_out, tmp_path, capsys
):
    found = carry_out(0, 1, 2, 3)
    lines = capsys.readouterr().out.splitlines()
    assert {seed: state.kind for seed, state in found.items()} == {
        **{0: "done", 1: "failed", 2: "diverged", 3: "stopped"}
    }
    assert found[1].message == "no data" and found[2].message == "klm is nan"
    assert found[3].step == 40
    assert carry_out(0, 1, 2, 3)[3].kind == "done"
    assert (tmp_path / "attempt-0").read_text() == "x", "what is done is not repeated"
    assert sum(" done: boxes-plain-0-" in line for line in lines) == 1
    assert sum(" failed: boxes-plain-1-" in line and "no data See" in line for line in lines) == 1
    assert "1 of 4 done, 1 stopped, 1 failed, 1 diverged; about " in lines[-1]


@pytest.mark.slow
def test_a_run_that_is_killed_each_time_counts_as_failed_after_three(carry_out):
    states = [carry_out(5)[5] for _ in range(3)]
    assert [state.kind for state in states] == ["stopped", "stopped", "failed"]
    assert states[2].message.startswith("killed 3 times: ")


@pytest.mark.slow
def test_a_signal_lets_what_runs_save_and_the_same_command_goes_on(carry_out, tmp_path, capsys):
    def interrupt_once_it_runs():
        while not (tmp_path / "attempt-4").exists():
            time.sleep(0.1)
        time.sleep(0.5)  # its handler stands
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=interrupt_once_it_runs)
    thread.start()
    with pytest.raises(Interrupted), stopping_at_once():
        carry_out(4)
    thread.join()
    assert "saves first" in capsys.readouterr().err
    runs = planned(tmp_path, study_of(seeds=[4], models={"plain": []}, grids=None))
    assert list(states_of(tmp_path, runs).values()) == [State("stopped", step=60)]


@pytest.mark.slow
def test_runs_of_a_killed_sweep_are_asked_to_save(carry_out, tmp_path):
    code = (
        "import sys, time; from pathlib import Path; sys.path[:0] = sys.argv[2:]; "
        "from test_engine import command; from tripod_dlib.studies import engine; "
        "from tripod_dlib.studies.manifest import read_manifest; folder = Path(sys.argv[1]); "
        "engine.carry_out(folder, read_manifest(folder), command(folder), cores=2, "
        "resources={'cpus': 1}, server_dir=None, look=lambda: None)"
    )
    runs = planned(tmp_path, study_of(seeds=[4], models={"plain": []}, grids=None))
    places = [str(TESTS), str(TESTS / "studies")]
    sweep = subprocess.Popen([sys.executable, "-c", code, str(tmp_path), *places])
    while not (tmp_path / "attempt-4").exists():
        assert sweep.poll() is None
        time.sleep(0.1)
    time.sleep(0.5)
    sweep.kill()
    sweep.wait()
    end = time.monotonic() + 20
    while states_of(tmp_path, runs)[runs[0].name] != State("stopped", step=60):
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.slow
def test_a_running_server_carries_runs_out(carry_out, tmp_path):
    place = str(tmp_path / "server")
    code = (
        "import sys; from hyperqueue import LocalCluster; "
        "from hyperqueue.cluster import WorkerConfig; "
        "cluster = LocalCluster(sys.argv[1], WorkerConfig(cores=2)); print('up', flush=True); "
        "sys.stdin.read(); cluster.stop()"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code, place], text=True, **pipes) as server:
        while server.stdout.readline() != "up\n":  # the server's own lines come first
            assert server.poll() is None
        found = carry_out(0, 1, server_dir=place, cores=0)
        server.stdin.close()
    assert {seed: state.kind for seed, state in found.items()} == {0: "done", 1: "failed"}


def test_a_server_that_is_not_there_is_named(carry_out, tmp_path):
    with pytest.raises(InputError, match="The engine ended"):
        carry_out(0, server_dir=str(tmp_path / "nowhere"))


def test_without_the_engine_it_is_said_how_to_get_it(carry_out, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"tripod_dlib\[sweep\].*--emit=commands"):
        carry_out(0)
