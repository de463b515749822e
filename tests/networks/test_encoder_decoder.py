import keras
import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops
from parity import relative_to_largest

from tripod_dlib.networks import Decoder, Encoder

WIDTHS = (2, 3, 4, 5, 6)
SIZES = {
    "small": ((32, 32, 3), {"widths": WIDTHS}),
    "full": ((64, 64, 3), {}),
}


@pytest.fixture(scope="module")
def decoder():
    keras.utils.set_random_seed(0)
    decoder = Decoder((32, 32, 3), 4, WIDTHS, cond_units=8)
    decoder(np.zeros((1, 4), np.float32))
    return decoder


def test_full_size_networks_have_the_paper_s_numbers_of_parameters():
    encoder, decoder = Encoder((64, 64, 3), 12), Decoder((64, 64, 3), 12)
    encoder(np.zeros((1, 64, 64, 3), np.float32))
    decoder(np.zeros((1, 12), np.float32))
    assert encoder.count_params() == 4_098_092
    assert decoder.count_params() == 16_140_163


@pytest.mark.parametrize("size", [32, 64])
def test_shapes_go_from_images_to_latents_and_back(size):
    encoder = Encoder((size, size, 1), 7, WIDTHS, hidden_units=8)
    decoder = Decoder((size, size, 1), 7, WIDTHS, cond_units=8)
    assert encoder(np.zeros((2, size, size, 1), np.float32)).shape == (2, 7)
    assert decoder(np.zeros((2, 7), np.float32)).shape == (2, size, size, 1)
    found = decoder.activations(np.zeros((2, 7), np.float32), ("cond", "block0", "block3"))
    assert {name: tuple(value.shape) for name, value in found.items()} == {
        "cond": (2, 8),
        "block0": (2, size // 8, size // 8, 5),
        "block3": (2, size, size, 1),
    }


def test_named_activations_are_those_of_the_whole_pass(decoder):
    latents = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    whole = decoder.activations(latents, ("cond", "block0", "block1", "block2", "block3"))
    some = decoder.activations(latents, ("cond", "block1"))
    assert list(some) == ["cond", "block1"]
    for name, value in some.items():
        np.testing.assert_array_equal(ops.convert_to_numpy(value), whole[name])
    np.testing.assert_array_equal(ops.convert_to_numpy(decoder(latents)), whole["block3"])


def test_nothing_beyond_the_last_named_activation_is_computed(decoder):
    def fail(*_):
        raise AssertionError("computed")

    later, decoder.upsamplings[3].call = decoder.upsamplings[3].call, fail
    try:
        decoder.activations(np.zeros((1, 4), np.float32), ("cond", "block0", "block1", "block2"))
        with pytest.raises(AssertionError, match="computed"):
            decoder(np.zeros((1, 4), np.float32))
    finally:
        decoder.upsamplings[3].call = later


def test_the_constant_is_trained_and_starts_at_one(decoder):
    assert decoder.constant.trainable
    np.testing.assert_array_equal(decoder.constant.numpy(), np.ones((1, 2, 2, 6)))


def test_an_unknown_activation_lists_the_known_ones(decoder):
    with pytest.raises(ValueError, match="are cond, block0, .*; got \\('block9',\\)"):
        decoder.activations(np.zeros((1, 4), np.float32), ("block9",))


@pytest.mark.parametrize("network", [Encoder, Decoder])
def test_sizes_that_do_not_fit_are_refused(network):
    with pytest.raises(ValueError, match="multiples of 16 .*got image_shape=\\(40, 40, 3\\)"):
        network((40, 40, 3), 4)
    with pytest.raises(ValueError, match="networks.widths are 5 numbers"):
        network((32, 32, 3), 4, (8, 16))


def output_and_gradients(network, inputs, cotangent):
    """Of the sum of cotangent * output, by every parameter."""

    def function(*parameters):
        mapping = list(zip(network.trainable_variables, parameters, strict=True))
        with keras.StatelessScope(state_mapping=mapping):
            return ops.sum(cotangent * network(inputs))

    parameters = [variable.numpy() for variable in network.trainable_variables]
    return ops.convert_to_numpy(network(inputs)), value_and_gradient(function, *parameters)[1]


@pytest.mark.parametrize(
    ("size", "batch", "parts"),
    [("small", 2, 1), ("small", 17, 2), pytest.param("full", 2, 1, marks=pytest.mark.slow)],
)
@pytest.mark.parametrize("network", [Encoder, Decoder])
def test_fused_networks_are_equal_to_plain_ones(network, size, batch, parts, say_threads):
    say_threads(1, parts)
    image_shape, changes = SIZES[size]
    generator = np.random.default_rng(0)
    inputs = generator.uniform(size=(batch, *(image_shape if network is Encoder else (12,))))
    inputs = inputs.astype(np.float32)
    keras.utils.set_random_seed(0)
    fused = network(image_shape, 12, implementation="fused", **changes)
    plain = network(image_shape, 12, implementation="plain", **changes)
    cotangent = generator.normal(size=fused(inputs).shape).astype(np.float32)
    plain(inputs)
    plain.set_weights(fused.get_weights())
    found, gradients = output_and_gradients(fused, inputs, cotangent)
    expected, expected_gradients = output_and_gradients(plain, inputs, cotangent)
    assert relative_to_largest(found, expected) < 1e-5
    largest = max(np.abs(gradient).max() for gradient in expected_gradients)
    for variable, one, other in zip(
        fused.trainable_variables, gradients, expected_gradients, strict=True
    ):
        if one.any():
            assert relative_to_largest(one, other) < 5e-3, variable.path
        else:  # a bias that a norm takes away, whose gradient in the plain form is rounding noise
            assert np.abs(other).max() < 1e-5 * largest, variable.path
