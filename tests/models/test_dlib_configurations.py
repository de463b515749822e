"""Configurations written for disentanglement_lib in 2019: parsed, built and trained unchanged."""

import itertools
from pathlib import Path

import gin
import keras
import numpy as np
import pytest
from keras import ops

from tripod_dlib.cli.configuration import parsed
from tripod_dlib.models.architectures import build_networks
from tripod_dlib.models.dlib_names import bound_num_latents
from tripod_dlib.models.optimizers import build_optimizer
from tripod_dlib.networks.dlib import SequentialEncoder
from tripod_dlib.registry import models

SHARED = str(Path(__file__).parents[1] / "fixtures" / "gin_2019" / "shared.gin")
GRID = [
    *(("vae", {"beta": beta}) for beta in (1.0, 2.0, 4.0, 6.0, 8.0, 16.0)),
    *(("factor_vae", {"gamma": gamma}) for gamma in (10.0, 20.0, 30.0, 40.0, 50.0, 100.0)),
    *(
        ("dip_vae", {"lambda_od": od, "lambda_d_factor": factor, "dip_type": kind})
        for (kind, factor), od in itertools.product(
            (("i", 10.0), ("ii", 1.0)), (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
        )
    ),
    *(("beta_tc_vae", {"beta": beta}) for beta in (1.0, 2.0, 4.0, 6.0, 8.0, 10.0)),
    *(
        ("annealed_vae", {"c_max": c_max, "iteration_threshold": 100000, "gamma": 1000.0})
        for c_max in (5.0, 10.0, 25.0, 50.0, 75.0, 100.0)
    ),
]
FIRST_OF_EACH = [GRID[0], GRID[6], GRID[12], GRID[18], GRID[24], GRID[30]]


def bindings(name, parameters):
    return [
        f"model.model = @{name}()",
        f"model.name = '{name}'",
        *(f"{name}.{key} = {value!r}" for key, value in parameters.items()),
        *(["discriminator.discriminator_fn = @fc_discriminator"] * (name == "factor_vae")),
    ]


def build(image_shape=(64, 64, 1)):
    keras.utils.set_random_seed(0)
    return gin.query_parameter("model.model").configurable.wrapper()(
        image_shape=image_shape, num_latents=bound_num_latents(), dataset_size=737280, seed=0
    )


@pytest.mark.parametrize("name, parameters", GRID, ids=str)
def test_every_setting_of_the_study_parses_to_its_record(name, parameters):
    with parsed([SHARED], bindings(name, parameters)):
        record = gin.get_configurable(name)()
        found = {key: getattr(record, key) for key in parameters}
    assert (record.name, found) == (name, parameters)
    assert (record.reconstruction, record.activation) == ("bernoulli", "logits")
    assert type(record) is models.load(name) or isinstance(record, models.load(name))


@pytest.mark.slow
@pytest.mark.parametrize("name, parameters", FIRST_OF_EACH, ids=str)
def test_every_method_trains_two_steps_on_the_published_networks(name, parameters):
    with parsed([SHARED], bindings(name, parameters)):
        model = build()
        optimizer = build_optimizer(2, model)
        model.compile(optimizer, run_eagerly=True)
        optimizer.build(model.trainable_variables)
        images = np.random.RandomState(0).randint(256, size=(4, 64, 64, 1)).astype(np.uint8)
        losses = model.fit(images, batch_size=2, verbose=0).history
    assert model.encoder.count_params() == 309_204 and model.decoder.count_params() == 381_313
    assert int(model.step) == 2 and all(np.isfinite(value) for value in losses.values())


def test_scopes_say_which_optimizer_has_which_settings():
    changed = ["vae/AdamOptimizer.beta1 = 0.8", "discriminator/AdamOptimizer.learning_rate = 0.02"]
    with parsed([SHARED], [*bindings("factor_vae", {"gamma": 10.0}), *changed]):
        model = build()
        optimizer = build_optimizer(2, model)
        optimizer.build(model.trainable_variables)
    settings = [(o.beta_1, o.beta_2, float(o.learning_rate)) for o in optimizer.optimizers]
    expected = [(0.8, 0.999, 1e-4), (0.5, 0.9, 0.02)]
    np.testing.assert_allclose(sorted(settings, reverse=True), expected, rtol=1e-6)
    assert [o.clipvalue for o in optimizer.optimizers] == [None, None]


def test_a_schedule_of_the_learning_rate_is_called():
    changed = [
        "vae_optimizer.learning_rate = @piecewise_constant",
        "piecewise_constant.boundaries = [3]",
        "piecewise_constant.values = [0.5, 0.25]",
    ]
    with parsed([SHARED], [*bindings("vae", {"beta": 1.0}), *changed]):
        optimizer = build_optimizer(2, build())
    assert float(optimizer.learning_rate) == 0.5


def test_images_are_compared_as_the_configuration_says():
    changed = [
        "reconstruction_loss.loss_fn = @l2_loss",
        "reconstruction_loss.activation = 'tanh'",
    ]
    with parsed([SHARED], [*bindings("vae", {"beta": 1.0}), *changed]):
        model = build()
    assert (model.parameters.reconstruction, model.parameters.activation) == ("l2", "tanh")
    images = np.full((1, 64, 64, 1), 0.25, np.float32)
    outputs = model(images)
    means = np.tanh(ops.convert_to_numpy(outputs["logits"])) / 2 + 0.5
    terms = model.loss_terms(model.prepare(images), outputs)
    np.testing.assert_allclose(terms["reconstruction"], [((images - means) ** 2).sum()], rtol=1e-5)
    decoded = ops.sigmoid(model.decode(outputs["representation"]))
    np.testing.assert_allclose(decoded, means, rtol=1e-5)


@pytest.mark.parametrize("bound, kind", [(False, "Encoder"), (True, "SequentialEncoder")])
def test_the_networks_are_those_that_are_bound(bound, kind):
    given = ["encoder.encoder_fn = @test_encoder", "decoder.decoder_fn = @test_decoder"]
    with parsed([], given if bound else []):
        networks = build_networks((32, 32, 1), 4, 8)
    assert type(networks["encoder"]).__name__ == kind
    assert isinstance(networks["encoder"], SequentialEncoder) == bound
