"""What a study is: models, datasets, hyperparameters, seeds, and how the best setting is chosen."""

import dataclasses
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import gin

from tripod_dlib.allowed import PositiveInt, Seed, require_allowed
from tripod_dlib.errors import InputError
from tripod_dlib.results.scores import TABLE

LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+]*")
NAME = re.compile(r"\w[\w .+-]*")  # a folder's, too
SEED = "model.random_seed"
TUNING, FINAL = "tuning", "final"


@gin.configurable("study", module="tripod_dlib")
@dataclasses.dataclass(frozen=True)
class Study:
    """Runs of models on datasets over seeds.

    A part of a run is a configuration, a text that ends in ".gin", or a binding. A run has its
    dataset's parts, its model's, a value of each binding of the model's grid, `bindings`, those of
    its phase, and its seed; what comes later wins, and bindings win over configurations.

    Attributes:
      name: What it is called.
      datasets: Label to the dataset's parts.
      models: Label to the model's parts.
      grids: Label of a model to {binding: values}; every combination is a setting of the model.
      seeds: Seeds of the runs that are reported.
      tuning_seeds: Seeds of the runs that choose one setting of each model for each dataset.
        Without any, every setting is reported.
      bindings: Parts of every run.
      tuning_bindings: Bindings of the runs that choose.
      final_bindings: Bindings of the runs that are reported, such as another evaluation set's.
      selection_score: Result whose mean over the tuning seeds is the highest in the setting that
        is chosen, among the settings whose mean PSNR reaches the threshold of their runs.
      least_seeds: Runs that a setting must have finished to be reported without a mark.
    """

    name: str = gin.REQUIRED
    datasets: dict[str, tuple[str, ...]] = gin.REQUIRED
    models: dict[str, tuple[str, ...]] = gin.REQUIRED
    grids: dict[str, dict[str, tuple]] | None = None
    seeds: tuple[Seed, ...] = (0, 1, 2, 3, 4)
    tuning_seeds: tuple[Seed, ...] = ()
    bindings: tuple[str, ...] = ()
    tuning_bindings: tuple[str, ...] = ()
    final_bindings: tuple[str, ...] = ()
    selection_score: str = "infomec.infom"
    least_seeds: PositiveInt = 1

    def __post_init__(self):
        require_allowed("study", self)
        if not NAME.fullmatch(self.name):
            raise InputError(
                f"study.name is {self.name!r}; a name, which its folder has too, begins with a "
                "letter or digit, and has letters, digits, spaces, _, ., + and - alone."
            )
        for field, labels in (("datasets", self.datasets), ("models", self.models)):
            _require_labels(field, labels)
        unknown = sorted(set(self.grids or {}) - set(self.models))
        if unknown:
            raise InputError(f"study.grids names models that are not in study.models: {unknown}.")
        for model, grid in (self.grids or {}).items():
            _require_grid(model, grid)
        for field in ("seeds", "tuning_seeds"):
            seeds = getattr(self, field)
            if len(set(seeds)) < len(seeds):
                raise InputError(f"study.{field} has a seed twice: {tuple(seeds)}.")
        if "." not in self.selection_score:
            known = ", ".join(key for _, key in TABLE)
            raise InputError(
                f"study.selection_score is {self.selection_score!r}; it is a metric and its score, "
                f"joined by a dot, such as {known}."
            )
        _require_no_seed(self)
        if not self.seeds:
            raise InputError("study.seeds is empty: there would be nothing to report.")


@dataclasses.dataclass(frozen=True)
class Setting:
    """All that makes a run but its phase and its seed.

    Attributes:
      dataset: Label.
      model: Label.
      hyperparameters: Binding to value, of the model's grid.
      configs: Configurations, later ones win.
      bindings: Bindings, which win over them.
    """

    dataset: str
    model: str
    hyperparameters: dict[str, object]
    configs: tuple[str, ...]
    bindings: tuple[str, ...]

    @property
    def kind(self) -> tuple[str, str]:
        """Dataset and model: what runs of equal duration share."""
        return self.dataset, self.model


def settings_of(study: Study) -> Iterator[Setting]:
    """Every setting: dataset by dataset, model by model, the last binding of a grid fastest."""
    for (dataset, of_dataset), (model, of_model) in itertools.product(
        study.datasets.items(), study.models.items()
    ):
        for hyperparameters in _combinations((study.grids or {}).get(model, {})):
            chosen = [f"{name} = {value!r}" for name, value in hyperparameters.items()]
            parts = [*of_dataset, *of_model, *chosen, *study.bindings]
            configs = [part for part in parts if part.endswith(".gin")]
            bindings = [part for part in parts if not part.endswith(".gin")]
            yield Setting(dataset, model, hyperparameters, tuple(configs), tuple(bindings))


def _combinations(grid: Mapping[str, Sequence]) -> Iterator[dict[str, object]]:
    for values in itertools.product(*grid.values()):
        yield dict(zip(grid, values, strict=True))


def require_bound_alone(bound: Iterable[str]) -> None:
    """Refuses bindings that would reach no run.

    Args:
      bound: Names of all that a study's configuration binds.

    Raises:
      InputError: If there are others than the study's.
    """
    others = [name for name in bound if "." in name and not name.startswith("study.")]
    if others:
        raise InputError(
            f"{', '.join(others)} cannot be bound beside a study, whose runs have the parts that "
            "it names: put 'NAME = VALUE' into study.bindings, or among a dataset's or model's."
        )


def _require_no_seed(study: Study) -> None:
    """Refuses a seed among the parts: every run gets one of `seeds` or `tuning_seeds`."""
    places = {f"datasets[{label!r}]": parts for label, parts in study.datasets.items()}
    places |= {f"models[{label!r}]": parts for label, parts in study.models.items()}
    phases = ("bindings", "tuning_bindings", "final_bindings")
    places |= {name: getattr(study, name) for name in phases}
    places |= {f"grids[{label!r}]": tuple(grid) for label, grid in (study.grids or {}).items()}
    for place, parts in places.items():
        if any(part.partition("=")[0].strip() == SEED for part in parts):
            raise InputError(
                f"study.{place} binds {SEED}, which every run has from study.seeds (or "
                "study.tuning_seeds): bind those."
            )


def _require_labels(field: str, parts_of: Mapping[str, Sequence[str]]) -> None:
    if not isinstance(parts_of, Mapping) or not parts_of:
        raise InputError(f"study.{field} is {parts_of!r}; it is a dict of labels to parts.")
    for label, parts in parts_of.items():
        if not isinstance(label, str) or not LABEL.fullmatch(label):
            raise InputError(
                f"study.{field} has the label {label!r}; a label has letters, digits, _, . and +."
            )
        if not isinstance(parts, tuple | list) or not all(isinstance(p, str) for p in parts):
            raise InputError(
                f"study.{field}[{label!r}] is {parts!r}; it is a list of configurations and "
                "bindings, such as ['gin/quickstart.gin', 'model.batch_size = 32']."
            )


def _require_grid(model: str, grid: Mapping[str, Sequence]) -> None:
    if not isinstance(grid, Mapping):
        raise InputError(f"study.grids[{model!r}] is {grid!r}; it is a dict of binding to values.")
    for binding, values in grid.items():
        if not isinstance(values, tuple | list) or not values:
            raise InputError(
                f"study.grids[{model!r}][{binding!r}] is {values!r}; it is a list of values."
            )
        try:
            json.dumps(values)
        except TypeError as error:
            raise InputError(
                f"study.grids[{model!r}][{binding!r}] is {values!r}; values are numbers, texts, "
                "booleans, None, or lists of these. A reference stands among the parts of a model."
            ) from error
