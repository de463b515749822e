"""Resumable states of a run: one whole file each, the last two kept.

A file is an uncompressed .npz, whose members carry checksums (CRC-32), so that a damaged one is
noticed when it is read; then the older one is taken.
"""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tripod_dlib.errors import InputError
from tripod_dlib.storage import atomic_path, remove_partial, require_free_space
from tripod_dlib.training.archive import damage_of

NUM_KEPT = 2
_NAME = re.compile(r"step_(\d+)\.npz")
_PROGRESS = "progress"


class Checkpoints:
    """The checkpoints in one folder."""

    def __init__(self, folder: Path):
        """Looks after `folder`, which need not exist yet."""
        self._folder = folder

    def steps(self) -> list[int]:
        """The steps of which there is a file, oldest first."""
        matches = (_NAME.fullmatch(path.name) for path in self._folder.glob("step_*.npz"))
        return sorted(int(match[1]) for match in matches if match)

    def save(self, step: int, variables: Mapping[str, np.ndarray], progress: dict) -> None:
        """Writes a checkpoint, whole or not at all, and removes all but the last two.

        Args:
          step: Number of updates made.
          variables: Name to array, everything that the next update depends on.
          progress: What else the run must remember, as JSON.

        Raises:
          InputError: If the disk has no room.
        """
        num_bytes = sum(array.nbytes for array in variables.values())
        require_free_space(self._folder, num_bytes + 2**20, "A checkpoint")
        members = {f"variable/{name}": array for name, array in variables.items()}
        members[_PROGRESS] = np.asarray(json.dumps(progress))
        with atomic_path(self._folder / f"step_{step:08d}.npz") as temporary:
            np.savez(temporary, **members)
        for old in self.steps()[:-NUM_KEPT]:
            (self._folder / f"step_{old:08d}.npz").unlink()

    def load_latest(self) -> tuple[int, dict[str, np.ndarray], dict] | None:
        """Reads the newest undamaged checkpoint, and removes what a killed process left half-done.

        Returns:
          Its step, variables and progress; None if there is no checkpoint at all.

        Raises:
          InputError: If there are checkpoints but all are damaged.
        """
        remove_partial(self._folder)
        damaged = []
        for step in reversed(self.steps()):
            path = self._folder / f"step_{step:08d}.npz"
            try:
                variables, progress = _read(path)
            except (OSError, ValueError, KeyError, TypeError) as error:
                damaged.append(f"{path} ({error})")
                continue
            for unusable in damaged:
                print(f"Damaged: {unusable}. Going on from {path}.", file=sys.stderr)
            return step, variables, progress
        if damaged:
            raise InputError(
                f"No checkpoint can be read: {'; '.join(damaged)}. Restore one from a backup, or "
                "begin anew with --overwrite (which moves this folder aside)."
            )
        return None


def _read(path: Path) -> tuple[dict[str, np.ndarray], dict]:
    damage = damage_of(path)
    if damage is not None:
        raise ValueError(damage)
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        members = {name: file[name] for name in file.files}
    progress = json.loads(str(members.pop(_PROGRESS)))
    return {name.removeprefix("variable/"): array for name, array in members.items()}, progress
