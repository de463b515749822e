"""A trained model in formats that others serve: Keras' own, TensorFlow's SavedModel, ONNX."""

import importlib.util
import shutil
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import keras
from keras import ops

from tripod_dlib.errors import InputError
from tripod_dlib.models.function import ModelFunction
from tripod_dlib.training.trained_model import RESULT, TrainedModel, load

FORMATS = ("keras", "saved_model", "onnx")
NEEDED = {"saved_model": ("tensorflow",), "onnx": ("tf2onnx", "onnx")}


def export(run: Path, folder: Path, formats: Sequence[str]) -> list[Path]:
    """Writes the model of a run.

    Args:
      run: Folder of a finished run.
      folder: Where to; it is made.
      formats: Some of `FORMATS`: "keras" is `model.keras`; "saved_model" a folder with the
        endpoints "representation" and "reconstructions" (of images), "decoder" (of latents) and,
        of a Gaussian posterior, "gaussian_encoder" ("mean" and "logvar" of images); "onnx" the
        files `representation.onnx` and `decoder.onnx`. Images are floats in [0, 1].

    Returns:
      paths: What was written.

    Raises:
      InputError: If there is no format, one is unknown, or takes a package that is not installed.
    """
    if not formats:
        raise InputError(f"No format is named; choose among {', '.join(FORMATS)}.")
    for name in formats:
        _require(name)
    model = load(run)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in formats:
        if name == "keras":
            written.append(folder / RESULT)
            shutil.copyfile(run / RESULT, written[-1])
        elif name == "saved_model":
            written.append(folder / "saved_model")
            _save_model(model, written[-1])
        else:
            written += _save_onnx(model, folder)
    return written


def endpoints(model: TrainedModel) -> dict[str, tuple[str, Callable]]:
    """What a model offers: name to what it takes, "images" or "latents", and the function."""
    wrapped = model.model

    def represent(images):
        return wrapped.encode(images)["representation"]

    def decode(latents):
        return ops.sigmoid(wrapped.decode(latents))

    def posterior(images):
        outputs = wrapped.encode(images)
        return {"mean": outputs["z_mean"], "logvar": 2.0 * ops.log(outputs["z_std"])}

    functions = {
        "representation": ("images", represent),
        "decoder": ("latents", decode),
        "reconstructions": ("images", lambda images: decode(represent(images))),
    }
    return (
        {**functions, "gaussian_encoder": ("images", posterior)}
        if model.has_posterior
        else functions
    )


def _require(name: str) -> None:
    if name not in FORMATS:
        raise InputError(f"Unknown format {name!r}; choose among {', '.join(FORMATS)}.")
    missing = [p for p in NEEDED.get(name, ()) if importlib.util.find_spec(p) is None]
    if missing:
        raise InputError(
            f"The format {name} needs {', '.join(missing)}, not installed here: "
            f"pip install {' '.join(missing)}."
        )


def _spec(model: TrainedModel, kind: str) -> keras.InputSpec:
    sizes = model.image_shape if kind == "images" else (model.num_latents,)
    return keras.InputSpec(dtype="float32", shape=(None, *sizes), name=kind)


def _save_model(model: TrainedModel, path: Path) -> None:
    archive = keras.export.ExportArchive()
    archive.track(model.model)
    for name, (kind, function) in endpoints(model).items():
        archive.add_endpoint(name, function, [_spec(model, kind)])
    archive.write_out(str(path), verbose=False)


def _save_onnx(model: TrainedModel, folder: Path) -> list[Path]:
    paths, model = [], TrainedModel(_plain(model.model))
    for name in ("representation", "decoder"):
        kind, function = endpoints(model)[name]
        paths.append(folder / f"{name}.onnx")
        exported = ModelFunction(model.model, function, name)
        exported.built = True  # of its model's weights
        signature = [_spec(model, kind)]
        with warnings.catch_warnings():  # of Keras, about a name of NumPy's
            warnings.simplefilter("ignore", FutureWarning)
            exported.export(str(paths[-1]), format="onnx", input_signature=signature, verbose=False)
    return paths


def _plain(model: keras.Model) -> keras.Model:
    """The same model on networks of single operations: ONNX has none for passes compiled by XLA."""
    config = model.get_config()
    for network in config["networks"].values():
        if "implementation" in network["config"]:
            network["config"]["implementation"] = "plain"
    plain = type(model).from_config(config)
    plain.set_weights(model.get_weights())
    return plain
