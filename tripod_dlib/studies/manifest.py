"""The plan of a study: one line a run, named by the content of its bound configuration."""

import dataclasses
import hashlib
import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from tripod_dlib.errors import InputError
from tripod_dlib.storage import write_bytes, write_text
from tripod_dlib.studies.study import FINAL, SEED, TUNING, Setting, Study, settings_of

MANIFEST = "manifest.jsonl"
SETTINGS = "settings"
# Configurations and bindings to the bound configuration, binding to value, and its text.
Resolve = Callable[[Sequence[str], Sequence[str]], tuple[dict[str, str], str]]


@dataclasses.dataclass(frozen=True)
class Run:
    """A line of the manifest.

    Attributes:
      name: Dataset, model, seed, and a hash of the bound configuration; its folder's name.
      phase: "tuning" or "final".
      dataset: Label.
      model: Label.
      hyperparameters: Binding to value, of the model's grid.
      seed: Its seed.
      steps: Updates in all.
      setting: Name of its configuration, without the seed, among the study's settings.
    """

    name: str
    phase: str
    dataset: str
    model: str
    hyperparameters: dict[str, object]
    seed: int
    steps: int
    setting: str

    @property
    def kind(self) -> tuple[str, str]:
        """Dataset and model: what runs of equal duration share."""
        return self.dataset, self.model


@dataclasses.dataclass(frozen=True)
class Plan:
    """All runs of a study that are known, and their configurations.

    Attributes:
      runs: In the order in which they are begun: of each kind one, then the next of each.
      texts: Name of a setting to its configuration.
      to_come: Reported runs whose setting tuning has yet to choose; here with the first one.
    """

    runs: list[Run]
    texts: dict[str, str]
    to_come: list[Run]


def plan(
    study: Study, resolve: Resolve, chosen: Mapping[tuple[str, str], dict] | None = None
) -> Plan:
    """Enumerates the runs of a study.

    Args:
      study: The study.
      resolve: Binds configurations and bindings.
      chosen: Dataset and model to the hyperparameters that tuning has chosen, so far.

    Returns:
      plan: With tuning seeds, runs that choose among the settings of each kind that has several,
        and the reported runs of kinds that have one or whose setting was chosen.
    """
    runs, texts, to_come = [], {}, []
    by_kind = itertools.groupby(settings_of(study), key=lambda setting: setting.kind)
    for kind, settings in [(kind, list(settings)) for kind, settings in by_kind]:
        phases = list(_phases(study, settings, (chosen or {}).get(kind)))
        for phase, seeds, bindings, setting in phases:
            of_setting, name, text = _runs_of(setting, phase, seeds, bindings, resolve)
            runs += of_setting
            texts[name] = text
        if not any(phase == FINAL for phase, *_ in phases):
            reported = FINAL, study.seeds, study.final_bindings
            to_come += _runs_of(settings[0], *reported, resolve)[0]
    names = [run.name for run in runs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(
            f"Two runs of the study are the same, {twice}: bind what tells them apart."
        )
    return Plan(_of_each_kind_one(runs), texts, to_come)


def _phases(study: Study, settings: list[Setting], chosen: dict | None):
    """(phase, seeds, bindings, setting) of one kind."""
    if study.tuning_seeds and len(settings) > 1:
        for setting in settings:
            yield TUNING, study.tuning_seeds, study.tuning_bindings, setting
        settings = [setting for setting in settings if _same(setting.hyperparameters, chosen)]
    for setting in settings:
        yield FINAL, study.seeds, study.final_bindings, setting


def _same(hyperparameters: dict, chosen: dict | None) -> bool:
    """Whether they are equal once written: a manifest's tuples are lists."""
    return json.dumps(hyperparameters) == json.dumps(chosen)


def _runs_of(
    setting: Setting, phase: str, seeds: Sequence[int], bindings: Sequence[str], resolve: Resolve
) -> tuple[list[Run], str, str]:
    bound, text = resolve(setting.configs, [*setting.bindings, *bindings, f"{SEED} = 0"])
    label = f"{setting.dataset}-{setting.model}"
    name = f"{label}-{_hash(bound)}"
    steps = int(bound["model.training_steps"])
    runs = [
        Run(
            name=f"{label}-{seed}-{_hash({**bound, SEED: str(seed)})}",
            phase=phase,
            dataset=setting.dataset,
            model=setting.model,
            hyperparameters=setting.hyperparameters,
            seed=seed,
            steps=steps,
            setting=name,
        )
        for seed in seeds
    ]
    return runs, name, text


def _hash(bound: Mapping[str, str]) -> str:
    """Of a bound configuration, 12 digits: 16 000 runs share one with a chance of 1 in 10^6."""
    text = json.dumps(bound, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _of_each_kind_one(runs: Iterable[Run]) -> list[Run]:
    """The first run of each kind, then the second of each: durations are known early."""
    position: dict[tuple[str, str], int] = {}
    ranked = []
    for run in runs:
        rank = position[run.kind] = position.get(run.kind, -1) + 1
        ranked.append((run.phase == FINAL, rank, run))
    return [run for _, _, run in sorted(ranked, key=lambda entry: entry[:2])]


def write_plan(folder: Path, planned: Plan) -> None:
    """Writes manifest and settings of a study's folder; files that are as they should be stay."""
    for name, text in planned.texts.items():
        path = setting_path(folder, name)
        if not path.is_file() or path.read_bytes() != text.encode():
            write_text(path, text)
    lines = [json.dumps(dataclasses.asdict(run)) for run in planned.runs]
    write_bytes(folder / MANIFEST, "".join(f"{line}\n" for line in lines).encode())


def read_manifest(folder: Path) -> list[Run]:
    """The runs of a study's folder.

    Raises:
      InputError: If it is no study's folder, or its manifest is damaged.
    """
    path = folder / MANIFEST
    try:
        lines = path.read_bytes().splitlines()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(
            f"{folder} holds no {MANIFEST}: it is not the folder of a study. "
            "tripod_sweep --study=NAME --output_dir=FOLDER makes one."
        ) from error
    try:
        if not lines:
            raise ValueError("it is empty")
        return [Run(**json.loads(line)) for line in lines]
    except (ValueError, TypeError) as error:
        raise InputError(
            f"{path} is damaged ({error}); tripod_sweep with the --study of the folder makes it "
            "again."
        ) from error


def setting_path(folder: Path, name: str) -> Path:
    """Where the configuration of a setting lies."""
    return folder / SETTINGS / f"{name}.gin"
