"""A study in its folder: planned, carried out or emitted, summed up."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from tripod_dlib.cli.binding_types import missing_bindings_named
from tripod_dlib.cli.columns import aligned
from tripod_dlib.cli.config_files import find_config, list_configs
from tripod_dlib.cli.configuration import parsed
from tripod_dlib.cores import num_cores as cores_here
from tripod_dlib.errors import InputError, did_you_mean
from tripod_dlib.results.table_files import write_table
from tripod_dlib.storage import FolderLock, write_json, write_text
from tripod_dlib.studies import emit, engine
from tripod_dlib.studies.manifest import Plan, Run, plan, read_manifest, write_plan
from tripod_dlib.studies.place import STUDY, require_place
from tripod_dlib.studies.progress import plan_rows, status_lines
from tripod_dlib.studies.results import choose, read_results, seconds_per_step, table_of
from tripod_dlib.studies.state import (
    DIVERGED,
    FAILED,
    TO_DO,
    State,
    count,
    log_path,
    note_path,
    read_json,
    state_of,
    states_of,
)
from tripod_dlib.studies.study import Study, require_bound_alone
from tripod_dlib.studies.watch import Watch
from tripod_dlib.studies.work import find_run, work

STUDIES = "gin/studies/"
States = dict[str, State]  # of runs, by their names, as results are
Results = dict[str, dict[str, object]]


def list_studies() -> list[str]:
    """Names of the shipped studies."""
    shipped = [path for path in list_configs() if path.startswith(STUDIES)]
    return [Path(path).stem for path in shipped]


def open_study(name: str, gin_bindings: Sequence[str], output_dir: str | None) -> "StudyFolder":
    """Reads a study and names its folder.

    Raises:
      InputError: If there is no such study, it is wrong, or the folder is another one's.
    """
    config = f"{STUDIES}{name}.gin" if name in list_studies() else name
    if not config.endswith(".gin"):
        hint = did_you_mean(name, list_studies())
        raise InputError(
            f"Unknown study {name!r}.{hint} Shipped ones: {', '.join(list_studies())}. One of your "
            "own is a configuration, a .gin file that binds `study`."
        )
    with parsed([config], gin_bindings) as configuration:
        if "study.name" not in configuration.bound:
            raise InputError(f"{find_config(config)} does not bind study.name: it is no study.")
        require_bound_alone(configuration.bound)
        with missing_bindings_named():
            study = Study()
    folder = Path(output_dir or Path("studies") / study.name).absolute()
    require_place(folder, study.name)
    return StudyFolder(study, folder, configuration.text)


def run_one(folder: Path, name: str) -> int:
    """Carries out one run in this process; what it prints is in its log, and how it ended here."""
    from tripod_dlib.cli.train import main as train

    run = find_run(folder, name)
    code = work(folder, run, train)
    state = state_of(folder, run)
    said = f"{name}: {state.kind}. {state.message} See {log_path(folder, name)}."
    print(" ".join(said.split()), flush=True)
    return code


def print_status(folder: Path) -> int:
    """Prints how far a study has come, and its table once a reported run is done."""
    runs = read_manifest(folder)
    states = states_of(folder, runs)
    score = read_json(folder / STUDY).get("selection_score", "")
    results = read_results(folder, runs, states, score)
    print("\n".join(status_lines(folder, runs, states, results)))
    return _code_of(states.values())


class StudyFolder:
    """A study and the folder in which its runs lie."""

    def __init__(self, study: Study, folder: Path, text: str):
        """Takes a study as it was read.

        Args:
          study: The study.
          folder: Absolute.
          text: Its bound configuration.
        """
        self.study, self.folder, self._text = study, folder, text

    def print_plan(self) -> int:
        """Prints what there is to do, without writing anything."""
        planned, states, results = self._plan()
        seconds = seconds_per_step(planned.runs, states, results)
        header, rows = plan_rows([*planned.runs, *planned.to_come], states, seconds)
        print("\n".join(aligned([header, *rows])))
        if planned.to_come:
            print(f"{len(planned.to_come)} runs are named once tuning has chosen their settings.")
        print(f"folder: {self.folder}")
        return 0

    def emit(
        self,
        kind: str,
        *,
        cores_per_run: int,
        at_a_time: int | None,
        most: int | None,
        options: Sequence[str],
        retry_failed: bool,
    ) -> int:
        """Writes the commands of all runs that are to do, and says what to do with them."""
        self._forget_failures(retry_failed)
        runs, states, results = self._written_plan()
        to_do = [run for run in runs if states[run.name].kind in TO_DO]
        if not to_do:
            return self._sum_up(runs, states, results)
        if kind == "commands":
            print(emit.write_commands(self.folder, to_do, self._command))
            return 0
        scripts = emit.write_slurm(
            self.folder,
            to_do,
            self._command,
            cores_per_run=cores_per_run,
            at_a_time=at_a_time,
            most=most or emit.most_of_an_array(),
            options=options,
        )
        print("\n".join(shlex.join(["sbatch", str(script)]) for script in scripts))
        return 0

    def carry_out(
        self,
        *,
        cores_per_run: int,
        num_cores: int | None,
        server_dir: str | None,
        gpus_per_run: float | None,
        retry_failed: bool,
    ) -> int:
        """Carries out what is to do, plans what tuning then chooses, and sums up."""
        cores = num_cores or cores_here()
        if cores < cores_per_run and server_dir is None:
            raise InputError(
                f"--cores_per_run is {cores_per_run}, but there are {cores} cores in all."
            )
        at_a_time = None if server_dir else cores // cores_per_run
        resources = {"cpus": cores_per_run}
        if gpus_per_run:
            resources["gpus/nvidia"] = gpus_per_run
        with FolderLock(self.folder, "tripod_sweep", name=".sweep.lock"):
            self._forget_failures(retry_failed)
            while True:
                runs, states, results = self._written_plan()
                to_do = [run for run in runs if states[run.name].kind in TO_DO]
                if not to_do:
                    return self._sum_up(runs, states, results)
                score = self.study.selection_score
                watch = Watch(self.folder, runs, states, results, score, at_a_time)
                watch.say_whole()
                engine.carry_out(
                    self.folder,
                    to_do,
                    self._command,
                    resources=resources,
                    cores=cores,
                    server_dir=server_dir,
                    look=watch.look,
                )

    def _plan(self) -> tuple[Plan, States, Results]:
        chosen: dict = {}
        while True:  # what tuning has chosen brings runs, whose states are then known too
            planned = plan(self.study, _resolve, chosen)
            states = states_of(self.folder, planned.runs)
            results = read_results(self.folder, planned.runs, states, self.study.selection_score)
            now = choose(self.study, planned.runs, states, results)
            if now == chosen:
                return planned, states, results
            chosen = now

    def _written_plan(self) -> tuple[list[Run], States, Results]:
        planned, states, results = self._plan()
        note = {"name": self.study.name, "selection_score": self.study.selection_score}
        write_json(self.folder / STUDY, note)
        write_text(self.folder / "study.gin", self._text)
        write_plan(self.folder, planned)
        return planned.runs, states, results

    def _command(self, run: Run) -> list[str]:
        flags = [f"--output_dir={self.folder}", f"--run={run.name}"]
        return [sys.executable, "-m", "tripod_dlib.cli.sweep", *flags]

    def _forget_failures(self, retry_failed: bool) -> None:
        if not retry_failed:
            return
        for name, state in self._plan()[1].items():
            if state.kind == FAILED:
                note_path(self.folder, name).unlink()

    def _sum_up(self, runs: Sequence[Run], states: States, results: Results) -> int:
        header, rows = table_of(self.study, runs, states, results)
        text = "\n".join([*aligned([header, *rows]), ""])
        write_text(self.folder / "table.txt", text)
        write_table(self.folder / "table.csv", header, rows)
        print("\n".join(status_lines(self.folder, runs, states, results)))
        print(f"\n{text}table: {self.folder / 'table.txt'}")
        return _code_of(states.values())


def _resolve(configs: Sequence[str], bindings: Sequence[str]) -> tuple[dict[str, str], str]:
    with parsed(configs, bindings, "the study's binding ") as configuration:
        if not configuration.bound.get("model.training_steps", "").isdigit():
            parts = [*configs, *bindings]
            raise InputError(
                f"model.training_steps is not bound to a number by {', '.join(parts)}. Add it to "
                "study.bindings, or a configuration to the dataset's or the model's parts."
            )
        return configuration.bound, configuration.text


def _code_of(states: Sequence[State]) -> int:
    counts = count(states)
    return 2 if counts[FAILED] else 3 if counts[DIVERGED] else 0
