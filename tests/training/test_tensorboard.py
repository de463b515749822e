import sys

import numpy as np
import pytest

from tripod_dlib.training.tensorboard import TensorBoard

pytest.importorskip("tensorboard")
BOUND = {
    "model.batch_size": "32",
    "tripod.klm_weight": "1e-3",
    "dataset.name": "'d'",
    "a.b": "True",
}


def events(folder):
    from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader

    (path,) = folder.iterdir()
    return list(LegacyEventFileLoader(str(path)).Load())


def test_numbers_pictures_and_the_configuration_are_read_back(tmp_path):
    from tensorboard.plugins.hparams import metadata

    board = TensorBoard(tmp_path, 0)
    board.configuration(0, BOUND)
    board.scalars(4, {"train/loss": 0.5, "train/steps_per_second": 20.0})
    board.image(4, "traversals", np.zeros((3, 5, 3), np.uint8))
    board.close()
    values = {v.tag: (e.step, v) for e in events(tmp_path) for v in e.summary.value}
    assert values["train/loss"][0] == 4 and values["train/loss"][1].simple_value == 0.5
    assert values["train/steps_per_second"][1].simple_value == 20.0
    assert values["traversals"][1].image.width == 5
    text = values["configuration"][1].tensor.string_val[0].decode()
    assert "    tripod.klm_weight = 1e-3" in text.splitlines()
    content = values[metadata.SESSION_START_INFO_TAG][1].metadata.plugin_data.content
    found = metadata.parse_session_start_info_plugin_data(content).hparams
    assert found["model.batch_size"].number_value == 32
    assert found["tripod.klm_weight"].number_value == 1e-3
    assert found["dataset.name"].string_value == "d" and found["a.b"].bool_value is True


def test_what_cannot_be_written_is_said_once_and_ends_this_alone(tmp_path, capsys):
    board = TensorBoard(tmp_path, 0)

    def fail(event):
        raise OSError(28, "No space left on device")

    board._writer.add_event = fail
    for step in range(3):
        board.scalars(step, {"loss": 1.0})
    board.close()
    shown = capsys.readouterr().err
    assert shown.count("TensorBoard's file could not be made") == 1 and "No space left" in shown


def test_an_installation_that_does_not_work_is_no_hindrance(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard.summary.writer", None)
    board = TensorBoard(tmp_path, 0)
    board.configuration(0, BOUND)
    board.scalars(1, {"loss": 1.0})
    board.image(1, "a", np.zeros((1, 1, 3), np.uint8))
    board.close()
    assert "TensorBoard's file could not be made" in capsys.readouterr().err
