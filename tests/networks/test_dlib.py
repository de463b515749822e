"""disentanglement_lib's networks: sizes as published, activations by name."""

import numpy as np
import pytest
from keras import ops

from tripod_dlib.networks.dlib import FCDiscriminator, SequentialDecoder, SequentialEncoder

ENCODERS = {
    ("conv_encoder", 1): 309_204,
    ("conv_encoder", 3): 310_228,
    ("fc_encoder", 1): 6_381_620,
    ("fc_encoder", 3): 16_212_020,
    ("test_encoder", 1): 64 * 64 * 20 + 20,
}
DECODERS = {
    ("deconv_decoder", 1): 381_313,
    ("deconv_decoder", 3): 382_339,
    ("fc_decoder", 1): 7_814_896,
    ("fc_decoder", 3): 17_653_488,
    ("test_decoder", 1): 64 * 64 * 11,
}


@pytest.mark.parametrize("kind, channels", ENCODERS, ids=str)
def test_encoders_have_the_published_number_of_parameters(kind, channels):
    encoder = SequentialEncoder((64, 64, channels), 20, kind)
    assert encoder(ops.zeros((1, 64, 64, channels))).shape == (1, 20)
    assert encoder.count_params() == ENCODERS[kind, channels]


@pytest.mark.parametrize("kind, channels", DECODERS, ids=str)
def test_decoders_have_the_published_number_of_parameters(kind, channels):
    decoder = SequentialDecoder((64, 64, channels), 10, kind)
    assert decoder(ops.zeros((1, 10))).shape == (1, 64, 64, channels)
    assert decoder.count_params() == DECODERS[kind, channels]


def test_the_discriminator_has_the_published_number_of_parameters():
    discriminator = FCDiscriminator(10)
    assert discriminator(ops.zeros((3, 10))).shape == (3, 2)
    assert discriminator.count_params() == 5_018_002


def test_linear_networks_are_what_their_weights_say():
    encoder = SequentialEncoder((2, 2, 1), 2, "test_encoder")
    images = np.array([0.0, 0.25, 0.5, 1.0], np.float32).reshape(1, 2, 2, 1)
    found = encoder(2.0 * images - 1.0)
    kernel = np.concatenate([head.kernel.numpy() for head in encoder.heads], axis=1)
    np.testing.assert_allclose(found, images.reshape(1, 4) @ kernel, rtol=1e-5, atol=1e-6)


def test_activations_go_no_further_than_the_last_one_named():
    decoder = SequentialDecoder((32, 32, 3), 4, "deconv_decoder")
    z = np.random.RandomState(0).normal(size=(2, 4)).astype(np.float32)
    named = decoder.activations(z, ("block1", "cond"))
    assert {name: value.shape[1:] for name, value in named.items()} == {
        "cond": (2, 2, 64),
        "block1": (8, 8, 32),
    }
    logits = decoder.activations(z, ("block3",))["block3"]
    np.testing.assert_array_equal(logits, decoder(z))
    with pytest.raises(ValueError, match="activations are cond, block0, block1, block2, block3"):
        decoder.activations(z, ("block9",))


def test_images_that_cannot_be_halved_are_refused():
    with pytest.raises(ValueError, match="multiples of 16"):
        SequentialEncoder((28, 28, 1), 20, "conv_encoder")
