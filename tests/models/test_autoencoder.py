"""The plain autoencoder, and what a family of one's own may leave out."""

import keras
import numpy as np
import pytest
from models.contract import IMAGES, FamilyContract, build

from tripod_dlib.errors import InputError
from tripod_dlib.training.trained_model import TrainedModel


class TestAutoencoder(FamilyContract):
    name = "autoencoder"
    parameters = {}

    def test_there_is_nothing_but_the_reconstruction(self, untrained):
        assert untrained.term_weights() == {"reconstruction": 1.0}
        assert untrained.draw(8) == {}

    def test_continuous_latents_without_a_prior_have_no_divergence(self, untrained):
        with pytest.raises(InputError, match="has continuous latents without a prior"):
            TrainedModel(untrained).encode_with_divergence(IMAGES)


def test_another_reconstruction_is_one_parameter():
    model = build("autoencoder", {"reconstruction": "ssim"})
    assert model.parameters.reconstruction == "ssim"


@pytest.mark.parametrize("term", [np.ones(len(IMAGES)), np.float64(1), 1, np.int32(1)], ids=repr)
def test_a_term_of_any_kind_of_number_is_of_the_model_s_precision(term, monkeypatch):
    model = build("autoencoder", {})
    monkeypatch.setattr(model, "loss_terms", lambda batch, outputs: {"reconstruction": term})
    loss = model.compute_loss(IMAGES, training=False)
    assert float(loss) == 1 and keras.backend.standardize_dtype(loss.dtype) == "float32"
