"""Result files of all runs that a board is made of."""

import dataclasses
from pathlib import Path

from absl.flags import FlagValues

from tripod_dlib.board.record import Record, write_record
from tripod_dlib.board.runs import (
    record_of_run,
    run_folders,
    setting_of_run,
    stored_records,
    udr_of_runs,
)
from tripod_dlib.cli.leaderboard_flags import permutations_of
from tripod_dlib.cli.leaderboard_submit import say
from tripod_dlib.errors import InputError
from tripod_dlib.pages.run_page import PAGE


@dataclasses.dataclass
class RecordsOfRuns:
    """What runs scored.

    Attributes:
      records: One a run that can be used.
      reports: A record's identity to its run's page, where there is one.
      left_out: What is wrong with the other runs, a sentence each.
    """

    records: list[Record] = dataclasses.field(default_factory=list)
    reports: dict[tuple, Path] = dataclasses.field(default_factory=dict)
    left_out: list[str] = dataclasses.field(default_factory=list)


def records_of_runs(values: FlagValues, folder: Path) -> RecordsOfRuns:
    """Records of all runs of a pattern, which are written into a folder, or still stand there.

    Raises:
      InputError: If no run can be used.
    """
    num_permutations = permutations_of(values)
    runs, settings, of_runs = run_folders(values.runs), {}, RecordsOfRuns()
    for run in runs:
        try:
            settings[run] = setting_of_run(run)
        except InputError as error:
            of_runs.left_out.append(str(error))
    udr = udr_of_runs(values.udr, runs)
    kinds = [setting[:2] for setting in {*settings.values()}]
    several = {kind for kind in kinds if kinds.count(kind) > 1}
    stored = stored_records(folder) if values.reuse else []
    of_seeds: dict[tuple, Path] = {}
    for number, (run, setting) in enumerate(settings.items(), start=1):
        revision = values.revision
        if setting[:2] in several:  # several configurations are several methods
            revision = f"{revision or 'default'}-{setting[2]}"
        say(f"run {number} of {len(settings)}: {run}")
        try:
            record = record_of_run(
                run,
                revision=revision,
                udr=udr.get(run),
                num_permutations=num_permutations,
                stored=stored,
                progress=say,
            )
        except InputError as error:
            of_runs.left_out.append(str(error))
            continue
        other = of_seeds.setdefault(record.identity, run)
        if other is not run:
            of_runs.left_out.append(
                f"{run} is of the same method, revision, dataset and seed as {other}, or a copy of "
                "it: a seed counts once."
            )
            continue
        write_record(folder, record)
        of_runs.records.append(record)
        if (run / PAGE).is_file():
            of_runs.reports[record.identity] = run / PAGE
    if not of_runs.records:
        raise InputError("None of the runs can be used:\n  " + "\n  ".join(of_runs.left_out))
    return of_runs
