"""A run evaluated by disentanglement_lib's protocol: metrics that draw their own points."""

import dataclasses
import glob
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import gin
from absl.flags import FlagValues

from tripod_dlib.cli.binding_types import missing_bindings_named, require_metric
from tripod_dlib.cli.config_files import shipped_folder
from tripod_dlib.cli.configuration import parsed
from tripod_dlib.cli.metric_progress import metric_progress
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.evaluate import evaluate
from tripod_dlib.metrics.progress import told_as
from tripod_dlib.postprocessing.stored import load_representation
from tripod_dlib.results.dlib_results import copydir
from tripod_dlib.results.output_folder import output_folder, require_free
from tripod_dlib.results.scores import flatten_scores
from tripod_dlib.results.stored_bindings import bind_dataset, note_other_data, run_bindings
from tripod_dlib.results.table import format_table
from tripod_dlib.storage import write_text

NO_SCORES = ("elapsed_time",)
MOST_ROWS = 40


@dataclasses.dataclass(frozen=True)
class Evaluation:
    """One configuration and where its results go.

    Attributes:
      configs: Configurations, later ones win.
      bindings: Bindings, which win over them.
      output_dir: Folder that is written.
    """

    configs: Sequence[str]
    bindings: Sequence[str]
    output_dir: Path


def evaluate_run(values: FlagValues) -> None:
    """Evaluates the model of a run by every configuration, each to a folder of its own.

    Raises:
      InputError: If the run, a configuration or a folder cannot be used.
    """
    evaluate_by(Path(values.input_dir), evaluations_of(values), values.overwrite)


def evaluate_by(run: Path, evaluations: Sequence[Evaluation], overwrite: bool) -> None:
    """Evaluates a run or a representation by configurations, each to a folder of its own.

    Args:
      run: Its folder.
      evaluations: The configurations.
      overwrite: Whether evaluations that are there are replaced.

    Raises:
      InputError: If the run, a configuration or a folder cannot be used.
    """

    def compute(data: GroundTruthData, folder: Path) -> tuple[dict[str, object], str]:
        copydir(run / "results", folder / "results")
        note_other_data(run, data.name, getattr(data, "fingerprint", None))
        representation = load_representation(run)
        with told_as(_metric()):
            scores = evaluate(data, representation, folder / "results")
        return scores, f"@{_metric()} on {data.name}"

    evaluate_all(evaluations, overwrite, run_bindings(run), _require_function, compute)


def evaluate_all(
    evaluations: Sequence[Evaluation],
    overwrite: bool,
    stored: Mapping[str, str],
    require: Callable[[Mapping[str, str], Evaluation], None],
    compute: Callable[[GroundTruthData, Path], tuple[dict[str, object], str]],
) -> None:
    """Carries out every configuration, each to a folder that is whole or not there.

    Args:
      evaluations: The configurations.
      overwrite: Whether evaluations that are there are replaced.
      stored: The configuration of what is evaluated, which says the dataset.
      require: Refuses a configuration, given what it binds; all are checked before the first is
        computed.
      compute: Takes the dataset and a folder, writes its results there, and gives the scores that
        are shown and their heading.

    Raises:
      InputError: If a configuration or a folder cannot be used.
    """
    for evaluation in evaluations:
        require_free(evaluation.output_dir, overwrite)
    for evaluation in evaluations:
        with parsed(evaluation.configs, evaluation.bindings) as configuration:
            require(configuration.bound, evaluation)
            bind_dataset(configuration.bound, stored)
    for evaluation in evaluations:
        with parsed(evaluation.configs, evaluation.bindings) as configuration:
            bind_dataset(configuration.bound, stored)
            _carry_out(evaluation, overwrite, compute)


def evaluations_of(values: FlagValues) -> list[Evaluation]:
    """What the flags ask for; see `cli.evaluate.GIN_FLAGS`.

    Raises:
      InputError: If nothing matches, or --output_dir is missing.
    """
    if values.output_dir is None:
        raise InputError("--output_dir is missing: an evaluation of a run writes its results.")
    output_dir = Path(values.output_dir)
    bindings = list(values.gin_bindings)
    if values.seed is not None:
        bindings.append(f"evaluation.random_seed = {values.seed}")
    if values.gin_evaluation_config_glob is None:
        return [Evaluation(values.gin_config, bindings, output_dir)]
    return [
        Evaluation(
            [*values.gin_config, path],
            [*bindings, f"evaluation.name = {Path(path).stem!r}"],
            output_dir / Path(path).stem,
        )
        for path in _matches(values.gin_evaluation_config_glob)
    ]


def _matches(pattern: str) -> list[str]:
    """Configurations of a pattern, sorted: paths as they are, else among the shipped ones."""
    paths = sorted(glob.glob(str(Path(pattern).expanduser())))
    paths = paths or sorted(glob.glob(str(shipped_folder() / pattern.removeprefix("gin/"))))
    if not paths:
        raise InputError(
            f"No configuration matches {pattern!r}, neither here nor among the shipped ones "
            "('gin/evaluation/*.gin'); quote the pattern for the shell."
        )
    return paths


def _require_function(bound: Mapping[str, str], evaluation: Evaluation) -> None:
    if "evaluation.evaluation_fn" not in bound:
        given = ", ".join(evaluation.configs) or "the bindings"
        raise InputError(
            f"No metric is bound by {given}: bind evaluation.evaluation_fn, for example to @mig, "
            "or take a configuration of gin/evaluation."
        )
    require_metric()


def _carry_out(
    evaluation: Evaluation,
    overwrite: bool,
    compute: Callable[[GroundTruthData, Path], tuple[dict[str, object], str]],
) -> None:
    with missing_bindings_named(), output_folder(evaluation.output_dir, overwrite) as folder:
        data = get_named_ground_truth_data()
        with warnings.catch_warnings(record=True) as caught, metric_progress():
            warnings.simplefilter("always", UserWarning)
            results, heading = compute(data, folder)
        notes = dict.fromkeys(str(warning.message) for warning in caught)
        text = _table(results, heading, notes)
        write_text(folder / "table.txt", text)
    print(f"{text}results: {evaluation.output_dir}\n", flush=True)


def _metric() -> str:
    return str(gin.query_parameter("evaluation.evaluation_fn")).removeprefix("@")


def _table(results: Mapping[str, object], heading: str, notes: Iterable[str]) -> str:
    scores = flatten_scores({key: value for key, value in results.items() if key not in NO_SCORES})
    rows = [(key, value, None) for key, value in list(scores.items())[:MOST_ROWS]]
    further = len(scores) - len(rows)
    notes = [*notes, *([f"{further} further scores are in the results."] if further else [])]
    return f"{heading}\n\n{format_table(rows, notes)}\n"
