"""tripod_evaluate: scores of a representation, ours or anybody's."""

from collections.abc import Sequence
from pathlib import Path

import gin
from absl import flags

from tripod_dlib.cli.application import Command
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.array_input import (
    StoredRepresentation,
    read_pair,
    read_representation,
)
from tripod_dlib.evaluation.arrays import DEFAULT_METRICS
from tripod_dlib.registry import array_metrics

STORED = "representation.npz"


def define_flags(values: flags.FlagValues) -> None:
    """Defines disentanglement_lib's flags for evaluation, and those for arrays."""
    texts = {
        "input_dir": "folder of a finished run, or of a representation",
        "representation": "an .npz file of arrays `sources` and `latents`",
        "latents": "a file of latents, .npy, .npz or .csv, (sample, latent)",
        "sources": "a file of labels, .npy, .npz or .csv, (sample, source)",
        "output_dir": "folder that gets the results; without it the table is only printed",
    }
    for name, text in texts.items():
        flags.DEFINE_string(name, None, text, flag_values=values)
    flags.DEFINE_bool(
        "discrete", None, "whether the latents are quantized (--nodiscrete)", flag_values=values
    )
    flags.DEFINE_list(
        "metrics",
        None,
        f"names of metrics, by commas (default {','.join(DEFAULT_METRICS)})",
        flag_values=values,
    )
    define_gin_flags(values)


def define_gin_flags(values: flags.FlagValues) -> None:
    """Defines the flags that `cli.evaluate_run.evaluate_all` reads, all but --output_dir."""
    flags.DEFINE_string(
        "gin_evaluation_config_glob",
        None,
        "configurations as a quoted glob, each to a folder its own",
        flag_values=values,
    )
    flags.DEFINE_multi_string(
        "gin_config", [], "a configuration with evaluation.evaluation_fn", flag_values=values
    )
    flags.DEFINE_multi_string("gin_bindings", [], "a binding", flag_values=values)
    flags.DEFINE_bool("overwrite", False, "replace an earlier evaluation", flag_values=values)
    flags.DEFINE_integer("seed", None, "seed of what is drawn (default 0)", flag_values=values)


def evaluate(values: flags.FlagValues) -> None:
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
        array_metrics.target(name)  # refuses an unknown one before anything is read
    if not names:
        raise InputError(f"--metrics is empty. Known ones: {', '.join(array_metrics.names())}.")
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


def _require_one_input(values: flags.FlagValues) -> None:
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


def _require_gin_input(values: flags.FlagValues) -> None:
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


def _read(values: flags.FlagValues) -> StoredRepresentation:
    if values.representation is not None:
        return read_representation(values.representation)
    if values.latents is not None:
        return read_pair(values.latents, values.sources)
    folder = Path(values.input_dir).expanduser()
    if not folder.is_dir():
        raise InputError(f"--input_dir {folder} is no folder. A file is given to --representation.")
    if not (folder / STORED).is_file():
        raise InputError(
            f"{folder} holds no {STORED}: it is not the folder of a finished run or of a "
            "representation. Let the run finish, or give arrays (--representation)."
        )
    return read_representation(folder / STORED)


def _discrete(values: flags.FlagValues, stored: StoredRepresentation) -> bool:
    if values.discrete is not None:
        return values.discrete
    if stored.discrete is None:
        raise InputError(
            "Whether the latents are quantized or continuous is not known: the file does not say "
            "it. Give --discrete or --nodiscrete, or save num_values_per_latent (0 for continuous "
            "latents) beside the arrays."
        )
    return stored.discrete


COMMAND = Command(
    name="tripod_evaluate",
    summary=(
        "Scores a representation: InfoMEC, DCI, MIG and others, beside what latents score that "
        "know nothing. Arrays come from any framework, and none is needed; a run can also be "
        "evaluated by disentanglement_lib's protocol."
    ),
    define_flags=define_flags,
    main=evaluate,
    examples=(
        "tripod_evaluate --representation=model.npz --nodiscrete --output_dir=scores",
        "tripod_evaluate --latents=z.npy --sources=s.npy --discrete --metrics=infomec,mig",
        "tripod_evaluate --input_dir=RUN --output_dir=X "
        "--gin_evaluation_config_glob='gin/evaluation/*.gin'",
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console command."""
    gin.clear_config()
    return COMMAND.run(argv)
