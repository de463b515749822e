"""tripod_sweep: the runs of a study, carried out here, by a server, or written for a site."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import gin
from absl.flags import (
    DEFINE_bool,
    DEFINE_enum,
    DEFINE_float,
    DEFINE_integer,
    DEFINE_multi_string,
    DEFINE_string,
    FlagValues,
)

from tripod_dlib.cli import sweep_study
from tripod_dlib.cli.application import Command
from tripod_dlib.cli.path_flags import DEFINE_path
from tripod_dlib.errors import InputError
from tripod_dlib.studies.emit import SLURM, require_options

FLAGS = (
    partial(DEFINE_string, "study", None, "a study of gin/studies, or a configuration of your own"),
    partial(DEFINE_path, "output_dir", None, "folder of the study; without it studies/<name>"),
    partial(DEFINE_multi_string, "gin_bindings", [], "a binding, such as 'study.seeds = (0, 1)'"),
    partial(DEFINE_bool, "only_print", False, "print the plan: runs, steps, hours"),
    partial(DEFINE_bool, "status", False, "print how far the study in --output_dir has come"),
    partial(DEFINE_string, "run", None, "carry out one run of --output_dir in this process"),
    partial(DEFINE_bool, "retry_failed", False, "begin failed runs again"),
    partial(DEFINE_integer, "cores_per_run", 1, "cores of each run", lower_bound=1),
    partial(DEFINE_integer, "num_cores", None, "cores in all; without it all", lower_bound=1),
    partial(DEFINE_path, "server_dir", None, "directory of a running HyperQueue server"),
    partial(DEFINE_float, "gpus_per_run", None, "GPUs of each run there", lower_bound=0.0),
    partial(DEFINE_enum, "emit", None, [SLURM, "commands"], "write scripts; run nothing"),
    partial(
        DEFINE_integer,
        "max_array_size",
        None,
        "of Slurm; without it as scontrol says",
        lower_bound=1,
    ),
    partial(DEFINE_integer, "at_a_time", None, "runs of a Slurm array at once", lower_bound=1),
    partial(DEFINE_multi_string, "sbatch_options", [], "an option such as --partition=gpu"),
)


def sweep(values: FlagValues) -> int | None:
    """Does what the flags ask for: one run, the status, the plan, scripts, or the study."""
    if values.run is not None or values.status:
        if values.output_dir is None:
            raise InputError("--output_dir is missing: the folder of which study?")
        folder = Path(values.output_dir).absolute()
        if values.run is not None:
            return sweep_study.run_one(folder, values.run)
        return sweep_study.print_status(folder)
    if values.study is None:
        known = ", ".join(sweep_study.list_studies())
        raise InputError(f"--study is missing. Shipped studies: {known}.")
    require_options(values.sbatch_options)
    _require_effect(values)
    if values.server_dir is not None and not Path(values.server_dir).is_dir():
        raise InputError(
            f"--server_dir {values.server_dir} is no folder: give that of a running HyperQueue "
            "server, which `hq server start` makes, such as ~/.hq-server."
        )
    place = sweep_study.open_study(values.study, values.gin_bindings, values.output_dir)
    if values.only_print:
        return place.print_plan()
    if values.emit is not None:
        return place.emit(
            values.emit,
            cores_per_run=values.cores_per_run,
            at_a_time=values.at_a_time,
            most=values.max_array_size,
            options=values.sbatch_options,
            retry_failed=values.retry_failed,
        )
    return place.carry_out(
        cores_per_run=values.cores_per_run,
        num_cores=values.num_cores,
        server_dir=values.server_dir,
        gpus_per_run=values.gpus_per_run,
        retry_failed=values.retry_failed,
    )


def _require_effect(values: FlagValues) -> None:
    """Refuses flags that another flag would have to stand beside."""
    if values.gpus_per_run and values.server_dir is None:
        raise InputError(
            "--gpus_per_run is for --server_dir, whose workers know their GPUs. On this machine "
            "runs share the GPU that they see (CUDA_VISIBLE_DEVICES)."
        )
    for name in ("sbatch_options", "max_array_size", "at_a_time"):
        if values[name].present and values.emit != SLURM:
            raise InputError(f"--{name} is for --emit=slurm, which writes arrays of Slurm.")
    if values.emit is not None and values.server_dir is not None:
        raise InputError(
            "--emit writes scripts and --server_dir has a server carry runs out: give one of them."
        )
    if values.num_cores is not None and (values.emit or values.server_dir):
        other = "--emit" if values.emit else "--server_dir"
        raise InputError(
            f"--num_cores is of this machine, and {other} leaves the runs to others: those are "
            "told --cores_per_run."
        )


COMMAND = Command(
    name="tripod_sweep",
    summary=(
        "Carries out a study: its runs on the cores of this machine, by a HyperQueue server, or by "
        "scripts for a site. The same command again goes on; finished runs are never repeated."
    ),
    flags=FLAGS,
    main=sweep,
    examples=(
        "tripod_sweep --study=tiny --only_print",
        "tripod_sweep --study=tiny --output_dir=studies/tiny",
        "tripod_sweep --status --output_dir=studies/tiny",
    ),
    stops_at_once=True,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console command."""
    gin.clear_config()
    return COMMAND.run(argv)


if __name__ == "__main__":
    sys.exit(main())
