"""Scalars and images for TensorBoard, without any framework; nothing where it is not installed."""

import importlib.util
import io
import time
from pathlib import Path

import numpy as np
from PIL import Image


class TensorBoard:
    """Writes event files into a folder, if the package tensorboard is installed."""

    def __init__(self, folder: Path, first_step: int):
        """Opens an event file.

        Args:
          folder: Where TensorBoard looks (`tensorboard --logdir FOLDER`).
          first_step: Steps from here on are written anew; TensorBoard then forgets earlier copies.
        """
        self._writer = None
        if importlib.util.find_spec("tensorboard") is None:
            return
        from tensorboard.compat.proto import event_pb2, summary_pb2
        from tensorboard.summary.writer import event_file_writer

        self._events, self._summaries = event_pb2, summary_pb2
        self._writer = event_file_writer.EventFileWriter(str(folder))
        started = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
        self._add(first_step, session_log=started)

    def scalars(self, step: int, values: dict[str, float]) -> None:
        """Writes named numbers of one step."""
        if self._writer is None:
            return
        value = self._summaries.Summary.Value
        self._add_summary(step, [value(tag=k, simple_value=float(v)) for k, v in values.items()])

    def image(self, step: int, name: str, pixels: np.ndarray) -> None:
        """Writes one picture, uint8 (height, width, 3)."""
        if self._writer is None:
            return
        encoded = io.BytesIO()
        Image.fromarray(pixels).save(encoded, format="PNG")
        image = self._summaries.Summary.Image(
            height=pixels.shape[0],
            width=pixels.shape[1],
            colorspace=3,
            encoded_image_string=encoded.getvalue(),
        )
        self._add_summary(step, [self._summaries.Summary.Value(tag=name, image=image)])

    def close(self) -> None:
        """Flushes and closes the file."""
        if self._writer is not None:
            self._writer.close()

    def _add_summary(self, step: int, values: list) -> None:
        self._add(step, summary=self._summaries.Summary(value=values))
        self._writer.flush()

    def _add(self, step: int, **content: object) -> None:
        event = self._events.Event(wall_time=time.time(), step=step, **content)
        self._writer.add_event(event)
