"""The folder of a run: whose it is, whether it may go on, and what it has logged."""

import contextlib
import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tripod_dlib.errors import InputError
from tripod_dlib.results.metrics_log import MetricsLog
from tripod_dlib.results.output_folder import marker_of, where_to_look
from tripod_dlib.results.result_files import read_result
from tripod_dlib.storage import FolderLock, remove_partial, write_json

MARKER, TABLE = "run.json", "table.txt"
RESULTS = marker_of("train")
RUNS = Path("results")
# Bindings that may change between two starts of a run: how long it trains and how it is scored.
LENGTH = "model.training_steps"
CHANGEABLE = (LENGTH, "protocol.", "evaluation.", "dataset.cache_dir")


def default_path(
    dataset: str, model: str, bound: dict[str, str], unused: tuple[str, ...] = ()
) -> Path:
    """results/<dataset>-<model>-<hash of what may not change>; `unused` as in `RunFolder`."""
    text = json.dumps(_fixed(bound, unused), sort_keys=True)
    return RUNS / f"{dataset}-{model}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


class RunFolder:
    """An opened run folder, held exclusively, as a context manager."""

    def __init__(
        self,
        path: str | os.PathLike,
        bound: dict[str, str],
        overwrite: bool = False,
        data_fingerprint: str | None = None,
        unused: tuple[str, ...] = (),
        given: dict[str, object] | None = None,
    ):
        """Names a folder; `with` opens it.

        Args:
          path: The folder.
          bound: The whole bound configuration, binding to value.
          overwrite: Move a run that is there aside.
          data_fingerprint: What tells the dataset's content from other content; None where the
            dataset, another library's, does not say.
          unused: Beginnings of bindings that are nothing to this run, such as other models'.
          given: What the configuration was made of, for people: {"configs": their names,
            "differences": {binding: [value there, value bound]}}.
        """
        self.path = Path(path)
        self.metrics = MetricsLog(self.path)
        self.bound = bound
        self._unused = unused
        self._overwrite = overwrite
        self.data_fingerprint = data_fingerprint
        self._given = given
        self._lock = FolderLock(self.path, "training")
        self._bound_before = bound
        self.same_bound = False
        self._is_new = False

    def __enter__(self) -> "RunFolder":
        """Opens the folder: new, to go on, or finished.

        Raises:
          InputError: If it is another configuration's or other data's, not a run's at all, in use,
            unwritable, or its run diverged under this very configuration.
        """
        self._refuse_foreign_folder()
        if self._overwrite and self._read():
            with self._lock:
                pass  # refused if somebody writes there
            self._move_aside()
        self._lock.__enter__()
        try:
            before = self._read()
            self._is_new = not before
            if before:
                continued = self._continued(before)
                self._refuse_other_data(before)
                before = continued
            remove_partial(self.path)
            self._bound_before = before.get("bound", self.bound)
            self.same_bound = before.get("bound") == self.bound
            self._state = {**before, "bound": self.bound}
            if self.data_fingerprint is not None:
                self._state["data_fingerprint"] = self.data_fingerprint
            if self._given is not None:
                self._state["given"] = self._given
            self._write()
        except OSError as error:
            self._lock.__exit__()
            raise InputError(f"{self.path} cannot be written: {error.strerror}.") from error
        except BaseException:
            self._lock.__exit__()
            raise
        return self

    def __exit__(self, *details: object) -> None:
        """Lets the folder go."""
        self._lock.__exit__(*details)

    @contextlib.contextmanager
    def unless_refused(self) -> Iterator[None]:
        """Gives a new folder up if what is done meanwhile raises an InputError.

        Then no run began, and the command may be mended and given again for the same folder.
        """
        try:
            yield
        except InputError:
            if self._is_new:
                self._marker.unlink(missing_ok=True)
            raise

    @property
    def finished_steps(self) -> int | None:
        """Updates after which the run was finished and reported, or None."""
        return self._state.get("finished_steps")

    def is_reported(self, steps: int) -> bool:
        """Whether `print_again` tells all: after so many updates, bound as now, with its files."""
        finished = self.finished_steps == steps and self.same_bound
        return finished and all((self.path / name).is_file() for name in (TABLE, RESULTS))

    def mark_finished(self, steps: int) -> None:
        """Notes that the run was reported after so many updates."""
        self._state["finished_steps"] = steps
        self._write()

    def print_again(self) -> dict[str, object]:
        """Prints the table of a finished run; returns its results. This loads no framework."""
        here = where_to_look(self.path)  # a copied run's table names the other's folder
        text = (self.path / TABLE).read_text(encoding="utf-8", errors="replace")
        print(re.sub("^pictures and results: .*$", lambda _: here, text, flags=re.M), end="")
        return read_result(self.path / RESULTS)

    def note_length(self, step: int) -> None:
        """Notes it if a learning rate's schedule was of another length in the updates made so far.

        Args:
          step: Number of those updates.
        """
        before, now = (bound.get(LENGTH) for bound in (self._bound_before, self.bound))
        schedules = [text for key, text in self.bound.items() if key.endswith("optimizer.schedule")]
        if step and before != now and any("constant" not in text for text in schedules):
            note = (
                f"Up to step {step} this run's learning rate followed a schedule of {before} steps "
                f"({LENGTH} was another): a run of {now} steps from the start ends elsewhere."
            )
            self._state["notes"] = [*self.notes, note]
            self._write()
            print(f"Note: {note}", file=sys.stderr, flush=True)

    @property
    def notes(self) -> list[str]:
        """Sentences on what sets this run apart from one that was trained at once."""
        return self._state.get("notes", [])

    def mark_diverged(self, reason: str) -> None:
        """Notes that the run diverged under this configuration."""
        self._state["diverged"] = {"reason": reason, "bound": self.bound}
        self._write()

    @property
    def _marker(self) -> Path:
        return self.path / MARKER

    def _read(self) -> dict:
        """The marker's content; {} if there is none, or only another program's file of its name."""
        try:
            state = json.loads(self._marker.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError, ValueError, RecursionError):
            return {}
        is_ours = isinstance(state, dict) and isinstance(state.get("bound"), dict)
        return state if is_ours else {}

    def _write(self) -> None:
        write_json(self._marker, self._state)

    def _refuse_foreign_folder(self) -> None:
        if not self.path.exists() or self._read():
            return
        if not self.path.is_dir():
            raise InputError(f"--model_dir {self.path} is a file. Choose a folder.")
        ours = {".lock", ".lock.owner"}
        strangers = [entry.name for entry in self.path.iterdir() if entry.name not in ours]
        if strangers:
            damaged = f"its {MARKER} is damaged, or another program's"
            what = damaged if MARKER in strangers else f"no {MARKER}, but {strangers[0]}"
            raise InputError(
                f"The folder {self.path} is not empty and not a run of this package ({what}); it "
                "is left alone. Choose another --model_dir."
            )

    def _move_aside(self) -> None:
        stamp = time.strftime("%Y%m%d-%H%M%S")
        target = self.path.with_name(f"{self.path.name}.old-{stamp}")
        number = 1
        while target.exists():
            number += 1
            target = self.path.with_name(f"{self.path.name}.old-{stamp}-{number}")
        self.path.rename(target)

    def _refuse_other_data(self, state: dict) -> None:
        before, now = state.get("data_fingerprint"), self.data_fingerprint
        if before is not None and now is not None and before != now:
            raise InputError(
                f"The data of the run in {self.path} have changed since it began: the images or "
                f"labels under dataset.data_dir are others (fingerprint {before} then, {now} now). "
                "Its table and its weights are those of the old data. Put the old files back, or "
                "choose another --model_dir, or --overwrite (which moves the old run aside)."
            )

    def _continued(self, state: dict) -> dict:
        """The state to go on from; a divergence is forgotten once a binding has changed."""
        before, now = (_fixed(b, self._unused) for b in (state["bound"], self.bound))
        changed = sorted(key for key in {*before, *now} if before.get(key) != now.get(key))
        diverged = state.get("diverged")
        if diverged is not None:
            if not changed:
                raise InputError(
                    f"The run in {self.path} diverged: {diverged['reason']} Change a binding, or "
                    "begin anew with --overwrite."
                )
            return {key: value for key, value in state.items() if key != "diverged"}
        if changed:
            lines = "".join(
                f"\n  {key}: {before.get(key, 'not bound')} there, {now.get(key, 'not bound')} now"
                for key in changed
            )
            raise InputError(
                f"The folder {self.path} holds a run of another configuration:{lines}\nChoose "
                "another --model_dir, or --overwrite (which moves the old run aside)."
            )
        return state


def _fixed(bound: dict[str, str], unused: tuple[str, ...] = ()) -> dict[str, str]:
    left_out = (*CHANGEABLE, *unused)
    return {key: value for key, value in bound.items() if not key.startswith(left_out)}
