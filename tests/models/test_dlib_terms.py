"""The loss terms of disentanglement_lib's families, from their definitions."""

import gin
import keras
import numpy as np
import pytest
from keras import ops
from models.contract import to_numpy

from tripod_dlib.functional.differentiation import value_and_gradient
from tripod_dlib.models import dlib_names
from tripod_dlib.registry import models

IMAGES = np.random.RandomState(0).random_sample((6, 16, 16, 1)).astype(np.float32)


def build(name, **parameters):
    gin.bind_parameter("networks.architecture", "disentanglement_lib")
    gin.bind_parameter("encoder.encoder_fn", dlib_names.test_encoder)
    gin.bind_parameter("decoder.decoder_fn", dlib_names.test_decoder)
    gin.bind_parameter("fc_discriminator.units", 4)
    keras.utils.set_random_seed(0)
    record = models.load(name)(**parameters)
    return record(image_shape=(16, 16, 1), num_latents=3, dataset_size=10, seed=0)


def terms_of(model, step=0):
    model.step.assign(step)
    outputs = model(IMAGES, training=True)
    terms = model.loss_terms(model.prepare(IMAGES), outputs)
    return to_numpy(terms), outputs


def test_the_loss_of_vae_is_the_sum_of_its_terms():
    model = build("vae", beta=4.0)
    terms, outputs = terms_of(model)
    mean, std, logits = map(ops.convert_to_numpy, map(outputs.get, ("z_mean", "z_std", "logits")))
    kl = ((mean**2 + std**2 - 1) / 2 - np.log(std)).sum(axis=1)
    np.testing.assert_allclose(terms["kl"], kl, rtol=1e-5)
    loss = np.logaddexp(0, logits) - logits * IMAGES
    np.testing.assert_allclose(terms["reconstruction"], loss.sum(axis=(1, 2, 3)), rtol=1e-5)
    found = model.compute_loss(IMAGES, y_pred=outputs, training=False)
    expected = (terms["reconstruction"] + 4 * terms["kl"]).mean()
    np.testing.assert_allclose(float(found), expected, rtol=1e-6)


@pytest.mark.parametrize("step, capacity", [(0, 0.0), (5, 4.0), (50, 8.0)])
def test_the_gap_of_annealed_vae_is_that_of_the_batch_s_mean(step, capacity):
    model = build("annealed_vae", gamma=2.0, c_max=8.0, iteration_threshold=10)
    terms, _ = terms_of(model, step)
    gap = abs(terms["kl"].mean() - capacity)
    np.testing.assert_allclose(terms["capacity_gap"], np.full(6, gap), rtol=1e-5)


@pytest.mark.parametrize("dip_type", ["i", "ii"])
def test_dip_vae_compares_the_covariance_with_the_identity(dip_type):
    terms, outputs = terms_of(
        build("dip_vae", lambda_od=2.0, lambda_d_factor=5.0, dip_type=dip_type)
    )
    covariance = np.cov(ops.convert_to_numpy(outputs["z_mean"]).T, bias=True)
    if dip_type == "ii":
        covariance += np.diag((ops.convert_to_numpy(outputs["z_std"]) ** 2).mean(axis=0))
    diagonal = np.diag(covariance)
    np.testing.assert_allclose(terms["diagonal"][0], ((diagonal - 1) ** 2).sum(), rtol=1e-4)
    off = (covariance**2).sum() - (diagonal**2).sum()
    np.testing.assert_allclose(terms["off_diagonal"][0], off, rtol=1e-4)


def test_weights_of_the_terms_are_those_of_the_library():
    assert models.load("dip_vae")(lambda_od=2.0, lambda_d_factor=5.0).term_weights() == {
        "kl": 1.0,
        "off_diagonal": 2.0,
        "diagonal": 10.0,
    }
    assert models.load("beta_tc_vae")(beta=6.0).term_weights()["total_correlation"] == 5.0


def test_either_side_of_factor_vae_trains_its_own_networks_alone():
    """The discriminator's term has no gradient at the encoder, the term against it none at it."""
    model = build("factor_vae", gamma=1.0)
    judge = model.networks["discriminator"].trainable_variables
    variables = [*judge, *model.encoder.trainable_variables]

    def term(name):
        def value(*tensors):
            with keras.StatelessScope(state_mapping=list(zip(variables, tensors, strict=True))):
                terms = model.loss_terms(model.prepare(IMAGES), model(IMAGES, training=True))
            return ops.mean(terms[name]), ()

        return value_and_gradient(value, *(variable.value for variable in variables))[2]

    for name, trained in (("discriminator", [True, False]), ("total_correlation", [False, True])):
        gradients = [np.abs(np.asarray(gradient)).max() for gradient in term(name)]
        found = [max(gradients[: len(judge)]) > 0, max(gradients[len(judge) :]) > 0]
        assert found == trained, name


def test_the_discriminator_is_the_one_that_is_bound():
    gin.bind_parameter("discriminator.discriminator_fn", dlib_names.fc_discriminator)
    model = build("factor_vae", gamma=1.0)
    assert model.networks["discriminator"].logits.kernel.shape == (4, 2)
