"""What a run watches at every step: progress, losses worth a row, divergence, a wish to stop."""

import math
from collections.abc import Callable

import keras

from tripod_dlib.errors import DivergedError
from tripod_dlib.training.signals import StopRequests


class Watch(keras.callbacks.Callback):
    """Reads the losses that Keras hands out after every update."""

    def __init__(
        self,
        first_step: int,
        log_steps: int,
        shown: object,
        write_row: Callable[[int, dict[str, float]], None],
        stop: StopRequests,
    ):
        """Prepares one stretch of training.

        Args:
          first_step: Updates made before it.
          log_steps: A row is written whenever the number of updates is a multiple of this; it holds
            the mean over the updates since the row before.
          shown: Progress display with `update` and `set_postfix`.
          write_row: Receives the step and the named means.
          stop: Asked after every update.
        """
        super().__init__()
        self._first_step = first_step
        self._log_steps = log_steps
        self._shown = shown
        self._write_row = write_row
        self._stop = stop

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        step = self._first_step + batch + 1
        _require_finite(step, logs)
        self._shown.update()
        if step % self._log_steps == 0:
            self._shown.set_postfix(**{name: float(value) for name, value in logs.items()})
            self._write_row(step, {name: float(value) for name, value in logs.items()})
            self.model.reset_metrics()
        if self._stop.requested is not None:
            self.model.stop_training = True


def _require_finite(step: int, logs: dict[str, float]) -> None:
    bad = [name for name, value in logs.items() if not math.isfinite(value)]
    if bad:
        terms = [name for name in bad if name != "loss"] or bad
        values = ", ".join(f"{name} is {float(logs[name])}" for name in terms)
        raise DivergedError(
            f"Training diverged at step {step}: {values}. The last checkpoint before it was kept. "
            "Lower optimizer.learning_rate or the weight of that term and run again."
        )
