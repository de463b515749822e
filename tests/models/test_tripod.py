"""Tripod: its legs, its ablations, its estimators of NHP."""

import functools
import re

import gin
import keras
import numpy as np
import pytest
from keras import ops
from models import contract
from models.contract import (
    IMAGE_SHAPE,
    IMAGES,
    FamilyContract,
    assert_same,
    compiled,
    fit,
    state,
    terms_of,
    to_numpy,
)

from tripod_dlib import registry
from tripod_dlib.errors import InputError
from tripod_dlib.models import dlib_names  # noqa: F401 (gin knows the decoders then)
from tripod_dlib.models.tripod import Tripod
from tripod_dlib.networks import Decoder, Encoder
from tripod_dlib.training.trained_model import TrainedModel

WEIGHTS = {"klm_weight": 1e-3, "nhp_weight": 1e-3}
build = functools.partial(contract.build, architecture="tripod")
LAYERS = ("cond", "block0", "block1", "block2")


class TestTripod(FamilyContract):
    name = "tripod"
    parameters = {**WEIGHTS, "ramp_steps": 4}
    architecture = "tripod"
    xla = {"nhp_weight": 0.0}  # of which tests/backends do the same on reference values
    tolerance = 1e-3  # NHP divides second differences: rounding is divided by step^2

    def test_what_a_latent_tells_is_the_entropy_of_its_values(self, untrained):
        latents, nats = TrainedModel(untrained).encode_with_divergence(IMAGES)
        shares = [np.unique(latent, return_counts=True)[1] / 8 for latent in latents.T]
        expected = [-(share * np.log(share)).sum() for share in shares]
        np.testing.assert_allclose(nats, expected, rtol=1e-5, atol=1e-7)

    def test_a_traversal_shows_the_grid(self, untrained):
        assert untrained.latent_values().shape == (4, 12)
        np.testing.assert_allclose(untrained.latent_values()[3, :2], [-1.0, -9 / 11])


def test_two_fused_runs_of_a_seed_in_one_process_end_bit_equal(say_threads):
    """With other layers before either, and halves of a batch side by side."""
    say_threads(1, 2)
    images = np.random.default_rng(1).integers(0, 256, (16, *IMAGE_SHAPE), np.uint8)
    first, second = (compiled(build("tripod", WEIGHTS, implementation="fused")) for _ in range(2))
    for model in (first, second):
        fit(model, 5, images)
    assert_same(state(first), state(second))


def test_another_seed_starts_elsewhere():
    one, two = (build("tripod", WEIGHTS, seed=seed).variables for seed in (0, 1))
    kernels = [
        (ops.convert_to_numpy(a) != ops.convert_to_numpy(b)).any()
        for a, b in zip(one, two, strict=True)
        if len(a.shape) == 4 and a.shape[0] == 3
    ]
    assert len(kernels) > 10 and all(kernels)


def test_a_ramp_grows_both_weights_linearly():
    model = build("tripod", {**WEIGHTS, "ramp_steps": 4})
    found = []
    for step in (0, 1, 4, 9):
        model.step.assign(step)
        found.append(float(model.term_weights()["klm"]))
    np.testing.assert_allclose(found, [0.0, 0.25e-3, 1e-3, 1e-3], rtol=1e-6)


@pytest.mark.parametrize(
    "changes, terms",
    [
        ({"klm_weight": 0.0, "nhp_weight": 0.0}, {"reconstruction"}),
        ({"nhp_weight": 0.0}, {"reconstruction", "klm"}),
        (
            {"klm_weight": 0.0, "nhp_layers": ("cond", "block1")},
            {"reconstruction", "nhp", "nhp_cond", "nhp_block1"},
        ),
    ],
    ids=["quantization alone", "without NHP", "without KLM, two layers"],
)
def test_a_leg_of_weight_0_is_not_computed(changes, terms):
    assert set(terms_of(build("tripod", {**WEIGHTS, **changes}))) == terms


def test_the_loss_is_the_weighted_sum_of_the_terms():
    model = build("tripod", WEIGHTS)
    outputs = model(IMAGES, training=True)
    terms = to_numpy(model.loss_terms(model.prepare(IMAGES), outputs))
    means = {name: term.mean() for name, term in terms.items()}
    expected = means["reconstruction"] + 1e-3 * means["klm"] + 1e-3 * means["nhp"]
    found = model.compute_loss(IMAGES, y_pred=outputs, training=False)
    np.testing.assert_allclose(float(found), expected, rtol=1e-6)
    np.testing.assert_allclose(means["nhp"], sum(means[f"nhp_{name}"] for name in LAYERS))


def test_a_wrong_name_lists_the_known_ones():
    with pytest.raises(InputError, match="Unknown NHP estimator 'exact'. .*, published"):
        build("tripod", {**WEIGHTS, "nhp_estimator": "exact"})
    with pytest.raises(InputError, match="Unknown kind of latents 'gird'. Did you mean 'grid'"):
        build("tripod", {**WEIGHTS, "latents": "gird"})


@pytest.mark.parametrize("estimator", ["published", "interaction_share"])
@pytest.mark.parametrize(
    "architecture, bindings, layers, words",
    [
        ("disentanglement_lib", ["decoder.decoder_fn = @test_decoder"], LAYERS, "are block3"),
        ("disentanglement_lib", [], ("cond", "blok1"), "are cond, block0, block1, block2, block3"),
        ("disentanglement_lib", [], (), "tripod.nhp_layers is ()"),
        ("tiny", [], LAYERS, "are none that have names"),
    ],
)
def test_layers_that_the_decoder_lacks_are_refused_when_the_model_is_built(
    estimator, architecture, bindings, layers, words
):
    gin.parse_config(["encoder.encoder_fn = @test_encoder", *bindings])
    values = {**WEIGHTS, "nhp_estimator": estimator, "nhp_layers": layers}
    with pytest.raises(InputError, match=re.escape(words)):
        build("tripod", values, architecture=architecture)
    without = {**values, "nhp_weight": 0.0}
    assert build("tripod", without, architecture=architecture).nhp is None


def test_networks_of_bfloat16_are_refused_for_perturbed_passes_alone():
    shape, sizes = (16, 16, 3), {"widths": (2, 3, 4, 5, 6), "dtype": "mixed_bfloat16"}
    networks = {"encoder": Encoder(shape, 4, **sizes), "decoder": Decoder(shape, 4, **sizes)}
    arguments = {"image_shape": shape, "num_latents": 4}
    family = registry.models.load("tripod")
    with pytest.raises(ValueError, match="in bfloat16: its second differences are as small as"):
        Tripod(networks, family(klm_weight=0.0, nhp_weight=1.0), **arguments)
    other = family(klm_weight=0.0, nhp_weight=1.0, nhp_estimator="interaction_share")
    model = Tripod(networks, other, **arguments)
    assert model.decoder.compute_dtype == "bfloat16"


def test_a_global_policy_of_other_work_does_not_reach_the_networks():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        assert build("tripod", WEIGHTS).decoder.compute_dtype == "float32"
    finally:
        keras.config.set_dtype_policy("float32")
