"""beta-TCVAE, minibatch-weighted."""

import math

import numpy as np
from models.contract import IMAGE_SHAPE, IMAGES, FamilyContract, terms_of, to_numpy

from tripod_dlib.functional.total_correlation import decomposed_kl
from tripod_dlib.training.trained_model import TrainedModel


class TestBetaTCVAE(FamilyContract):
    name = "beta_tcvae_mws"
    parameters = {"tc_weight": 2.0}

    def test_terms_are_the_decomposed_divergence_per_pixel_and_channel(self, untrained):
        draws = self.draws(untrained)
        outputs = untrained(IMAGES, training=True, draws=draws)
        posterior = outputs["z_mean"], outputs["z_std"]
        expected = to_numpy(decomposed_kl(outputs["latents"], *posterior, dataset_size=1000))
        terms = to_numpy(terms_of(untrained, draws=draws))
        for name, value in expected.items():
            np.testing.assert_allclose(terms[name], value / math.prod(IMAGE_SHAPE), rtol=1e-6)

    def test_what_a_latent_tells_is_its_divergence_from_the_prior(self, untrained):
        latents, nats = TrainedModel(untrained).encode_with_divergence(IMAGES)
        outputs = to_numpy(untrained.encode(IMAGES))
        mean, std = outputs["z_mean"], outputs["z_std"]
        np.testing.assert_allclose(latents, mean, rtol=1e-5, atol=1e-6)
        expected = np.mean((mean**2 + std**2 - 1) / 2 - np.log(std), axis=0)
        np.testing.assert_allclose(nats, expected, rtol=1e-5, atol=1e-7)
