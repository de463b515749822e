"""What is said of a study while it runs: lines a run, the whole, and how long it may take."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tripod_dlib.results.scores import TABLE
from tripod_dlib.results.table import format_number
from tripod_dlib.studies.manifest import Run
from tripod_dlib.studies.results import Kind, seconds_per_step
from tripod_dlib.studies.state import (
    DIVERGED,
    DONE,
    FAILED,
    RUNNING,
    STOPPED,
    TO_DO,
    WAITING,
    State,
    count,
    log_path,
)

ORDER = (DONE, RUNNING, WAITING, STOPPED, FAILED, DIVERGED)


def hours_of(
    runs: Iterable[Run], states: Mapping[str, State], seconds: Mapping[Kind, float]
) -> float | None:
    """Hours that the runs still to do take on one core group; None where a kind is not measured."""
    total = 0.0
    for run in runs:
        if states[run.name].kind not in TO_DO:
            continue
        if run.kind not in seconds:
            return None
        total += (run.steps - states[run.name].step) * seconds[run.kind]
    return total / 3600


def whole_line(states: Mapping[str, State], hours: float | None, at_a_time: int | None) -> str:
    """How far the study has come: "5 of 12 done, 2 running, 5 waiting; about 1.2 h left"."""
    counts = count(states.values())
    parts = [f"{counts[DONE]} of {len(states)} done"]
    parts += [f"{counts[kind]} {kind}" for kind in ORDER[1:] if counts[kind]]
    if not any(counts[kind] for kind in TO_DO):
        return ", ".join(parts)
    if hours is None:
        return f"{', '.join(parts)}; time left not known before a run of each kind was measured"
    at_a_time = at_a_time or max(1, counts[RUNNING])
    return f"{', '.join(parts)}; about {_hours(hours / at_a_time)} left, {at_a_time} at a time"


def run_line(folder: Path, run: Run, state: State, scores: Mapping[str, object]) -> str:
    """What became of one run."""
    if state.kind == DONE:
        shown = [
            f"{heading} {format_number(scores[key])}"
            for heading, key in TABLE
            if isinstance(scores.get(key), int | float)
        ]
        return f"done: {run.name} ({run.phase}): {', '.join(shown)}"
    if state.kind in (FAILED, DIVERGED):
        log = log_path(folder, run.name)
        return f"{state.kind}: {run.name} ({run.phase}): {state.message} See {log}"
    return f"{state.kind}: {run.name} ({run.phase}), step {state.step} of {run.steps}"


def status_lines(
    folder: Path,
    runs: Sequence[Run],
    states: Mapping[str, State],
    results: Mapping[str, Mapping[str, object]],
) -> list[str]:
    """The whole of a study, then each run that is neither done nor waiting."""
    seconds = seconds_per_step(runs, states, results)
    lines = [whole_line(states, hours_of(runs, states, seconds), None)]
    quiet = (DONE, WAITING)
    return lines + [
        run_line(folder, run, states[run.name], {})
        for run in runs
        if states[run.name].kind not in quiet
    ]


def plan_rows(
    runs: Sequence[Run], states: Mapping[str, State], seconds: Mapping[Kind, float]
) -> tuple[list[str], list[list[str]]]:
    """The plan as a table: a row for each phase, dataset and model, and the whole."""
    header = ["phase", "dataset", "model", "runs", "done", "steps", "s a step", "hours"]
    groups: dict[tuple, list[Run]] = {}
    for run in runs:
        groups.setdefault((run.phase, *run.kind), []).append(run)
    rows = []
    for (phase, *kind), members in groups.items():
        rate = seconds.get(tuple(kind))
        steps = sum(run.steps for run in members)
        hours = "not measured" if rate is None else _hours(steps * rate / 3600)
        done = sum(run.name in states and states[run.name].kind == DONE for run in members)
        rate = "-" if rate is None else f"{rate:.4f}"
        rows.append([phase, *kind, str(len(members)), str(done), f"{steps:,}", rate, hours])
    done = sum(state.kind == DONE for state in states.values())
    known = [run.steps * seconds[run.kind] / 3600 for run in runs if run.kind in seconds]
    hours = _hours(sum(known)) if len(known) == len(runs) else "not measured"
    steps = f"{sum(run.steps for run in runs):,}"
    return header, [*rows, ["all", "", "", str(len(runs)), str(done), steps, "", hours]]


def _hours(hours: float) -> str:
    return f"{hours:.1f} h" if hours >= 1 else f"{60 * hours:.1f} min"
