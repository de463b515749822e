"""Networks say all of themselves in their configs and names, whatever Keras is set to globally."""

import json

import keras
import numpy as np
import pytest
from keras import ops

from tripod_dlib.networks import Decoder, Encoder, layers

WIDTHS = (2, 3, 4, 5, 6)
LAYERS = {
    "Encoder": lambda: Encoder((16, 16, 3), 4, WIDTHS, hidden_units=8, implementation="plain"),
    "Decoder": lambda: Decoder((16, 16, 3), 4, WIDTHS, cond_units=8, implementation="plain"),
    "DenseBlock": lambda: layers.DenseBlock(3, 4, name="own"),
    "InstanceNormalization": lambda: layers.InstanceNormalization(3),
    "ResidualBlock": lambda: layers.ResidualBlock(3, 4, implementation="plain"),
    "ConditionalBlock": lambda: layers.ConditionalBlock(3, 4, 5, "plain", dtype="bfloat16"),
    "Upsampling": lambda: layers.Upsampling(3, 4, dtype="mixed_bfloat16"),
}
SETTINGS = {
    "channels first": (keras.config.set_image_data_format, "channels_first", "channels_last"),
    "bfloat16": (keras.config.set_dtype_policy, "mixed_bfloat16", "float32"),
    "float16": (keras.config.set_floatx, "float16", "float32"),
    "float64": (keras.config.set_floatx, "float64", "float32"),
    "epsilon": (keras.config.set_epsilon, 0.1, 1e-7),
}


@pytest.mark.parametrize("name", list(LAYERS))
def test_a_layer_saved_loaded_and_saved_again_is_the_same(name):
    layer = LAYERS[name]()
    saved = json.dumps(keras.saving.serialize_keras_object(layer))
    again = keras.saving.deserialize_keras_object(json.loads(saved), safe_mode=True)
    assert json.dumps(keras.saving.serialize_keras_object(again)) == saved
    assert [v.path for v in again.variables] == [v.path for v in layer.variables]
    assert (again.name, again.dtype_policy.name) == (layer.name, layer.dtype_policy.name)


def run(network):
    keras.utils.set_random_seed(0)
    layer = LAYERS[network]()
    shape = (2, 16, 16, 3) if network == "Encoder" else (2, 4)
    inputs = np.random.default_rng(0).uniform(-1, 1, size=shape).astype(np.float32)
    return layer, ops.convert_to_numpy(layer(inputs))


@pytest.mark.parametrize("network", ["Encoder", "Decoder"])
def test_names_do_not_depend_on_what_was_made_before(network):
    first, second = run(network)[0], run(network)[0]
    paths = [variable.path for variable in first.variables]
    assert paths == [variable.path for variable in second.variables]
    assert len(set(paths)) == len(paths)
    made = type(first).__name__.lower()
    assert all(path.split("/")[0] == made for path in paths)


@pytest.mark.parametrize("setting", list(SETTINGS))
@pytest.mark.parametrize("network", ["Encoder", "Decoder"])
def test_networks_are_the_same_under_global_settings_of_other_work(network, setting):
    expected = run(network)[1]
    change, value, default = SETTINGS[setting]
    change(value)
    try:
        found = run(network)[1]
    finally:
        change(default)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, expected)


def test_a_policy_of_precision_that_is_asked_for_reaches_every_layer():
    encoder = Encoder((16, 16, 3), 4, WIDTHS, hidden_units=8, dtype="mixed_bfloat16")
    inner = [encoder.hidden.dense, encoder.hidden.norm, encoder.stages[0].skip, *encoder.stages]
    assert {layer.compute_dtype for layer in inner} == {"bfloat16"}
    assert {layer.variable_dtype for layer in inner} == {"float32"}
