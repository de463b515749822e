"""tripod_evaluate: scores of a representation, ours or anybody's."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import gin
from absl.flags import (
    DEFINE_bool,
    DEFINE_integer,
    DEFINE_multi_string,
    FlagValues,
)

from tripod_dlib.cli.application import Command
from tripod_dlib.cli.list_flags import DEFINE_list
from tripod_dlib.cli.path_flags import DEFINE_multi_path, DEFINE_path
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.array_input import (
    StoredRepresentation,
    read_pair,
    read_representation,
)
from tripod_dlib.evaluation.arrays import (
    DEFAULT_METRICS,
    metric_of_arrays,
    names_of_arrays,
)
from tripod_dlib.metrics.doubts import KIND_UNKNOWN
from tripod_dlib.results.stored_bindings import POSTPROCESSED

STORED = "representation.npz"


# What `cli.evaluate_run.evaluate_all` reads, beside --output_dir.
GIN_FLAGS = (
    partial(
        DEFINE_path,
        "gin_evaluation_config_glob",
        None,
        "configurations as a quoted glob, each to a folder its own",
    ),
    partial(DEFINE_multi_path, "gin_config", [], "a configuration with evaluation.evaluation_fn"),
    partial(DEFINE_multi_string, "gin_bindings", [], "a binding"),
    partial(DEFINE_bool, "overwrite", False, "replace an earlier evaluation"),
    partial(DEFINE_integer, "seed", None, "seed of what is drawn (default 0)"),
)
FLAGS = (
    partial(DEFINE_path, "input_dir", None, "folder of a finished run, or of a representation"),
    partial(
        DEFINE_path, "representation", None, "an .npz or .h5 file of arrays `sources` and `latents`"
    ),
    partial(
        DEFINE_path,
        "latents",
        None,
        "latents (sample, latent): .npy, .npz, .h5, .csv, .tsv or .txt",
    ),
    partial(DEFINE_path, "sources", None, "labels (sample, source): the same kinds of files"),
    partial(
        DEFINE_path,
        "output_dir",
        None,
        "folder that gets the results; without it the table is only printed",
    ),
    partial(DEFINE_bool, "discrete", None, "whether the latents are quantized"),
    partial(
        DEFINE_list,
        "metrics",
        None,
        f"names of metrics, by commas (default {','.join(DEFAULT_METRICS)})",
    ),
    *GIN_FLAGS,
)


def evaluate(values: FlagValues) -> None:
    """Checks which input there is, then scores arrays or evaluates a run by its configurations."""
    _require_one_input(values)
    if values.seed is not None and not 0 <= values.seed < 2**32:
        raise InputError(f"--seed is {values.seed}; it is from 0 to {2**32 - 1}.")
    if values.gin_config or values.gin_bindings or values.gin_evaluation_config_glob:
        _require_gin_input(values)
        from tripod_dlib.cli.evaluate_run import evaluate_run

        evaluate_run(values)
        return
    from tripod_dlib.cli.evaluate_arrays import score

    names = list(DEFAULT_METRICS if values.metrics is None else dict.fromkeys(values.metrics))
    for name in names:
        metric_of_arrays(name)  # refuses an unknown one before anything is read
    if not names:
        raise InputError(f"--metrics is empty. Known ones: {', '.join(names_of_arrays())}.")
    stored = _read(values)
    score(
        stored,
        discrete=_discrete(values, stored),
        names=names,
        seed=values.seed or 0,
        input_dir=values.input_dir,
        output_dir=values.output_dir,
        overwrite=values.overwrite,
    )


def _require_one_input(values: FlagValues) -> None:
    pair = [name for name in ("latents", "sources") if values[name].value is not None]
    single = [name for name in ("input_dir", "representation") if values[name].value is not None]
    inputs = len(single) + bool(pair)
    if inputs != 1:
        came = ", ".join(f"--{name}" for name in (*single, *pair)) or "none"
        raise InputError(
            "Give exactly one input: --input_dir=FOLDER, --representation=FILE.npz, or "
            f"--latents=FILE and --sources=FILE. Given: {came}."
        )
    if len(pair) == 1:
        other = "sources" if pair == ["latents"] else "latents"
        raise InputError(f"--{pair[0]} needs --{other} beside it: a metric compares the two.")


def _require_gin_input(values: FlagValues) -> None:
    if values.input_dir is None:
        raise InputError(
            "A gin configuration evaluates a run, whose dataset and model it needs: give "
            "--input_dir. Arrays are scored by --metrics."
        )
    if values.metrics is not None or values.discrete is not None:
        raise InputError(
            "--metrics and --discrete are for arrays; with a configuration, "
            "evaluation.evaluation_fn says the metric, and the model whether latents are discrete."
        )


def _read(values: FlagValues) -> StoredRepresentation:
    if values.representation is not None:
        return read_representation(values.representation)
    if values.latents is not None:
        return read_pair(values.latents, values.sources)
    folder = Path(values.input_dir).expanduser()
    if not folder.is_dir():
        raise InputError(f"--input_dir {folder} is no folder. A file is given to --representation.")
    if not (folder / STORED).is_file() and (folder / POSTPROCESSED).is_file():
        return _encoded(folder)
    if not (folder / STORED).is_file():
        raise InputError(
            f"{folder} holds no {STORED}: it is not the folder of a finished run or of a "
            "representation. Let the run finish, or give arrays (--representation)."
        )
    return read_representation(folder / STORED)


def _encoded(folder: Path) -> StoredRepresentation:
    """The sample of the run, by a representation that was made of it."""
    from tripod_dlib.cli.encoded_sample import encoded_sample
    from tripod_dlib.postprocessing.stored import load_representation

    representation = load_representation(folder)
    print(f"{folder} ...: encoding the images of its run's report", file=sys.stderr, flush=True)
    sample = encoded_sample(folder, representation)
    arrays = sample.sources, sample.latents
    return StoredRepresentation(*arrays, representation.discrete, sample.notes)


def _discrete(values: FlagValues, stored: StoredRepresentation) -> bool:
    if values.discrete is not None:
        return values.discrete
    if stored.discrete is None:
        raise InputError(KIND_UNKNOWN)
    return stored.discrete


COMMAND = Command(
    name="tripod_evaluate",
    summary=(
        "Scores a representation: InfoMEC, DCI, MIG and others, beside what latents score that "
        "know nothing. Arrays come from any framework, and none is needed; a run can also be "
        "evaluated by disentanglement_lib's protocol."
    ),
    flags=FLAGS,
    main=evaluate,
    examples=(
        "tripod_evaluate --representation=model.npz --nodiscrete --output_dir=scores",
        "tripod_evaluate --latents=z.npy --sources=s.npy --discrete --metrics=infomec,mig",
        "tripod_evaluate --input_dir=RUN --output_dir=X "
        "--gin_evaluation_config_glob='gin/evaluation/*.gin'",
    ),
    stops_at_once=True,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console command."""
    gin.clear_config()
    return COMMAND.run(argv)


if __name__ == "__main__":
    sys.exit(main())
