"""What saved models are rebuilt from, of this version and of the one before records."""

import keras
import numpy as np
import pytest
from models.contract import IMAGES, build, set_weights_from_numpy, to_numpy

from tripod_dlib.errors import InputError
from tripod_dlib.models.autoencoder import Autoencoder
from tripod_dlib.models.beta_tcvae_mws import BetaTCVAE
from tripod_dlib.models.builders import build_networks
from tripod_dlib.models.tripod import Tripod

OF_0_1 = {
    "tripod": (
        Tripod,
        {"klm_weight": 1e-3, "nhp_weight": 0.0, "num_values_per_latent": 5, "ramp_steps": 3}
        | {"bandwidth_rule": "std", "nhp_estimator": "published", "step_size": 0.1}
        | {"nhp_layers": ["cond", "block1"], "num_probes": 2, "reconstruction": "bce"},
    ),
    "beta_tcvae_mws": (BetaTCVAE, {"tc_weight": 2.0, "dataset_size": 9, "reconstruction": "ssim"}),
}


@pytest.mark.parametrize("name", OF_0_1)
def test_a_model_saved_by_version_0_1_is_rebuilt(name):
    model_class, parameters = OF_0_1[name]
    fields = {
        key: tuple(value) if isinstance(value, list) else value  # as gin gives them
        for key, value in parameters.items()
        if key != "dataset_size"
    }
    model = build(name, fields, seed=3, architecture="tripod")
    set_weights_from_numpy(model)
    networks = {
        key: keras.saving.serialize_keras_object(layer) for key, layer in model.networks.items()
    }
    config = {"name": name, "trainable": True, "dtype": "float32", "seed": 3}
    rebuilt = model_class.from_config({**config, **networks, **parameters})
    rebuilt.set_weights(model.get_weights())
    record = rebuilt.parameters
    assert record.name == name and record.reconstruction == parameters["reconstruction"]
    assert {getattr(record, key) == getattr(model.parameters, key) for key in fields} == {True}
    assert rebuilt.dataset_size == parameters.get("dataset_size", 1) and rebuilt.seed == 3
    np.testing.assert_array_equal(
        to_numpy(rebuilt.encode(IMAGES))["representation"],
        to_numpy(model.encode(IMAGES))["representation"],
    )


@pytest.mark.parametrize("name", OF_0_1)
def test_constructors_are_called_as_in_version_0_1(name):
    model_class, parameters = OF_0_1[name]
    num_outputs = 4 if name == "tripod" else 8
    networks = build_networks((16, 16, 3), 4, num_outputs, (2, 3, 4, 5, 6), implementation="plain")
    model = model_class(**networks, seed=3, **parameters)
    assert (model.seed, model.num_latents, model.image_shape) == (3, 4, (16, 16, 3))
    assert model.networks == networks
    assert model.dataset_size == parameters.get("dataset_size", 1)
    kept = {key: value for key, value in parameters.items() if key != "dataset_size"}
    assert {key: getattr(model.parameters, key) for key in kept} == {
        key: tuple(value) if isinstance(value, list) else value for key, value in kept.items()
    }
    weights = model_class(**networks).term_weights()
    assert sum(weights.values()) == (1.0 if name == "tripod" else 4.0)


def test_a_family_that_no_package_brings_is_named():
    config = build("autoencoder", {}).get_config()
    with pytest.raises(InputError, match="Unknown model 'lost_vae'"):
        Tripod.from_config({**config, "family": "lost_vae"})


def test_two_models_of_one_name_in_a_package_are_refused():
    module = {"__module__": "tripod_dlib.elsewhere"}
    with pytest.raises(TypeError, match=r"tripod_dlib\.models\.tripod has a model of this name"):
        type("Tripod", (Autoencoder,), module)
    assert keras.saving.get_registered_object("tripod_dlib>Tripod") is Tripod
