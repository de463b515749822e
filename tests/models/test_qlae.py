"""QLAE, what is built on it, and the other baselines of its study."""

import numpy as np
import pytest
from keras import ops
from models.contract import IMAGES, FamilyContract, build, terms_of, to_numpy

from tripod_dlib.errors import InputError
from tripod_dlib.models.optimizers import build_optimizer


class TestQLAE(FamilyContract):
    name = "qlae"
    parameters = {"klm_weight": 1e-3}

    def test_latents_take_the_nearest_of_their_own_values(self, untrained):
        outputs = to_numpy(untrained.encode(IMAGES))
        values = ops.convert_to_numpy(untrained.latents.codebooks)
        np.testing.assert_allclose(values, np.broadcast_to(np.linspace(-0.5, 0.5, 10), (4, 10)))
        distances = np.abs(outputs["z_continuous"][:, :, None] - values)
        nearest = np.take_along_axis(values, distances.argmin(axis=-1).T, axis=1).T
        np.testing.assert_array_equal(outputs["representation"], nearest)

    def test_both_losses_are_the_mean_squared_distance(self, untrained):
        outputs = to_numpy(untrained.encode(IMAGES))
        distance = ((outputs["z_continuous"] - outputs["z_quantized"]) ** 2).mean(axis=1)
        terms = to_numpy(terms_of(untrained))
        np.testing.assert_allclose(terms["quantization"], distance, rtol=1e-5)
        np.testing.assert_allclose(terms["commitment"], distance, rtol=1e-5)

    def test_biases_and_codebooks_have_neither_decay_nor_clipping(self):
        model = self.model()
        optimizer = build_optimizer(10, model)
        optimizer.build(model.trainable_variables)
        settings = {(o.weight_decay, o.clipvalue) for o in optimizer.optimizers}
        assert settings == {(0.1, 1.0), (None, None)}
        variables, _ = model.optimizer_groups()["unregularized"]
        assert {v.name for v in variables} == {"bias", "codebooks"}


class TestTripodNaive(FamilyContract):
    name = "tripod_naive"
    parameters = {"klm_weight": 1e-3, "nhp_weight": 1e-3, "nhp_layers": ("cond", "block0")}
    architecture = "tripod"

    def test_a_stage_s_activations_are_normalized_and_the_condition_is_not(self, untrained):
        z = np.random.RandomState(0).normal(size=(3, 4)).astype(np.float32)
        activations = to_numpy(untrained.decoder.activations(z, ("cond", "block0", "block3")))
        mean, std = (f(activations["block0"], axis=(1, 2)) for f in (np.mean, np.std))
        np.testing.assert_allclose(mean, 0.0, atol=1e-5)
        assert (std < 1.0 + 1e-4).all() and std.max() > 0.5
        assert np.abs(activations["block3"].mean(axis=(1, 2))).max() > 1e-3

    def test_other_networks_are_refused(self):
        with pytest.raises(InputError, match="cannot normalize its activations"):
            build(self.name, self.parameters, architecture="disentanglement_lib")


class TestHessianAutoencoder(FamilyContract):
    name = "hessian_autoencoder"
    parameters = {"nhp_weight": 1e-3, "nhp_layers": ("cond", "block0")}
    architecture = "tripod"


class TestVQVAE(FamilyContract):
    name = "vq_vae"
    parameters = {"num_values_per_latent": 16, "num_dimensions": 3}

    def test_the_representation_is_the_index_of_what_is_decoded(self, untrained):
        outputs = to_numpy(untrained.encode(IMAGES))
        vectors = ops.convert_to_numpy(untrained.latents.codebook)
        indices = outputs["representation"].astype(int)
        np.testing.assert_array_equal(outputs["z_quantized"], vectors[indices])
        embedded = ops.convert_to_numpy(untrained.latents.embed(outputs["representation"]))
        np.testing.assert_array_equal(embedded, vectors[indices].reshape(len(IMAGES), -1))


class TestBioAE(FamilyContract):
    name = "bio_ae"
    parameters = {}

    def test_negative_latents_and_all_latents_squares_are_penalized(self, untrained):
        z = to_numpy(untrained.encode(IMAGES))["representation"]
        terms = to_numpy(terms_of(untrained))
        np.testing.assert_allclose(terms["negativity"], np.maximum(-z, 0).mean(axis=1), rtol=1e-5)
        np.testing.assert_allclose(terms["activity"], (z**2).mean(axis=1), rtol=1e-5)


ESTIMATORS = (
    "hessian_penalty",
    "hessian_penalty_scaled",
    "orthogonal_jacobian",
    "orthogonal_jacobian_normalized",
    "ima_contrast",
)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_any_penalty_stands_in_tripod_s_slot(estimator):
    parameters = {"klm_weight": 0.0, "nhp_weight": 1.0, "nhp_layers": ("cond", "block0")}
    model = build(
        "tripod", {**parameters, "nhp_estimator": estimator}, architecture="disentanglement_lib"
    )
    terms = to_numpy(terms_of(model))
    assert set(terms) == {"reconstruction", "nhp", "nhp_cond", "nhp_block0"}
    np.testing.assert_allclose(terms["nhp"], terms["nhp_cond"] + terms["nhp_block0"], rtol=1e-5)
    assert (terms["nhp"] >= 0).all() and terms["nhp"].max() > 0
