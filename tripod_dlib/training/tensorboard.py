"""Files for TensorBoard, without any framework; nothing where it is not installed.

The first that cannot be written ends this, not the run.
"""

import importlib.util
import io
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from tripod_dlib.results.attempt import attempt

WHAT = "TensorBoard's file"


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
        with attempt(WHAT):
            from tensorboard.compat.proto import event_pb2, summary_pb2
            from tensorboard.summary.writer import event_file_writer

            self._events, self._summaries = event_pb2, summary_pb2
            self._writer = event_file_writer.EventFileWriter(str(folder))
            started = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
            self._add(first_step, session_log=started)

    def configuration(self, step: int, bound: Mapping[str, str]) -> None:
        """Writes the bound configuration, binding to value: as text, and as hyperparameters."""
        if self._writer is None:
            return
        with attempt(WHAT):
            from tensorboard.plugins.hparams import metadata, plugin_data_pb2
            from tensorboard.plugins.text import metadata as text
            from tensorboard.util import tensor_util

            lines = "\n".join(f"    {name} = {value}" for name, value in sorted(bound.items()))
            started = plugin_data_pb2.SessionStartInfo(start_time_secs=time.time())
            for name, value in bound.items():
                _set_hyperparameter(started.hparams[name], value)
            value = self._summaries.Summary.Value
            content = plugin_data_pb2.HParamsPluginData(session_start_info=started)
            self._add_summary(
                step,
                value(
                    tag="configuration",
                    metadata=text.create_summary_metadata("configuration", ""),
                    tensor=tensor_util.make_tensor_proto(lines),
                ),
                value(
                    tag=metadata.SESSION_START_INFO_TAG,
                    metadata=metadata.create_summary_metadata(content),
                    tensor=metadata.NULL_TENSOR,
                ),
            )

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """Writes named numbers of one step."""
        if self._writer is None:
            return
        value = self._summaries.Summary.Value
        named = [value(tag=name, simple_value=float(number)) for name, number in values.items()]
        self._add_summary(step, *named)

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
        self._add_summary(step, self._summaries.Summary.Value(tag=name, image=image))

    def close(self) -> None:
        """Flushes and closes the file."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with attempt(WHAT):
                writer.close()

    def _add_summary(self, step: int, *values: object) -> None:
        self._add(step, summary=self._summaries.Summary(value=values))

    def _add(self, step: int, **content: object) -> None:
        writer, self._writer = self._writer, None
        with attempt(WHAT):
            event = self._events.Event(wall_time=time.time(), step=step, **content)
            writer.add_event(event)
            writer.flush()
            self._writer = writer


def _set_hyperparameter(place: object, value: str) -> None:
    """Numbers and truth values as such, so that TensorBoard can sort by them; all else as text."""
    if value in ("True", "False"):
        place.bool_value = value == "True"
        return
    try:
        place.number_value = float(value)
    except ValueError:
        place.string_value = value.strip("'\"")
