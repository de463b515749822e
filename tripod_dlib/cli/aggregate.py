"""tripod_aggregate_results: the results of many runs in one file and in one table."""

import sys
from collections.abc import Sequence
from functools import partial
from os.path import realpath

from absl.flags import FlagValues

from tripod_dlib.cli.application import Command
from tripod_dlib.cli.list_flags import DEFINE_list
from tripod_dlib.cli.path_flags import DEFINE_path
from tripod_dlib.errors import InputError
from tripod_dlib.results.aggregate import group_over_seeds, write_results
from tripod_dlib.results.result_files import find_results, require_no_result
from tripod_dlib.results.table import choose_columns, format_groups, group_rows, number_rows
from tripod_dlib.results.table_files import require_form, write_table

FLAGS = (
    partial(
        DEFINE_path,
        "result_file_pattern",
        "output/*/metrics/*/*/results/aggregate/evaluation.json",
        "which result files, as a quoted glob",
    ),
    partial(DEFINE_path, "output_path", "results.json", "file that gets all results"),
    partial(
        DEFINE_path,
        "table_path",
        None,
        "file that gets the table of means over seeds: .csv, .md or .tex",
    ),
    partial(
        DEFINE_list,
        "columns",
        [],
        "scores in the wanted order, by commas, or all (default InfoM,InfoC,InfoE,D,C,I,MIG,PSNR, "
        "then those of other metrics)",
    ),
)


def aggregate(values: FlagValues) -> None:
    """Writes all results into one file and prints means over seeds."""
    form = None if values.table_path is None else require_form(values.table_path)
    if form is not None and realpath(values.table_path) == realpath(values.output_path):
        raise InputError(
            f"--output_path and --table_path are both {values.table_path}: results and table are "
            "two files."
        )
    stored = find_results(values.result_file_pattern)
    for name in ("output_path", "table_path"):
        if values[name].value is not None:
            require_no_result(f"--{name}", values[name].value, stored)
    groups = group_over_seeds(stored.results)
    columns, num_further = choose_columns(groups, values.columns)
    write_results(stored.results, values.output_path)
    print(format_groups(groups, columns))
    further = [f"{num_further} further scores are shown by --columns=all."] if num_further else []
    for note in (*stored.notes, *further):
        print(f"Note: {note}")
    print(f"all results: {values.output_path}")
    if form is not None:
        rows = number_rows if form == ".csv" else group_rows
        write_table(values.table_path, *rows(groups, columns))
        print(f"table: {values.table_path}")


COMMAND = Command(
    name="tripod_aggregate_results",
    summary=(
        "Gathers the result files of many runs in one JSON file, as disentanglement_lib does, and "
        "prints means and standard deviations over the runs that differ in their seeds only. A run "
        "that is found at several places, or a seed that was run twice, counts once."
    ),
    flags=FLAGS,
    main=aggregate,
    examples=(
        "tripod_aggregate_results --result_file_pattern='results/*/results/aggregate/train.json'",
        "tripod_aggregate_results --result_file_pattern='scores/**/evaluation.json' "
        "--table_path=scores.csv",
    ),
    stops_at_once=True,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console command."""
    return COMMAND.run(argv)


if __name__ == "__main__":
    sys.exit(main())
