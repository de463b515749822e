"""tripod_leaderboard: a board from result files, and result files from runs and arrays."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from absl.flags import (
    DEFINE_bool,
    DEFINE_float,
    DEFINE_integer,
    DEFINE_string,
    FlagValues,
)

from tripod_dlib.board.checks import TOLERANCE, changed_figures, check_files
from tripod_dlib.board.exports import write_exports
from tripod_dlib.board.page import PAGE, Reports, write_page
from tripod_dlib.board.record import Record
from tripod_dlib.board.snapshot import changes, keep_snapshot, read_board, require_board_folder
from tripod_dlib.board.standing import board_of
from tripod_dlib.board.submission import NUM_PERMUTATIONS
from tripod_dlib.board.texts import as_json, as_plain, write_board
from tripod_dlib.cli.application import Command
from tripod_dlib.cli.columns import aligned
from tripod_dlib.cli.leaderboard_flags import require_address
from tripod_dlib.cli.leaderboard_runs import records_of_runs
from tripod_dlib.cli.leaderboard_submit import SUBMIT, VERIFY, say
from tripod_dlib.cli.list_flags import DEFINE_list
from tripod_dlib.cli.path_flags import DEFINE_multi_path, DEFINE_path
from tripod_dlib.errors import InputError, counted
from tripod_dlib.results.attempt import attempt
from tripod_dlib.storage import write_bytes

RESULTS, REPORTS = "results", "reports"


def build(values: FlagValues) -> None:
    """Gathers results and writes every table."""
    if values.output is None:
        raise InputError("--output is missing: the folder that gets the board.")
    if values.runs is None and not values.add:
        raise InputError("There is nothing to show: give --runs='results/*', --add=FILE, or both.")
    require_address(values)
    folder = Path(values.output)
    require_board_folder(folder)
    records, left_out, reports = [], [], {}
    if values.add:
        checked = check_files(values.add)
        records, left_out = checked.records, checked.faults
        if not records:
            raise InputError("None of the results can be used:\n  " + "\n  ".join(left_out))
        for note in checked.lacks:
            say(f"note: {note}")
    if values.runs is not None:
        of_runs = records_of_runs(values, folder / RESULTS)
        reports = of_runs.reports
        if values.copy_reports:
            reports = copied_reports(of_runs.records, reports, folder / REPORTS)
        records, left_out = records + of_runs.records, left_out + of_runs.left_out
    for fault in left_out:
        say(f"note: left out: {fault}")
    board = board_of(
        records,
        datasets=values.datasets,
        metrics=values.metrics,
        compare_with=values.compare_with or "",
        left_out=left_out,
    )
    if values.snapshot:
        keep_snapshot(folder, board, as_json(board))
    write_board(folder, board)
    with attempt(PAGE):
        write_page(folder, board, reports)
    if values.organization is not None:
        write_exports(
            folder / "exports", board, organization=values.organization, url=values.url or ""
        )
    print(as_plain(board, lambda header, rows: "\n".join(aligned([header, *rows]))), end="")
    print(f"\nboard: {folder}")


def copied_reports(records: Sequence[Record], reports: Reports, folder: Path) -> Reports:
    """Copies runs' pages below a folder; returns the copies by the records' identities."""
    copies = {}
    for record in records:
        if record.identity in reports:
            copy = folder / record.file_name.with_suffix(".html")
            write_bytes(copy, reports[record.identity].read_bytes())
            copies[record.identity] = copy
    return copies


def check(values: FlagValues, *paths: str) -> int:
    """Says what is wrong with result files; exit code 2 if anything is."""
    if not values.tolerance >= 0:
        raise InputError(f"--tolerance is {values.tolerance}; it is a number from 0.")
    checked = check_files(paths)
    wrong = [*checked.faults, *checked.lacks]
    if values.base is not None:
        before = check_files([values.base]).records
        wrong += changed_figures(before, checked.records, values.tolerance)
    for sentence in wrong:
        print(sentence)
    methods = {(record.method, record.revision) for record in checked.records}
    valid = f"{counted(len(checked.records), 'valid result')} of {counted(len(methods), 'method')}"
    print(f"{valid}; {counted(len(wrong), 'fault')}")
    return 2 if wrong else 0


def compare(values: FlagValues, *paths: str) -> None:
    """Prints what changed between two snapshots."""
    sentences = changes(*(read_board(path) for path in paths))
    print("\n".join(sentences) or "nothing changed")


BUILD = Command(
    name="tripod_leaderboard build",
    summary="Makes a board of run folders and result files: the command without a word.",
    flags=(
        partial(DEFINE_path, "runs", None, "run folders, as a quoted glob"),
        partial(DEFINE_multi_path, "add", [], "a result file, or a folder of them; may repeat"),
        partial(DEFINE_path, "output", None, "folder that gets the board"),
        partial(DEFINE_list, "datasets", [], "which datasets, by commas (default: all)"),
        partial(DEFINE_list, "metrics", [], "which metrics, such as infom,mig (default: all)"),
        partial(DEFINE_string, "compare_with", None, "a method that all others are compared with"),
        partial(
            DEFINE_bool, "copy_reports", False, "copy the runs' report.html into OUTPUT/reports"
        ),
        partial(DEFINE_bool, "snapshot", False, "keep board.json as snapshots/<date>.json"),
        partial(DEFINE_path, "udr", None, "ranking.json of tripod_udr for the runs"),
        partial(DEFINE_string, "revision", "", "of the runs' methods (default: this version)"),
        partial(DEFINE_integer, "permutations", NUM_PERMUTATIONS, "behind each baseline"),
        partial(DEFINE_bool, "reuse", True, "keep the figures of runs that OUTPUT/results has"),
        partial(DEFINE_string, "organization", None, "write exports in this publisher's name"),
        partial(DEFINE_string, "url", None, "where the board will stand, for the exports"),
    ),
    main=build,
    examples=(
        "tripod_leaderboard --runs='results/*' --add=submissions --output=board",
        "tripod_leaderboard --add=submissions --output=board --compare_with=beta_tcvae_mws",
    ),
)
CHECK = Command(
    name="tripod_leaderboard check",
    summary="Says whether result files are valid, complete, single and unchanged.",
    flags=(
        partial(DEFINE_path, "base", None, "an earlier state of the same files"),
        partial(DEFINE_float, "tolerance", TOLERANCE, "by which a figure may differ from it"),
    ),
    main=check,
    argument="FILE",
    nargs="+",
    examples=("tripod_leaderboard check submissions --base=main/submissions",),
)
COMPARE = Command(
    name="tripod_leaderboard compare",
    summary="Says what changed between two boards (board.json or snapshots).",
    main=compare,
    argument="BOARD",
    nargs=2,
    examples=("tripod_leaderboard compare board/snapshots/2026-01-01.json board/board.json",),
)
TOOL = Command(
    name="tripod_leaderboard",
    summary=(
        "A board of methods by dataset: scores over seeds with their intervals, beside what "
        "latents score that know nothing, and groups of methods that the data cannot tell apart."
    ),
    commands=(BUILD, SUBMIT, CHECK, VERIFY, COMPARE),
    closing=(
        "Without a word it is `build`. A result file is JSON; its schema is "
        "tripod_dlib/board/result.schema.json."
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console command."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    own = ("--help", "-h", "--version")
    if arguments and arguments[0].startswith("-") and arguments[0] not in own:
        arguments = ["build", *arguments]
    return TOOL.run(arguments)


if __name__ == "__main__":
    sys.exit(main())
