"""The weights of evaluated steps: those that may be selected are kept, and read before they are."""

import math
from collections.abc import Sequence
from pathlib import Path

import keras

from tripod_dlib.errors import InputError
from tripod_dlib.storage import atomic_path, require_free_space
from tripod_dlib.training.selection import select
from tripod_dlib.training.trained_model import TrainedModel, load_file


class Weights:
    """The models that a run keeps, a file each, in one folder."""

    def __init__(self, folder: Path, keep_all: bool):
        """Looks after `folder`, which need not exist yet.

        Args:
          folder: Where the files are.
          keep_all: Whether every evaluated step is kept.
        """
        self._folder = folder
        self._keep_all = keep_all

    def path(self, step: int) -> Path:
        """Where the model of an evaluated step is kept, if it is."""
        return self._folder / f"step_{step:08d}.keras"

    def kept(self, evaluations: Sequence[dict]) -> list[dict]:
        """The evaluations whose models are there."""
        return [row for row in evaluations if self.path(row["step"]).exists()]

    def save(self, model: keras.Model, step: int) -> None:
        """Writes the model as it is, whole or not at all.

        Raises:
          InputError: If the disk has no room.
        """
        num_bytes = sum(4 * math.prod(variable.shape) for variable in model.variables)
        require_free_space(self._folder, num_bytes + 2**20, "The evaluated model")
        with atomic_path(self.path(step)) as temporary:
            model.save(temporary, include_optimizer=False)

    def drop_what_cannot_win(
        self, evaluations: Sequence[dict], psnr_threshold: float | None
    ) -> None:
        """Removes all but the best by InfoM, with and without the threshold, and by PSNR."""
        if self._keep_all:
            return
        candidates = self.kept(evaluations)
        wanted = {
            select(candidates, threshold)[0]["step"]
            for threshold in (psnr_threshold, None, float("inf"))
        }
        for row in candidates:
            if row["step"] not in wanted:
                self.path(row["step"]).unlink()

    def load_best(
        self, evaluations: Sequence[dict], psnr_threshold: float | None
    ) -> tuple[dict, str, TrainedModel, list[str]]:
        """The model that counts, or, where its file is damaged, the next best.

        Args:
          evaluations: All of the run's.
          psnr_threshold: Mean PSNR in dB that a checkpoint must reach to count.

        Returns:
          The chosen evaluation, why it was chosen, its model, and notes on what could not be read.

        Raises:
          InputError: If no model can be read.
        """
        candidates, unreadable = list(evaluations), []
        while candidates:
            chosen, reason = select(candidates, psnr_threshold)
            path = self.path(chosen["step"])
            if path.exists():  # it may not: what may be selected is a question of changed bindings
                try:
                    return chosen, reason, load_file(path), unreadable
                except InputError as error:
                    unreadable.append(f"Step {chosen['step']} would count, but: {error}")
            candidates.remove(chosen)
        raise InputError(
            " ".join(unreadable)
            or f"{self._folder} holds no model of an evaluated step; begin anew with --overwrite."
        )
