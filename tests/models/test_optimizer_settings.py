"""Claims of the optimizer's documentation, and what Keras is set to globally."""

import keras
import numpy as np
import pytest
from models import contract

from tripod_dlib.errors import InputError
from tripod_dlib.models.dlib_optimizers import adam_optimizer, gradient_descent_optimizer
from tripod_dlib.models.optimizers import build_optimizer
from tripod_dlib.training.trained_model import TrainedModel


def test_epsilon_stands_outside_the_bias_correction():
    """A first update for a gradient of 1e-6: g / (g + 1e-8 / sqrt(.001)) of the rate, which is .77
    of the published g / (g + 1e-8)."""
    optimizer = build_optimizer(10, None, learning_rate=1.0)
    variable = keras.Variable(0.0)
    optimizer.build([variable])
    optimizer.apply([np.float32(1e-6)])
    expected = 1e-6 / (1e-6 + 1e-8 / np.sqrt(1e-3))
    assert -float(variable) == pytest.approx(expected, rel=1e-3)
    assert expected * (1e-6 + 1e-8) / 1e-6 == pytest.approx(0.77, abs=5e-3)


@pytest.mark.parametrize("floatx", ["float16", "float64"])
def test_another_default_type_of_numbers_is_refused_with_what_to_do(floatx):
    keras.config.set_floatx(floatx)
    try:
        with pytest.raises(InputError, match=f"{floatx} numbers .*set_floatx\\('float32'\\)"):
            contract.build("autoencoder", {}, architecture="tripod")
    finally:
        keras.config.set_floatx("float32")


@pytest.mark.parametrize("name", ["autoencoder", "dava"])
def test_channels_come_last_whatever_keras_is_told(name):
    built = {"parameters": {}, "architecture": "disentanglement_lib"}
    expected = contract.build(name, **built)
    keras.config.set_image_data_format("channels_first")
    try:
        found = contract.build(name, **built)
        found.set_weights(expected.get_weights())
        latents = found.encode(contract.IMAGES)["representation"]
    finally:
        keras.config.set_image_data_format("channels_last")
    np.testing.assert_array_equal(latents, expected.encode(contract.IMAGES)["representation"])


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "float64"])
def test_a_global_policy_of_other_work_changes_nothing(policy):
    images = contract.IMAGES
    expected = TrainedModel(contract.build("autoencoder", {}, architecture="tripod"))
    keras.config.set_dtype_policy(policy)
    try:
        found = TrainedModel(contract.build("autoencoder", {}, architecture="tripod"))
        latents = found.encode(images)
        decoded = found.decode(latents)
    finally:
        keras.config.set_dtype_policy("float32")
    np.testing.assert_array_equal(latents, expected.encode(images))
    np.testing.assert_array_equal(decoded, expected.decode(latents))


@pytest.mark.parametrize("rate", [1, lambda: 1, 1.0])
@pytest.mark.parametrize("optimizer", [adam_optimizer, gradient_descent_optimizer])
def test_a_whole_number_is_a_rate_to_the_optimizers_of_2019_too(optimizer, rate):
    assert float(optimizer(learning_rate=rate).learning_rate) == 1.0
