"""Saving and loading, tried before the first update: what cannot be loaded need not be trained."""

import dataclasses
import re
import tempfile
from pathlib import Path

import keras
import numpy as np

from tripod_dlib import registry
from tripod_dlib.errors import InputError
from tripod_dlib.models.family import Family
from tripod_dlib.training.trained_model import load_file

NUM_IMAGES = 2
PLAIN = (bool, int, float, str, bytes, type(None))
HOW = (
    "Take its parameters from the family's record (self.parameters), which is saved with it, or "
    "give them in `get_config`."
)


def rehearse_saving(model: keras.Model) -> None:
    """Saves a model, loads it again, and compares: parameters, and the latents of two images.

    Args:
      model: A built `Autoencoder`, perhaps of somebody's own class.

    Raises:
      InputError: If its family is not registered, `encode` or `decode` gives other shapes, or it
        cannot be saved or loaded, or comes back another.
    """
    name = type(model).__name__
    _require_shapes(model, name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rehearsal.keras"
        try:
            model.save(path, include_optimizer=False)
        except Exception as error:  # of a class that may be anybody's
            raise InputError(
                f"The model class {name} cannot be saved, and its training would be lost "
                f"({type(error).__name__}: {error}). {HOW}"
            ) from error
        try:
            loaded = load_file(path).model
        except InputError as error:
            _require_registered(model.parameters.name)
            raise InputError(
                f"The model class {name} is saved, but cannot be loaded again, and its training "
                f"would be lost: {error} {HOW}"
            ) from error
    changed = _changed_parameters(model, loaded)
    if changed:
        raise InputError(f"The model class {name} is loaded with other values: {changed}. {HOW}")
    if not np.array_equal(_latents(model), _latents(loaded)):
        raise InputError(
            f"The model class {name}, saved and loaded again, encodes images otherwise: some of "
            "its weights or parameters are not saved. Make layers and weights in its constructor. "
            f"{HOW}"
        )


def require_built_layers(error: ValueError) -> None:
    """Says what to do where an update fails since a layer was built after its optimizer.

    Args:
      error: That of the update.

    Raises:
      InputError: If it is such an error.
    """
    unknown = re.search(r"Unknown variable: <Variable path=([^,]+),", str(error))
    if unknown:
        raise InputError(
            f"The weight {unknown[1]} was made in the first update, after the model's optimizer, "
            "and would not be trained. Give its network by `Family.networks`, or call its layer "
            "once in the model's constructor."
        ) from error


def _require_registered(family: str) -> None:
    if family not in registry.models.names():
        raise InputError(
            f"The family {family!r} is not registered, so that a saved model could not be loaded: "
            f"registry.models.register({family!r}, …) below its definition, or an entry point in "
            "the group tripod_dlib.models."
        )
    registered = registry.models.declared(family)
    if not isinstance(registered, type) or not issubclass(registered, Family):
        raise InputError(
            f"{registered!r} is registered as the model {family!r}, so that a saved model could "
            "not be loaded. What is registered is the family's record, the class below "
            f"@family({family!r})."
        )


def _require_shapes(model: keras.Model, name: str) -> None:
    """Refuses a model whose `encode` or `decode` gives something else than is evaluated."""
    encoded = model.encode(keras.ops.convert_to_tensor(_images(model)))
    if not isinstance(encoded, dict) or "representation" not in encoded:
        named = ", ".join(encoded) if isinstance(encoded, dict) else f"a {type(encoded).__name__}"
        raise InputError(
            f"{name}.encode gives {named}; it gives a dictionary of tensors, of which "
            "'representation' is evaluated."
        )
    latents = encoded["representation"]
    if len(latents.shape) != 2 or latents.shape[0] != NUM_IMAGES:
        raise InputError(
            f"{name}.encode gives a representation of shape {tuple(latents.shape)} for "
            f"{NUM_IMAGES} images; it is (batch, num_latents)."
        )
    logits = model.decode(latents)
    if tuple(logits.shape) != (NUM_IMAGES, *model.image_shape):
        raise InputError(
            f"{name}.decode gives shape {tuple(logits.shape)} for {NUM_IMAGES} representations; it "
            f"is (batch, height, width, channels), here {(NUM_IMAGES, *model.image_shape)}."
        )


def _changed_parameters(model: keras.Model, loaded: keras.Model) -> str:
    before, after = _parameters(model), _parameters(loaded)
    return "; ".join(
        f"{name} is {before[name]} here and {after.get(name, 'missing')} there"
        for name in before
        if before[name] != after.get(name)
    )


def _parameters(model: keras.Model) -> dict[str, str]:
    """The public attributes that are plain values, as texts; but for those that Keras sets."""
    blank = keras.Model()
    blank.compile()
    return {
        name: repr(_with_tuples(value))
        for name, value in vars(model).items()
        if not name.startswith("_") and name not in vars(blank) and _is_plain(value)
    }


def _is_plain(value: object) -> bool:
    if isinstance(value, tuple | list):
        return all(map(_is_plain, value))
    return isinstance(value, PLAIN) or dataclasses.is_dataclass(value)


def _with_tuples(value: object) -> object:
    """JSON, through which a configuration goes, makes lists of tuples; of a record its fields.

    Of which class it is does not matter: a script's own subclass is loaded as the family's record.
    """
    if dataclasses.is_dataclass(value):
        return {f.name: _with_tuples(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return tuple(map(_with_tuples, value)) if isinstance(value, tuple | list) else value


def _latents(model: keras.Model) -> np.ndarray:
    encoded = model.encode(keras.ops.convert_to_tensor(_images(model)))
    return keras.ops.convert_to_numpy(encoded["representation"])


def _images(model: keras.Model) -> np.ndarray:
    shape = (NUM_IMAGES, *model.image_shape)
    return np.random.RandomState(0).randint(256, size=shape).astype(np.uint8)
