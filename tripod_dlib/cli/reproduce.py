"""tripod_reproduce: a model of one of disentanglement_lib's studies, from training to metrics."""

import gc
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import gin
import numpy as np
from absl.flags import DEFINE_bool, DEFINE_integer, DEFINE_multi_string, DEFINE_string, FlagValues

from tripod_dlib.backend import require_backend
from tripod_dlib.cli.application import Command
from tripod_dlib.cli.binding_types import missing_bindings_named
from tripod_dlib.cli.configuration import parsed
from tripod_dlib.cli.evaluate_run import Evaluation, evaluate_by
from tripod_dlib.cli.path_flags import DEFINE_path
from tripod_dlib.cli.postprocess import extract
from tripod_dlib.errors import InputError, did_you_mean
from tripod_dlib.results.stored_bindings import run_bindings
from tripod_dlib.studies.unsupervised_study_v1 import STUDIES, Study
from tripod_dlib.visualize.model import visualize

SAMPLED = "sampled"  # needs a Gaussian posterior
SEEDS = 2**32  # of later steps, drawn from a generator of seed 0


def run_reproduce(values: FlagValues) -> None:
    """Prints what is asked for, then does it."""
    if values.study not in STUDIES:
        known = ", ".join(STUDIES)
        hint = did_you_mean(values.study, STUDIES)
        raise InputError(f"Unknown --study {values.study!r}.{hint} Known ones: {known}.")
    study = STUDIES[values.study]
    folder = _folder(values)
    if values.model_dir and values.gin_bindings:
        raise InputError("--gin_bindings are for training, which --model_dir leaves out.")
    text = description_of(study, values.model_num, values.model_dir)
    if values.model_dir:
        run_bindings(Path(values.model_dir))
    else:
        _refuse_wrong_bindings(study, values.model_num, values.gin_bindings)
    print(text, flush=True)
    if values.only_print:
        return
    run = Path(values.model_dir) if values.model_dir else folder / "model"
    if not values.model_dir:
        _train(study, values.model_num, run, values.overwrite, values.gin_bindings)
    _unless_there(
        folder / "visualizations",
        values.overwrite,
        lambda path: visualize(run, path, values.overwrite),
    )
    left_out = []
    if values.model_dir and SAMPLED in study.postprocessings and not has_posterior(run):
        left_out = [SAMPLED]
        print(
            f"Note: {run} has no Gaussian posterior, of which samples could be taken: its latents "
            f"are evaluated as they are, and {SAMPLED} is left out.",
            flush=True,
        )
    for step in later_steps(study, run, folder, left_out):
        step(values.overwrite)


def _refuse_wrong_bindings(study: Study, model_num: int, gin_bindings: Sequence[str]) -> None:
    with parsed([study.model_config], [*training_bindings(study, model_num), *gin_bindings]):
        pass


def description_of(study: Study, model_num: int, model_dir: str | None) -> str:
    """What a model of a study is, and how it is evaluated: the text that is printed.

    Args:
      study: The study.
      model_num: The model's number.
      model_dir: Folder of a run that takes the model's place, or None.

    Raises:
      InputError: If there is no such number.
    """
    if model_dir:
        model = ["Model directory (skipped training):", "--", model_dir]
    else:
        model = [
            "Gin base config for model training:",
            *("--", study.model_config, "", "Gin bindings for model training:", "--"),
            *training_bindings(study, model_num)[2:],
        ]
    seeds = "(random seeds may be set later):"
    return "\n".join(
        [
            *(*model, "", f"Gin config files for postprocessing {seeds}", "--"),
            *study.postprocessing_configs,
            *("", f"Gin config files for evaluation {seeds}", "--"),
            *study.metric_configs,
        ]
    )


def training_bindings(study: Study, model_num: int) -> list[str]:
    """Everything that is bound for a model besides `study.model_config`, as gin reads it."""
    bound = {"model.name": Path(study.model_config).stem, "model.model_num": model_num}
    lines = [f"{name} = {_value(value)}" for name, value in bound.items()]
    own = study.model_bindings(model_num).items()
    return [*lines, *(f"{name} = {_value(value)}" for name, value in own)]


def later_steps(study: Study, run: Path, folder: Path, left_out: Sequence[str] = ()) -> list:
    """Postprocessings, then metrics of each; every one is a function of `overwrite`.

    Their seeds are drawn in this order from a generator of seed 0, as disentanglement_lib does.

    Args:
      study: The study.
      run: Folder of the finished run.
      folder: Where `postprocessed/<name>` and `metrics/<name>/<metric>` are written.
      left_out: Postprocessings that are not done; the others' seeds are as with them.
    """
    generator = np.random.RandomState(0)
    steps = []
    for config in study.postprocessing_configs:
        name, seed = Path(config).stem, generator.randint(SEEDS)
        bindings = [f"postprocess.random_seed = {seed}", f"postprocess.name = {name!r}"]
        if name not in left_out:
            steps.append(
                partial(_extracted, run, folder / "postprocessed" / name, config, bindings)
            )
    for postprocessing in study.postprocessing_configs:
        name = Path(postprocessing).stem
        for config in study.metric_configs:
            metric, seed = Path(config).stem, generator.randint(SEEDS)
            bindings = [f"evaluation.random_seed = {seed}", f"evaluation.name = {metric!r}"]
            paths = folder / "postprocessed" / name, folder / "metrics" / name / metric
            if name not in left_out:
                steps.append(partial(_evaluated, *paths, config, bindings))
    return steps


def has_posterior(run: Path) -> bool:
    """Whether the model of a finished run has a Gaussian posterior."""
    require_backend()
    from tripod_dlib.training.trained_model import load

    return load(run).has_posterior


def _extracted(run: Path, path: Path, config: str, bindings: list[str], overwrite: bool) -> None:
    _unless_there(
        path, overwrite, lambda path: extract(run, str(path), overwrite, [config], bindings)
    )


def _evaluated(run: Path, path: Path, config: str, bindings: list[str], overwrite: bool) -> None:
    evaluation = Evaluation([config], bindings, path)
    _unless_there(path, overwrite, lambda path: evaluate_by(run, [evaluation], overwrite))


def _unless_there(path: Path, overwrite: bool, make) -> None:
    if path.exists() and not overwrite:
        print(f"already there: {path}", flush=True)
        return
    print(f"{path} ...", flush=True)
    make(path)


def _train(
    study: Study, model_num: int, run: Path, overwrite: bool, gin_bindings: Sequence[str]
) -> None:
    bindings = [*training_bindings(study, model_num), *gin_bindings]
    with parsed([study.model_config], bindings) as configuration:
        from tripod_dlib.training.train import train

        with missing_bindings_named():
            train(model_dir=str(run), overwrite=overwrite, bound=configuration.bound)


def _folder(values: FlagValues) -> Path:
    given = values.output_directory
    if given is None:
        given = "output" if values.model_dir else str(Path("output", "{study}", "{model_num}"))
    try:
        return Path(given.format(model_num=values.model_num, study=values.study))
    except (LookupError, ValueError, AttributeError) as error:
        raise InputError(
            f"--output_directory is {given!r}; in braces stand {{study}} and {{model_num}} alone."
        ) from error


def _value(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) and not value.startswith("@") else str(value)


COMMAND = Command(
    name="tripod_reproduce",
    summary=(
        "Trains a model of one of disentanglement_lib's studies of 12600, visualizes it, extracts "
        "its representations and computes all metrics of the study; or evaluates a run so. The "
        "same command again goes on where it stopped."
    ),
    flags=(
        partial(DEFINE_string, "study", "unsupervised_study_v1", f"one of {', '.join(STUDIES)}"),
        partial(
            DEFINE_path,
            "output_directory",
            None,
            "folder that gets everything, {model_num} and {study} standing for theirs; without it "
            "output/{study}/{model_num}, and with --model_dir output",
        ),
        partial(DEFINE_path, "model_dir", None, "a finished run to evaluate, in place of training"),
        partial(DEFINE_integer, "model_num", 0, "which model of the study"),
        partial(DEFINE_bool, "only_print", False, "only print the configuration"),
        partial(DEFINE_multi_string, "gin_bindings", [], "a binding for training, besides"),
        partial(DEFINE_bool, "overwrite", False, "do everything anew"),
    ),
    main=run_reproduce,
    examples=(
        "tripod_reproduce --model_num=300 --only_print",
        "tripod_reproduce --model_num=300",
        "tripod_reproduce --model_dir=RUN --output_directory=OUT",
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console command."""
    gin.clear_config()
    code = COMMAND.run(argv)
    gc.collect()  # TensorFlow warns of data iterators that outlive the interpreter
    return code


if __name__ == "__main__":
    sys.exit(main())
