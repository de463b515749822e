"""One run of a study in this process: begun, gone on with, or left alone, and noted."""

import contextlib
import os
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tripod_dlib.errors import InputError, did_you_mean
from tripod_dlib.storage import FolderLock, one_line, write_json
from tripod_dlib.studies.manifest import SEED, Run, read_manifest, setting_path
from tripod_dlib.studies.state import (
    DIVERGED,
    DIVERGED_CODE,
    DONE,
    last_lines,
    log_path,
    note_path,
    read_json,
    run_path,
    state_of,
)

MOST = 500  # characters of a message


def find_run(folder: Path, name: str) -> Run:
    """A run by its name.

    Raises:
      InputError: If the study has none of that name.
    """
    runs = {run.name: run for run in read_manifest(folder)}
    if name not in runs:
        raise InputError(f"The study in {folder} has no run {name!r}.{did_you_mean(name, runs)}")
    return runs[name]


def work(folder: Path, run: Run, train: Callable[[Sequence[str]], int]) -> int:
    """Carries out a run unless it is done; another process that is at it is waited for.

    Args:
      folder: The study's.
      run: One of its runs.
      train: Takes flags of tripod_train and returns its exit code.

    Returns:
      code: The exit code, 1 after an error of the program itself. It is noted, with the last line
        that was printed, and all that is printed is added to the run's log.
    """
    _undo_inherited_signals()
    lock = FolderLock(folder / "state", f"run {run.name}", wait=True, name=f"{run.name}.lock")
    with lock:
        before = state_of(folder, run)
        if before.kind in (DONE, DIVERGED):
            return 0 if before.kind == DONE else DIVERGED_CODE
        _keep_to_given_cores()
        kills = read_json(note_path(folder, run.name)).get("kills", 0)
        begun = {"started": time.time(), "first_step": before.step, "kills": kills}
        write_json(note_path(folder, run.name), begun)
        with _printed_to(log_path(folder, run.name)):
            code = _train(train, arguments_of(folder, run))
        message = "" if code == 0 else _last_message(log_path(folder, run.name))
        ended = {**begun, "ended": time.time(), "code": code, "message": message}
        write_json(note_path(folder, run.name), ended)
        return code


def arguments_of(folder: Path, run: Run) -> list[str]:
    """The flags of tripod_train that make the run."""
    return [
        f"--gin_config={setting_path(folder, run.setting)}",
        f"--gin_bindings={SEED} = {run.seed}",
        f"--model_dir={run_path(folder, run.name)}",
    ]


def _train(train: Callable[[Sequence[str]], int], arguments: Sequence[str]) -> int:
    try:
        return train(arguments)
    except Exception:
        traceback.print_exc()
        return 1


def _last_message(log: Path) -> str:
    """The last line that begins at the margin: what follows it, gin adds to an error's message."""
    lines = [line for line in last_lines(log) if line.strip()]
    at_margin = [line for line in lines if not line[0].isspace()]
    return one_line((at_margin or lines or [""])[-1], MOST)


def _undo_inherited_signals() -> None:
    """The engine holds signals back from itself, and what it starts inherits that."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals())


def _keep_to_given_cores() -> None:
    """Keeps to the cores that HyperQueue gave, if it did: numbers of threads follow from them."""
    given = os.environ.get("HQ_CPUS", "")
    if given and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {int(core) for core in given.split(",")})


@contextlib.contextmanager
def _printed_to(path: Path) -> Iterator[None]:
    """Adds to a file what this process prints, its libraries included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = [os.dup(number) for number in (1, 2)]
    with path.open("a", buffering=1, encoding="utf-8") as log:
        for number in (1, 2):
            os.dup2(log.fileno(), number)
        try:
            with contextlib.redirect_stdout(log), contextlib.redirect_stderr(log):
                yield
        finally:
            for number, before in zip((1, 2), kept, strict=True):
                os.dup2(before, number)
                os.close(before)
