"""Looks at the runs of a study while they are carried out, and says what becomes of them."""

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tripod_dlib.studies.manifest import Run
from tripod_dlib.studies.progress import hours_of, run_line, whole_line
from tripod_dlib.studies.results import read_results, seconds_per_step
from tripod_dlib.studies.state import (
    RUNNING,
    STOPPED,
    TO_DO,
    State,
    note_path,
    state_of,
)

SECONDS_BETWEEN_LINES = 300.0


class Watch:
    """Lines on standard output: one for each run that ends, and the whole each time."""

    def __init__(
        self,
        folder: Path,
        runs: Sequence[Run],
        states: Mapping[str, State],
        results: Mapping[str, Mapping[str, object]],
        score: str,
        at_a_time: int | None,
    ):
        """Begins from what is known.

        Args:
          folder: The study's.
          runs: All of its manifest.
          states: How far each has come, by name.
          results: Of the finished ones, by name.
          score: Result that is read beside those of the table.
          at_a_time: How many run at once; None where that is the engine's affair.
        """
        self.states = dict(states)
        self._folder, self._score, self._at_a_time = folder, score, at_a_time
        self._runs = {run.name: run for run in runs}
        self._results = dict(results)
        self._noted = self._times_of_notes()
        self._said = 0.0

    def look(self) -> None:
        """Reads what has changed, and says it; otherwise the whole now and then."""
        noted = self._times_of_notes()
        changed = {name for name, when in noted.items() if self._noted.get(name) != when}
        running = {name for name, state in self.states.items() if state.kind == RUNNING}
        self._noted = noted
        ended = False
        for name in changed | running:
            before, run = self.states[name], self._runs[name]
            self.states[name] = state_of(self._folder, run)
            if _has_ended(before, self.states[name]):
                ended = True
                results = read_results(self._folder, [run], self.states, self._score)
                self._results.update(results)
                self._say(run_line(self._folder, run, self.states[name], results.get(name, {})))
        if ended or time.monotonic() - self._said > SECONDS_BETWEEN_LINES:
            self.say_whole()

    def say_whole(self) -> None:
        """How far the study has come."""
        runs = self._runs.values()
        seconds = seconds_per_step(runs, self.states, self._results)
        hours = hours_of(runs, self.states, seconds)
        self._say(whole_line(self.states, hours, self._at_a_time))
        self._said = time.monotonic()

    def _say(self, line: str) -> None:
        print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)

    def _times_of_notes(self) -> dict[str, float]:
        place = note_path(self._folder, "any").parent
        if not place.is_dir():
            return {}
        times = {}
        with os.scandir(place) as entries:
            for entry in entries:
                name = entry.name.removesuffix(".json")
                if name != entry.name and name in self._runs:
                    times[name] = entry.stat().st_mtime_ns
        return times


def _has_ended(before: State, now: State) -> bool:
    """Whether a run has ended between two looks, or was stopped."""
    if now.kind == STOPPED:
        return before.kind != STOPPED
    return now.kind not in TO_DO and before.kind in TO_DO
