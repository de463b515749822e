"""How far each run of a study has come, from files alone: it can be asked anywhere, any time."""

import dataclasses
import json
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import filelock

from tripod_dlib.results.metrics_log import LINES
from tripod_dlib.results.run_folder import MARKER
from tripod_dlib.studies.manifest import Run

DONE, RUNNING, STOPPED, FAILED, DIVERGED, WAITING = (
    *("done", "running", "stopped", "failed"),
    *("diverged", "waiting"),
)
TO_DO = (WAITING, STOPPED, RUNNING)
INTERRUPTED = (129, 130, 143)  # saved and asked to stop
DIVERGED_CODE = 3
TAIL = 16_384  # bytes of a log or of metrics.jsonl that are read


@dataclasses.dataclass(frozen=True)
class State:
    """Of one run.

    Attributes:
      kind: "done", "running", "stopped" (goes on when it is begun again), "failed", "diverged",
        or "waiting".
      message: Why it failed or diverged.
      step: Updates made by a running or stopped one.
      seconds_per_step: Of a running one, since it was begun; None where not known.
      process: Of a running one.
    """

    kind: str
    message: str = ""
    step: int = 0
    seconds_per_step: float | None = None
    process: int | None = None


def run_path(folder: Path, name: str) -> Path:
    """The run folder of a run."""
    return folder / "runs" / name


def note_path(folder: Path, name: str) -> Path:
    """Where what became of a run is noted."""
    return folder / "state" / f"{name}.json"


def log_path(folder: Path, name: str) -> Path:
    """What a run printed."""
    return folder / "logs" / f"{name}.log"


def state_of(folder: Path, run: Run) -> State:
    """How far a run has come."""
    if is_done(folder, run):
        return State(DONE)
    note = read_json(note_path(folder, run.name))
    if not note:
        return State(WAITING)
    code = note.get("code")
    if code is None:
        return _unfinished(folder, run, note)
    if code in INTERRUPTED or code == 0:  # 0: done, then more steps were asked for
        return State(STOPPED, step=_last_step(folder, run)[0])
    kind = DIVERGED if code == DIVERGED_CODE else FAILED
    return State(kind, message=str(note.get("message", "")))


def states_of(folder: Path, runs: Iterable[Run]) -> dict[str, State]:
    """How far each run has come, by name."""
    return {run.name: state_of(folder, run) for run in runs}


def count(states: Iterable[State]) -> Counter:
    """Kinds of states and how often each occurs."""
    return Counter(state.kind for state in states)


def is_done(folder: Path, run: Run) -> bool:
    """Whether a run was finished and reported."""
    return read_json(run_path(folder, run.name) / MARKER).get("finished_steps") == run.steps


def _unfinished(folder: Path, run: Run, note: dict) -> State:
    step, when = _last_step(folder, run)
    lock = folder / "state" / f"{run.name}.lock"
    if not _is_held(lock):
        return State(STOPPED, step=step)
    made = step - note.get("first_step", 0)
    rate = (when - note["started"]) / made if made > 0 and "started" in note else None
    owner = read_json(lock.with_name(f"{lock.name}.owner"))
    return State(RUNNING, step=step, seconds_per_step=rate, process=owner.get("process"))


def _is_held(path: Path) -> bool:
    if not path.exists():
        return False
    lock = filelock.FileLock(path)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        return True
    lock.release()
    return False


def _last_step(folder: Path, run: Run) -> tuple[int, float]:
    """Updates that the run's log of metrics tells of, and when it was written to."""
    path = run_path(folder, run.name) / LINES
    for line in reversed(last_lines(path)):
        try:
            return int(json.loads(line)["step"]), path.stat().st_mtime
        except (ValueError, KeyError, TypeError):
            continue  # half a line
    return 0, time.time()


def last_lines(path: Path) -> list[str]:
    """The last lines of a text file; none if it is not there."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL))
            return file.read().decode("utf-8", errors="replace").splitlines()
    except OSError:
        return []


def read_json(path: Path) -> dict:
    """A file's object; {} where there is none that can be read."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
