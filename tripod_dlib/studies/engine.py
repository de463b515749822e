"""HyperQueue carries out the runs: a server and a worker of this machine, or a running server.

It runs in a process of its own (`studies.engine_process`), since it ends all tasks on the spot when
a signal reaches it. Where that process is killed, its tasks get SIGTERM, and save.
"""

import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tripod_dlib.errors import InputError, Interrupted
from tripod_dlib.storage import write_json
from tripod_dlib.studies.manifest import Run
from tripod_dlib.studies.state import RUNNING, log_path, note_path, read_json, state_of

SECONDS_BETWEEN_LOOKS = 1.0
MOST_KILLS = 3  # after which a run counts as failed
Command = Callable[[Run], Sequence[str]]  # what carries out a run, and notes what became of it


def carry_out(
    folder: Path,
    runs: Sequence[Run],
    command: Command,
    *,
    resources: Mapping[str, float],
    cores: int,
    server_dir: str | None,
    look: Callable[[], None],
) -> None:
    """Carries out runs, to the end.

    Args:
      folder: The study's; for a server, on a file system that its workers see.
      runs: Begun in this order.
      command: What carries out a run.
      resources: What a run takes, such as {"cpus": 4, "gpus/nvidia": 0.5}.
      cores: Of this machine; not used with a server.
      server_dir: Directory of a running HyperQueue server; None starts one here.
      look: Called now and then.

    Raises:
      InputError: If HyperQueue is not installed, or no server answers.
      Interrupted: If a signal came. What ran on this machine has saved and ended, unless a second
        signal came; what a server runs goes on.
    """
    if importlib.util.find_spec("hyperqueue") is None:
        raise InputError(
            "The engine HyperQueue is not installed: pip install 'tripod_dlib[sweep]' (Linux on "
            "x86-64). --emit=commands writes a command a line for other engines."
        )
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.json"
        tasks = [_task(folder, run, command) for run in runs]
        job = {"name": folder.name, "cwd": str(folder), "resources": resources, "tasks": tasks}
        order = {"job": job, "cores": cores, "server_dir": server_dir, "report": str(report)}
        process = subprocess.Popen(
            [sys.executable, "-m", "tripod_dlib.studies.engine_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # a terminal's Ctrl-C is for this process alone
        )
        try:
            process.stdin.write(json.dumps(order).encode() + b"\n")
            process.stdin.flush()
            while _runs_on(process):
                look()
        except Interrupted:
            process.kill()
            if server_dir is None:
                _wait_for_savers(folder, runs)
            raise
        finally:
            process.kill()
            process.wait()
            process.stdin.close()
        _note_failures(folder, runs, read_json(report))
    look()


def _task(folder: Path, run: Run, command: Command) -> dict[str, object]:
    log_path(folder, run.name).parent.mkdir(parents=True, exist_ok=True)
    log = str(log_path(folder, run.name))
    return {"name": run.name, "args": list(command(run)), "log": log}


def _runs_on(process: subprocess.Popen) -> bool:
    try:
        process.wait(SECONDS_BETWEEN_LOOKS)
    except subprocess.TimeoutExpired:
        return True
    return False


def _wait_for_savers(folder: Path, runs: Sequence[Run]) -> None:
    """Waits until nothing runs; a signal ends the waiting."""
    print("stopping: what is running saves first (again: stop at once)", file=sys.stderr)
    begun = [run for run in runs if note_path(folder, run.name).exists()]
    while any(state_of(folder, run).kind == RUNNING for run in begun):
        time.sleep(0.2)


def _note_failures(folder: Path, runs: Sequence[Run], report: dict) -> None:
    """Notes what the engine says of runs that could not do so themselves."""
    if "failures" not in report:
        raise InputError(
            f"The engine ended: {report.get('error', 'it was killed')}. Run the same command again."
        )
    for number, error in report["failures"].items():
        path = note_path(folder, runs[int(number)].name)
        note = read_json(path)
        if note.get("code") is None:  # it was killed; it goes on when it is begun again
            kills = note.get("kills", 0) + 1
            note |= {"kills": kills, "ended": time.time()}
            if kills >= MOST_KILLS:
                message = f"killed {kills} times: {error} Perhaps the memory does not suffice."
                note |= {"code": 1, "message": message}
            write_json(path, note)
