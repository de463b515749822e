"""tripod_aggregate_results: the results of many runs in one file and in one table."""

import sys
from collections.abc import Sequence
from functools import partial

from absl.flags import FlagValues

from tripod_dlib.cli.application import Command
from tripod_dlib.cli.path_flags import DEFINE_path
from tripod_dlib.results.aggregate import aggregate_results_to_json, group_over_seeds, read_results
from tripod_dlib.results.table import format_groups, group_rows
from tripod_dlib.results.table_files import write_table

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
)


def aggregate(values: FlagValues) -> None:
    """Writes all results into one file and prints means over seeds."""
    groups = group_over_seeds(read_results(values.result_file_pattern))
    aggregate_results_to_json(values.result_file_pattern, values.output_path)
    print(format_groups(groups))
    print(f"all results: {values.output_path}")
    if values.table_path is not None:
        write_table(values.table_path, *group_rows(groups))
        print(f"table: {values.table_path}")


COMMAND = Command(
    name="tripod_aggregate_results",
    summary=(
        "Gathers the result files of many runs in one JSON file, as disentanglement_lib does, and "
        "prints means and standard deviations over the runs that differ in their seeds only."
    ),
    flags=FLAGS,
    main=aggregate,
    examples=(
        "tripod_aggregate_results --result_file_pattern='results/*/results/aggregate/train.json'",
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console command."""
    return COMMAND.run(argv)


if __name__ == "__main__":
    sys.exit(main())
