"""Families of pairs, and the batches they are trained on."""

import gin
import numpy as np
import pytest
from models.contract import BATCH, IMAGES, FamilyContract, terms_of, to_numpy

from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.data.supervision import pair_batch, pairs
from tripod_dlib.errors import InputError
from tripod_dlib.registry import models

PAIRS = {
    "images": IMAGES,
    "partner": IMAGES[::-1].copy(),
    "labels": np.arange(BATCH, dtype=np.int32) % 5,
}


class PairContract:
    """What all of them share; a subclass names its family."""

    parameters = {"beta": 2.0, "num_changed": 1}
    batch = PAIRS

    def test_latents_that_are_shared_have_one_posterior(self, untrained):
        outputs = untrained(PAIRS, training=True)
        posterior = untrained.aggregated({**outputs, "labels": PAIRS["labels"]})
        mean, own_mean = np.asarray(posterior.mean()), np.asarray(outputs["z_mean"])
        shared = np.isclose(mean[:BATCH], mean[BATCH:], rtol=1e-6)
        assert shared.any() and not shared.all()
        kept = np.isclose(mean, own_mean, rtol=1e-5)
        assert kept[:BATCH][~shared].all() and kept[BATCH:][~shared].all()

    def test_the_divergence_is_that_of_the_shared_posteriors(self, untrained):
        draws = self.draws(untrained)
        outputs = untrained(PAIRS, training=True, draws=draws)
        posterior = untrained.aggregated({**outputs, "labels": PAIRS["labels"]})
        mean, std = np.asarray(posterior.mean()), np.asarray(posterior.stddev())
        kl = ((mean**2 + std**2 - 1) / 2 - np.log(std)).sum(axis=1)
        found = to_numpy(terms_of(untrained, PAIRS, draws))["kl"]
        np.testing.assert_allclose(found, kl, rtol=1e-4)


class TestGroupVAE(PairContract, FamilyContract):
    name = "group_vae"


class TestGroupVAEArgmax(PairContract, FamilyContract):
    name = "group_vae_argmax"


class TestGroupVAELabels(PairContract, FamilyContract):
    name = "group_vae_labels"

    def test_the_latent_of_the_changed_factor_s_number_is_each_image_s_own(self, untrained):
        outputs = untrained(PAIRS, training=True)
        posterior = untrained.aggregated({**outputs, "labels": PAIRS["labels"]})
        mean = np.asarray(posterior.mean())
        differs = ~np.isclose(mean[:BATCH], mean[BATCH:], rtol=1e-6)
        expected = PAIRS["labels"][:, None] == np.arange(4)  # a label of 4: no latent
        np.testing.assert_array_equal(differs, expected)


class TestMLVAE(PairContract, FamilyContract):
    name = "mlvae"


class TestMLVAEArgmax(PairContract, FamilyContract):
    name = "mlvae_argmax"


class TestMLVAELabels(PairContract, FamilyContract):
    name = "mlvae_labels"


def test_parameters_that_are_not_given_are_those_of_2019_s_names():
    gin.bind_parameter("dynamics.k", 3)
    record = models.load("mlvae_labels")
    with pytest.raises(InputError, match="mlvae_labels.beta is not bound; bind it, or mlvae.beta"):
        record()
    models.load("mlvae")
    gin.bind_parameter("mlvae.beta", 8.0)
    assert (record().beta, record().num_changed) == (8.0, 3)


@pytest.fixture(scope="module")
def data():
    return get_named_ground_truth_data("dummy_data")


def changes(data, batch_size=4000, **settings):
    """How many factors of each pair differ, found by images that are the factors themselves."""

    class Factors(type(data)):
        def sample_observations_from_factors(self, factors, random_state):
            return (factors / 10.0).astype(np.float32)

    batch = pair_batch(Factors(), 0, batch_size, 3, **settings)
    differs = np.abs(batch["images"] - batch["partner"]) > 0.05
    return differs, batch["labels"]


@pytest.mark.parametrize("k", [1, 3])
def test_each_pair_has_exactly_k_factors_of_another_value(data, k):
    differs, labels = changes(data, num_changed=k, redraw="uniform_fixed")
    assert (differs.sum(axis=1) == k).all()
    assert differs[np.arange(len(labels)), labels].all()


def test_disentanglement_lib_changes_1_or_k_and_may_redraw_the_same_value(data):
    """Ten factors of five values, k of 2: differs none 1/10 + 1/50, one 2/5 + 4/25, two 8/25."""
    differs, _ = changes(data, num_changed=2)
    found = np.bincount(differs.sum(axis=1), minlength=3) / len(differs)
    expected = np.array([0.12, 0.56, 0.32])
    deviation = np.sqrt(expected * (1 - expected) / len(differs))
    assert (np.abs(found - expected) < 4 * deviation).all()


def test_batches_are_a_function_of_seed_and_step(data):
    record = models.load("group_vae")(beta=1.0, num_changed=1)
    of_step = pairs(data, record, 5, 6)
    one, again, next_one = (of_step(step) for step in (2, 2, 3))
    for name, array in one.items():
        np.testing.assert_array_equal(array, again[name])
    assert (one["images"] != next_one["images"]).any()
    assert one["images"].shape == one["partner"].shape == (6, 64, 64, 1)


def test_more_changes_than_factors_are_refused(data):
    record = models.load("group_vae")(beta=1.0, num_changed=11)
    with pytest.raises(InputError, match="11 factors cannot change, dummy_data has 10"):
        pairs(data, record, 0, 6)
