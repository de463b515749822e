"""tripod_report: the pages of runs."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from absl.flags import DEFINE_integer, FlagValues

from tripod_dlib.backend import require_backend
from tripod_dlib.cli.application import Command
from tripod_dlib.cli.path_flags import DEFINE_path
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.errors import InputError
from tripod_dlib.pages.comparison_page import write_comparison_page
from tripod_dlib.pages.render import render
from tripod_dlib.pages.run_page import PAGE
from tripod_dlib.pages.run_record import read_run
from tripod_dlib.postprocessing.stored import require_own_latents
from tripod_dlib.results.stored_bindings import dataset_arguments, run_bindings

FLAGS = (
    partial(
        DEFINE_path,
        "output",
        "comparison.html",
        "the page of several runs; one run's page lies in its folder",
    ),
    partial(DEFINE_integer, "seed", 1, "seed by which images are drawn"),
)


def report(values: FlagValues, *words: str) -> None:
    """Makes the page of one run, or compares several.

    Raises:
      InputError: If a folder holds no finished run, or its page cannot be made.
    """
    render("base.html", {"version": "", "title": ""})  # refused before the work, without Jinja2
    runs = [Path(word).expanduser() for word in words]
    _require_flags_of(values, runs)
    for run in runs:
        require_own_latents(run)
    records = [read_run(run) for run in runs]
    for run in runs:
        if len(runs) == 1 or not (run / PAGE).is_file():
            _make_page(run, values.seed)
    if len(runs) > 1:
        output = Path(values.output)
        write_comparison_page(records, output)
        print(f"comparison: {output}", flush=True)


def _require_flags_of(values: FlagValues, runs: Sequence[Path]) -> None:
    if len(runs) == 1 and values["output"].present:
        raise InputError(
            f"--output is the page that compares several runs; that of one run is {runs[0] / PAGE}."
            " Leave the flag out, or name more runs."
        )
    if Path(values.output).suffix != ".html":
        raise InputError(f"--output is {values.output!r}; the page is an .html file.")
    if not 0 <= values.seed < 2**32:
        raise InputError(f"--seed is {values.seed}; it is from 0 to {2**32 - 1}.")


def _make_page(run: Path, seed: int) -> None:
    data = get_named_ground_truth_data(**dataset_arguments(run_bindings(run)))
    require_backend()
    from tripod_dlib.training.page import make_page
    from tripod_dlib.training.trained_model import load

    print(f"page: {make_page(run, data, load(run), seed)}", flush=True)


COMMAND = Command(
    name="tripod_report",
    summary=(
        "Makes the page of a finished run again: sliders of its latents, curves, matrices, "
        "configuration. Of several runs it makes a page that compares them."
    ),
    flags=FLAGS,
    main=report,
    argument="RUN",
    nargs="+",
    examples=(
        "tripod_report runs/seed0",
        "tripod_report runs/seed0 runs/seed1 runs/seed2 --output=seeds.html",
    ),
    closing="A page holds all that it shows and asks nothing of any network.",
    stops_at_once=True,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console command."""
    return COMMAND.run(argv)


if __name__ == "__main__":
    sys.exit(main())
