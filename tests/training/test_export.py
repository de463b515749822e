"""tripod_export: what others get of a model computes what the model computes."""

import json

import keras
import numpy as np
import pytest
from models.contract import IMAGES, build

from tripod_dlib.cli.export import main
from tripod_dlib.training.trained_model import TrainedModel

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="TensorFlow's formats"),
]
UNIT = (IMAGES / 255.0).astype(np.float32)


@pytest.fixture
def exported(tmp_path):
    """Saves a model as a run's and exports it; gives it and the folder."""

    def export(model, formats):
        run, folder = tmp_path / "run", tmp_path / "exported"
        run.mkdir()
        model.save(run / "model.keras", include_optimizer=False)
        flags = [f"--model_dir={run}", f"--output_dir={folder}", f"--formats={formats}"]
        assert main(flags) == 0
        return TrainedModel(model), folder

    return export


def test_a_saved_model_has_an_endpoint_for_each_direction(exported):
    import tensorflow as tf

    model, folder = exported(build("beta_vae", {"beta": 2.0}), "keras,saved_model")
    written = json.loads((folder / "export.json").read_text())
    assert written == {"model": "run", "files": ["model.keras", "saved_model"]}
    endpoints = tf.saved_model.load(folder / "saved_model").signatures
    latents = model.encode(IMAGES)
    (representation,) = endpoints["representation"](tf.constant(UNIT)).values()
    np.testing.assert_allclose(representation, latents, atol=1e-6)
    (images,) = endpoints["decoder"](tf.constant(latents)).values()
    np.testing.assert_allclose(images, model.decode(latents), atol=1e-6)
    (images,) = endpoints["reconstructions"](tf.constant(UNIT)).values()
    np.testing.assert_allclose(images, model.decode(latents), atol=1e-5)
    posterior = endpoints["gaussian_encoder"](tf.constant(UNIT))
    assert set(posterior) == {"mean", "logvar"}
    np.testing.assert_allclose(posterior["mean"], latents, atol=1e-6)


@pytest.mark.parametrize("formats", ["", ","])
def test_an_export_to_no_format_is_refused(formats, tmp_path, capsys):
    flags = [f"--model_dir={tmp_path}", f"--output_dir={tmp_path / 'out'}", f"--formats={formats}"]
    assert main(flags) == 2 and not (tmp_path / "out").exists()
    assert "No format is named; choose among keras, saved_model, onnx." in capsys.readouterr().err


def test_onnx_files_of_fused_networks_run_elsewhere(exported):
    pytest.importorskip("tf2onnx")
    runtime = pytest.importorskip("onnxruntime")
    parameters = {"klm_weight": 1.0, "nhp_weight": 1.0}
    tripod = build("tripod", parameters, architecture="tripod", implementation="fused")
    model, folder = exported(tripod, "onnx")
    latents = model.encode(IMAGES)
    expected = {"representation": (UNIT, latents), "decoder": (latents, model.decode(latents))}
    for name, (given, values) in expected.items():
        session = runtime.InferenceSession(folder / f"{name}.onnx")
        (outputs,) = session.run(None, {session.get_inputs()[0].name: given})
        np.testing.assert_allclose(outputs, values, atol=1e-5)
