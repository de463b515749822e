"""The runs of a study for engines of a site: Slurm's array jobs, or a command a line."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from tripod_dlib.errors import InputError
from tripod_dlib.storage import write_text
from tripod_dlib.studies.manifest import Run

SLURM = "slurm"
COMMANDS = "commands.txt"
MOST_OF_AN_ARRAY = 1000  # what many sites allow
SECONDS_TO_SAVE = 120
Command = Callable[[Run], Sequence[str]]

SCRIPT = """#!/bin/bash
#SBATCH --job-name="{name}"
#SBATCH --array=0-{last}{limit}
#SBATCH --cpus-per-task={cores}
#SBATCH --output="{logs}/slurm-%A_%a.out"
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:TERM@{seconds}
{options}# Made by tripod_sweep --emit=slurm. What a run prints stands in {logs}.
set -eu
command=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" {commands})
eval "exec $command"
"""


def write_commands(folder: Path, runs: Sequence[Run], command: Command) -> Path:
    """Writes one command a line; returns the file."""
    lines = [shlex.join(command(run)) for run in runs]
    write_text(folder / COMMANDS, "".join(f"{line}\n" for line in lines))
    return folder / COMMANDS


def write_slurm(
    folder: Path,
    runs: Sequence[Run],
    command: Command,
    *,
    cores_per_run: int,
    at_a_time: int | None,
    most: int,
    options: Sequence[str],
) -> list[Path]:
    """Writes array scripts of at most so many tasks; those of before are removed.

    Args:
      folder: The study's, on a file system that all nodes see.
      runs: In the order of the arrays.
      command: What carries out a run.
      cores_per_run: Cores of each.
      at_a_time: How many of an array run at most; None for no limit.
      most: The site's MaxArraySize: indices are below it.
      options: Further options of sbatch, such as "--partition=gpu".

    Returns:
      scripts: To be given to sbatch.
    """
    place, logs = folder / SLURM, folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)  # Slurm fails a task whose output has no folder
    for path in [*place.glob("part_*.sbatch"), *place.glob("part_*.txt")]:
        path.unlink()
    scripts = []
    for number, start in enumerate(range(0, len(runs), most)):
        part = runs[start : start + most]
        commands = place / f"part_{number:03d}.txt"
        write_text(commands, "".join(f"{shlex.join(command(run))}\n" for run in part))
        script = SCRIPT.format(
            name=f"{folder.name}-{number}",
            last=len(part) - 1,
            limit=f"%{at_a_time}" if at_a_time else "",
            cores=cores_per_run,
            seconds=SECONDS_TO_SAVE,
            options="".join(f"#SBATCH {option}\n" for option in options),
            logs=logs,
            commands=shlex.quote(str(commands)),
        )
        scripts.append(place / f"part_{number:03d}.sbatch")
        write_text(scripts[-1], script)
    return scripts


def most_of_an_array() -> int:
    """The site's MaxArraySize, as scontrol says it; 1000 where it is not there."""
    if shutil.which("scontrol") is None:
        return MOST_OF_AN_ARRAY
    said = subprocess.run(["scontrol", "show", "config"], capture_output=True, text=True)
    match = re.search(r"^MaxArraySize\s*=\s*(\d+)", said.stdout, re.MULTILINE)
    return int(match[1]) if match else MOST_OF_AN_ARRAY


def require_options(options: Sequence[str]) -> None:
    """Refuses what cannot be an option of sbatch.

    Raises:
      InputError: If a line is empty, does not begin with "-", or is more than a line.
    """
    for option in options:
        if not option.startswith("-") or "\n" in option:
            raise InputError(
                f"--sbatch_options={option!r} is no option of sbatch, such as --partition=gpu."
            )
