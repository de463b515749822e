"""What a run watches at every step: progress, losses worth a row, divergence, a wish to stop."""

import math
import time
from collections.abc import Callable

import keras

from tripod_dlib.errors import DivergedError
from tripod_dlib.training.signals import StopRequests


class Watch(keras.callbacks.Callback):
    """Reads the losses that Keras hands out after every update, through all of a run's training."""

    def __init__(
        self,
        log_steps: int,
        shown: object,
        write_row: Callable[[int, dict[str, float], float | None], None],
        stop: StopRequests,
        last_checkpoint: Callable[[], int | None],
    ):
        """Prepares the watch; `first_step` is set before each stretch of training.

        Args:
          log_steps: A row is written whenever the number of updates is a multiple of this; it holds
            the mean over the updates since the row before.
          shown: Progress display with `update`, `set_postfix`, `say` and `unpause`.
          write_row: Receives the step, the named means, and updates per second since the row
            before, None where something else was done between.
          stop: Asked after every update.
          last_checkpoint: Gives the step of the newest checkpoint, None if there is none.
        """
        super().__init__()
        self.first_step = 0
        self.scores: dict[str, str] = {}
        self.seconds = 0.0
        self._log_steps = log_steps
        self._shown = shown
        self._write_row = write_row
        self._stop = stop
        self._last_checkpoint = last_checkpoint
        self._compiled = False
        self._last: tuple[int, float] | None = None  # step and time of the row before

    def on_train_begin(self, logs: dict | None = None) -> None:
        self._began = time.monotonic()
        self._last = None
        if not self._compiled:
            self._shown.say("compiling the training step …")

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        step = self.first_step + batch + 1
        if not self._compiled:
            self._compiled = True
            now = time.monotonic()
            self._shown.say(f"compiled, and the first step made, in {now - self._began:.1f} s")
            self._shown.unpause()
            self._began = now  # updates per second are those of compiled steps
        self._require_finite(step, logs)
        self._shown.update()
        if step % self._log_steps == 0:
            losses = {"loss": float(logs["loss"])}  # what matters first is the first column
            losses.update((name, float(value)) for name, value in logs.items())
            # what matters first: a narrow terminal cuts the rest off
            self._shown.set_postfix(loss=losses["loss"], **self.scores, **_without_loss(losses))
            self._write_row(step, losses, self._rate(step))
            self.model.reset_metrics()
        if self._stop.requested is not None:
            self.model.stop_training = True

    def on_train_end(self, logs: dict | None = None) -> None:
        self.seconds += time.monotonic() - self._began

    def _rate(self, step: int) -> float | None:
        before, now = self._last, time.monotonic()
        self._last = step, now
        return None if before is None else (step - before[0]) / max(now - before[1], 1e-9)

    def _require_finite(self, step: int, logs: dict[str, float]) -> None:
        bad = [name for name, value in logs.items() if not math.isfinite(value)]
        if not bad:
            return
        terms = [name for name in bad if name != "loss"] or bad
        values = ", ".join(f"{name} is {float(logs[name])}" for name in terms)
        kept = self._last_checkpoint()
        before = (
            "There was no checkpoint before it."
            if kept is None
            else f"The last checkpoint before it, of step {kept}, was kept."
        )
        raise DivergedError(
            f"Training diverged at step {step}: {values}. {before} Lower optimizer.learning_rate "
            "or the weight of that term and run again."
        )


def _without_loss(losses: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in losses.items() if name != "loss"}
