"""The decoder's figures, of whichever of its layers have a name."""

import gin
import numpy as np
import pytest
from models.contract import NUM_LATENTS, build

from tripod_dlib.models import dlib_names  # noqa: F401 (gin knows the decoders then)
from tripod_dlib.models.diagnostics import NUM_SAMPLES, decoder_figures, measure


@pytest.mark.parametrize(
    "decoder, layers", [("fc_decoder", ["cond", "block0", "block1"]), ("test_decoder", [])]
)
def test_figures_are_of_the_layers_that_a_decoder_has(decoder, layers):
    gin.parse_config(["encoder.encoder_fn = @test_encoder", f"decoder.decoder_fn = @{decoder}"])
    model = build("vae", {"beta": 1.0}, architecture="disentanglement_lib")
    figures = decoder_figures(model)
    if not layers:
        assert figures is None
        return
    latents = np.random.RandomState(0).normal(size=(NUM_SAMPLES, NUM_LATENTS)).astype(np.float32)
    shares = measure(figures, latents, seed=0)["interaction_share"]
    assert list(shares) == layers
    assert all(0 < share < 1 for share in shares.values())
