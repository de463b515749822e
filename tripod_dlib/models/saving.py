"""A model's configuration: its family's name and parameters, its networks, its sizes."""

import dataclasses
from typing import TYPE_CHECKING

import keras

from tripod_dlib import registry

if TYPE_CHECKING:
    from tripod_dlib.models.autoencoder import Autoencoder

WEIGHTS_OF_0_1 = {  # which a record of this version asks for
    "tripod": {"klm_weight": 0.0, "nhp_weight": 0.0},
    "beta_tcvae_mws": {"tc_weight": 1.0},
}
SIZES = ("image_shape", "num_latents", "dataset_size", "seed")


def model_config(model: "Autoencoder") -> dict:
    """What a model is rebuilt from, for JSON."""
    record = model.parameters
    return {
        "family": record.name,
        "parameters": {f.name: getattr(record, f.name) for f in dataclasses.fields(record)},
        "networks": {
            name: keras.saving.serialize_keras_object(layer)
            for name, layer in model.networks.items()
        },
        **{name: getattr(model, name) for name in SIZES},
    }


def model_arguments(config: dict) -> dict:
    """The constructor's arguments out of what `model_config` gave, in this version or in 0.1.

    Raises:
      InputError: If no installed package brings the family.
    """
    config = dict(config)
    if "family" not in config:
        config = _of_version_0_1(config)
    record = registry.models.load(config.pop("family"))
    parameters = {name: _with_tuples(v) for name, v in config.pop("parameters").items()}
    networks = {
        name: keras.saving.deserialize_keras_object(layer)
        for name, layer in config.pop("networks").items()
    }
    return {**config, "parameters": record(**parameters), "networks": networks}


def constructor_arguments(family: str, given: dict) -> dict:
    """Arguments as a class of version 0.1 took them: networks and parameters by their names.

    Args:
      family: The class's family in that version.
      given: Keyword arguments; those of this version are returned as they are.

    Returns:
      arguments: Those of `Autoencoder`.
    """
    if "encoder" not in given:
        return given
    given = {**WEIGHTS_OF_0_1[family], **given}
    record = registry.models.load(family)
    fields = {field.name for field in dataclasses.fields(record)}
    networks = {name: given.pop(name) for name in ("encoder", "decoder")}
    return {
        **{name: value for name, value in given.items() if name not in fields},
        "networks": networks,
        "parameters": record(
            **{name: _with_tuples(given[name]) for name in given if name in fields}
        ),
        "image_shape": networks["encoder"].image_shape,
        "num_latents": networks["decoder"].num_latents,
    }


def _with_tuples(value: object) -> object:
    """JSON's lists as the tuples that they were."""
    if isinstance(value, list):
        return tuple(_with_tuples(entry) for entry in value)
    if isinstance(value, dict):
        return {key: _with_tuples(entry) for key, entry in value.items()}
    return value


def _of_version_0_1(config: dict) -> dict:
    """What `model_config` would have given: parameters stood beside encoder and decoder then."""
    family = "beta_tcvae_mws" if "tc_weight" in config else "tripod"
    fields = {field.name for field in dataclasses.fields(registry.models.load(family))}
    encoder, decoder = config.pop("encoder"), config.pop("decoder")
    kept = {key: config[key] for key in ("name", "trainable", "dtype", "seed") if key in config}
    return {
        **kept,
        "family": family,
        "parameters": {name: value for name, value in config.items() if name in fields},
        "networks": {"encoder": encoder, "decoder": decoder},
        "image_shape": encoder["config"]["image_shape"],
        "num_latents": decoder["config"]["num_latents"],
        "dataset_size": config.get("dataset_size", 1),
    }
