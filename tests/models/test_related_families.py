"""Families of related work: categorical latents, factorized supports, cliffs."""

import numpy as np
from gradients import value_and_gradient
from keras import ops
from models.contract import IMAGES, FamilyContract, terms_of, to_numpy


class TestGumbelVAE(FamilyContract):
    name = "gumbel_vae"
    parameters = {"num_values_per_latent": 5}

    def test_the_temperature_falls_to_its_least(self):
        model = self.model(temperature_rate=0.1, least_temperature=0.5)
        found = []
        for step in (0, 2, 100):
            model.step.assign(step)
            found.append(float(model.with_temperature({})["temperature"]))
        np.testing.assert_allclose(found, [1.0, np.exp(-0.2), 0.5], rtol=1e-6)

    def test_the_representation_is_the_likeliest_value_s_index(self, untrained):
        outputs = to_numpy(untrained.encode(IMAGES))
        np.testing.assert_array_equal(
            outputs["representation"], outputs["z_logits"].argmax(axis=-1)
        )
        codebook = ops.convert_to_numpy(untrained.latents.codebook)
        np.testing.assert_array_equal(
            ops.convert_to_numpy(untrained.latents.embed(outputs["representation"])),
            codebook[outputs["representation"].astype(int)],
        )

    def test_straight_through_decodes_single_values_and_trains_the_logits(self):
        soft, hard = self.model(), self.model(straight_through=True)
        draws = hard.with_temperature(self.draws(hard))
        outputs = to_numpy(hard.encode(IMAGES))
        z = ops.convert_to_numpy(hard.latents.sample(outputs, draws))
        values = ops.convert_to_numpy(hard.latents.codebook)
        assert np.abs(z[..., None] - values).min(axis=-1).max() < 1e-6
        mean = ops.convert_to_numpy(soft.latents.sample(outputs, draws))
        assert np.abs(mean[..., None] - values).min(axis=-1).max() > 1e-3

        def total(logits):
            return ops.sum(hard.latents.sample({"z_logits": logits}, draws))

        _, gradient = value_and_gradient(total, outputs["z_logits"])
        assert (np.abs(gradient) > 0).any()


class TestFactorQVAE(FamilyContract):
    name = "factor_qvae"
    parameters = {"num_values_per_latent": 5}

    def test_the_nearest_value_is_the_likeliest(self, untrained):
        vectors = np.linspace(-2, 2, 8, dtype=np.float32).reshape(2, 4)
        codebook = ops.convert_to_numpy(untrained.latents.codebook)
        nearest = np.abs(vectors[:, :, None] - codebook).argmin(axis=-1)
        found = to_numpy(untrained.latents.encode(vectors))["representation"]
        np.testing.assert_array_equal(found, nearest)


class TestHFSVAE(FamilyContract):
    name = "hfs_vae"
    parameters = {"gamma": 1.0, "beta": 0.5, "num_pairs": 3}

    def test_all_pairs_are_taken_where_there_are_no_more(self):
        model = self.model(num_pairs=25)
        z = to_numpy(model.encode(IMAGES))["z_mean"]
        total = 0.0
        for k in range(4):
            for m in range(k):
                squares = [(z[:, None, i] - z[None, :, i]) ** 2 for i in (k, m)]
                sums = squares[0][:, None, :] + squares[1][None, :, :]
                total += sums.min(axis=-1).max()
        np.testing.assert_allclose(to_numpy(terms_of(model))["hfs"][0], total, rtol=1e-4)


class TestCliff(FamilyContract):
    name = "cliff_autoencoder"
    parameters = {}
