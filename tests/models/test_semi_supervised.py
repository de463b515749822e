"""Semi-supervised families, and the labelled batches they are trained on."""

import types

import numpy as np
import pytest
from models.contract import BATCH, IMAGES, FamilyContract, build, terms_of, to_numpy

from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.data.supervision import LabelledBatches, label, label_sizes
from tripod_dlib.errors import InputError
from tripod_dlib.functional import semi_supervision

SIZES = (3, 2)
LABELLED = {
    "images": IMAGES,
    "labelled_images": IMAGES[::-1].copy(),
    "labels": np.stack([np.arange(BATCH) % 3, np.arange(BATCH) % 2], axis=1).astype(np.float32),
}


class LabelContract:
    """What all of them share."""

    batch = LABELLED

    def test_the_supervised_term_is_of_the_labelled_images(self, untrained):
        terms = to_numpy(terms_of(untrained, LABELLED))
        if untrained.name == "s2_mine_vae":
            assert np.isfinite(terms["supervised"]).all() and terms["supervised"][0] >= 0
            return
        mean = to_numpy(untrained.encode(LABELLED["labelled_images"]))["z_mean"]
        expected = semi_supervision.supervised_cross_entropy(mean, LABELLED["labels"], SIZES)
        np.testing.assert_allclose(terms["supervised"], np.full(BATCH, expected), rtol=1e-5)


class TestS2VAE(LabelContract, FamilyContract):
    name = "s2_vae"
    parameters = {"beta": 2.0, "factor_sizes": SIZES}


class TestS2FactorVAE(LabelContract, FamilyContract):
    name = "s2_factor_vae"
    parameters = {"gamma": 5.0, "factor_sizes": SIZES}


class TestS2DIPVAE(LabelContract, FamilyContract):
    name = "s2_dip_vae"
    parameters = {"lambda_od": 2.0, "lambda_d_factor": 3.0, "factor_sizes": SIZES}


class TestS2BetaTCVAE(LabelContract, FamilyContract):
    name = "s2_beta_tc_vae"
    parameters = {"beta": 3.0, "factor_sizes": SIZES}


class TestSupervised(LabelContract, FamilyContract):
    name = "supervised"
    parameters = {"factor_sizes": SIZES}
    lowered = "supervised"  # labels alone train the encoder


class TestS2MineVAE(LabelContract, FamilyContract):
    name = "s2_mine_vae"
    parameters = {"beta": 2.0, "factor_sizes": SIZES}


@pytest.mark.parametrize("supervision", ["l2", "sigmoid_l2", "xent", "cov", "embed"])
def test_every_supervision_has_a_finite_term(supervision):
    model = build("s2_vae", {"beta": 1.0, "factor_sizes": SIZES, "supervision": supervision})
    value = to_numpy(terms_of(model, LABELLED))["supervised"]
    assert np.isfinite(value).all() and value[0] > 0


def test_an_annealer_is_a_schedule_of_the_supervised_weight():
    for annealer, expected in (("anneal", [0.0, 0.5, 1.0]), ("fine_tune", [0.0, 0.0, 1.0])):
        parameters = {"beta": 1.0, "factor_sizes": SIZES, "annealer": annealer}
        model = build("s2_vae", {**parameters, "iteration_threshold": 10})
        found = []
        for step in (0, 5, 11):
            model.step.assign(step)
            found.append(float(model.term_weights()["supervised"]))
        np.testing.assert_allclose(found, expected)


def test_more_factors_than_latents_are_refused():
    with pytest.raises(InputError, match="draws the first latents to 5 factors"):
        build("s2_vae", {"beta": 1.0, "factor_sizes": (2,) * 5})


def labels_of(kind, factors, sizes, **settings):
    record = types.SimpleNamespace(labeller=kind, **settings)
    return label(np.array(factors), list(sizes), record, np.random.RandomState(0))


def test_labellers_say_what_disentanglement_lib_s_say():
    """Values computed with RandomState(0) by that library's rules."""
    eight = [[value] for value in range(8)]
    binned = labels_of("bin", eight, (8,), num_bins=5)
    assert binned[:, 0].tolist() == [0, 0, 1, 1, 2, 3, 3, 4]
    assert labels_of("bin", [[3]], (4,), num_bins=5).tolist() == [[3]]
    four = [[value, value] for value in range(4)]
    noisy = labels_of("noisy", four, (4, 5), prob_random=0.5)
    assert noisy.tolist() == [[0, 0], [1, 1], [1, 0], [3, 0]]
    assert labels_of("permuted", four, (4, 5)).tolist() == [[2, 0], [3, 2], [1, 1], [0, 4]]
    assert labels_of("partial", four, (4, 5), num_observed_factors=1).shape == (4, 1)
    with pytest.raises(InputError, match="num_observed_factors is 3; .* choose 1 to 2"):
        labels_of("partial", four, (4, 5), num_observed_factors=3)


def test_losses_know_the_values_that_a_labeller_leaves():
    def sizes_of(kind, **settings):
        return label_sizes([4, 8, 2], types.SimpleNamespace(labeller=kind, **settings))

    assert sizes_of("perfect") == (4, 8, 2)
    assert sizes_of("bin", num_bins=5) == (4, 5, 2)
    assert len(sizes_of("partial", num_observed_factors=2)) == 2


def test_labelled_images_are_taken_in_turn_and_the_rest_is_kept():
    data = get_named_ground_truth_data("dummy_data")
    record = types.SimpleNamespace(
        name="own",
        supervised_seed=1,
        num_labelled_samples=10,
        train_percentage=0.65,
        labeller="perfect",
    )
    batches = LabelledBatches(data, record, 0, 5)
    assert len(batches.labels) == 7  # the ceiling of 6.5
    batch = batches(2)
    np.testing.assert_array_equal(batch["labels"], batches.labels[[3, 4, 5, 6, 0]])
    np.testing.assert_array_equal(batch["labelled_images"], batches.images[[3, 4, 5, 6, 0]])
