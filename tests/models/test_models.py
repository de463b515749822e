"""What every registered model must do; each is made small here, and the table must be complete."""

import gin
import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from tripod_dlib import registry
from tripod_dlib.errors import InputError
from tripod_dlib.models.family import Family
from tripod_dlib.models.optimizers import build_optimizer
from tripod_dlib.models.tripod import Tripod
from tripod_dlib.networks import Decoder, Encoder
from tripod_dlib.training.trained_model import TrainedModel

SMALL = {
    "tripod": {"klm_weight": 1e-3, "nhp_weight": 1e-3, "ramp_steps": 4},
    "beta_tcvae_mws": {"tc_weight": 2.0},
}
IMAGE_SHAPE = (32, 32, 3)
IMAGES = np.random.default_rng(0).integers(0, 256, size=(8, *IMAGE_SHAPE), dtype=np.uint8)


def build(name, seed=0, implementation="plain", **changes):
    """Plain networks, which compile sooner; that fused ones are equal has tests of its own."""
    recipe = registry.models.load(name)(**{**SMALL[name], **changes})
    gin.bind_parameter("networks.widths", (2, 3, 4, 5, 6))
    gin.bind_parameter("networks.hidden_units", 8)
    gin.bind_parameter("networks.cond_units", 8)
    gin.bind_parameter("networks.implementation", implementation)
    keras.utils.set_random_seed(seed)
    return recipe(image_shape=IMAGE_SHAPE, num_latents=4, dataset_size=1000, seed=seed)


@pytest.fixture(scope="module", params=list(SMALL))
def untrained(request):
    """A model that no test changes."""
    return build(request.param)


def batches(images):
    """The same batch again and again, of a size that is known beforehand, as in training."""
    options = tf.data.Options()
    options.autotune.enabled = False
    return tf.data.Dataset.from_tensors((images,)).repeat().with_options(options)


def fit(model, steps, images=IMAGES, **compile_arguments):
    if not model.compiled:
        optimizer = build_optimizer(100, model, learning_rate=1e-3)
        model.compile(optimizer, **{"jit_compile": False, **compile_arguments})
        optimizer.build(model.trainable_variables)  # else fit traces its step twice
    history = model.fit(batches(images), steps_per_epoch=steps, verbose=0, shuffle=False)
    return {name: values[0] for name, values in history.history.items()}


def weights(model):
    return [variable.numpy() for variable in model.variables]


def test_every_built_in_model_is_in_the_table():
    assert sorted(SMALL) == registry.models.builtin_names


@pytest.mark.parametrize("name", SMALL)
def test_a_recipe_says_its_name(name):
    recipe = registry.models.load(name)(**SMALL[name])
    assert isinstance(recipe, Family) and recipe.name == name


def test_shapes_are_those_of_images_and_latents(untrained):
    outputs = untrained(IMAGES, training=True)
    assert outputs["representation"].shape == (8, 4)
    assert outputs["logits"].shape == (8, *IMAGE_SHAPE)
    assert (untrained.num_latents, untrained.image_shape) == (4, IMAGE_SHAPE)


@pytest.mark.parametrize("name", SMALL)
def test_training_lowers_the_loss_and_logs_every_term(name):
    model = build(name)
    first = fit(model, 1)
    last = [fit(model, 10) for _ in range(3)][-1]
    assert last["reconstruction"] < first["reconstruction"]
    assert {"loss", "reconstruction", *model.term_weights()} <= set(last)
    assert int(model.step) == 31


def test_terms_have_one_value_per_example(untrained):
    model = untrained
    outputs = model(IMAGES, training=True)
    terms = model.loss_terms(model.prepare(IMAGES), outputs)
    assert {term: value.shape for term, value in terms.items()} == dict.fromkeys(terms, (8,))
    assert set(model.term_weights()) == set(terms)


@pytest.mark.parametrize("name", SMALL)
def test_two_runs_of_a_seed_end_bit_equal_and_another_seed_elsewhere(name, say_threads):
    """In one process, with other layers before either, and halves of a batch side by side."""
    say_threads(1, 2)
    images = np.random.default_rng(1).integers(0, 256, (16, *IMAGE_SHAPE), np.uint8)
    first, second = (build(name, implementation="fused") for _ in range(2))
    for model in (first, second):
        fit(model, 5, images)
    for one, two in zip(weights(first), weights(second), strict=True):
        np.testing.assert_array_equal(one, two)
    other = build(name, seed=1)
    start = weights(build(name))
    kernels = [
        (a != b).any()
        for a, b in zip(start, weights(other), strict=True)
        if a.ndim == 4 and a.shape[0] == 3
    ]
    assert len(kernels) > 10 and all(kernels)


@pytest.mark.parametrize("name", SMALL)
def test_draws_depend_on_the_step_and_on_nothing_else(name):
    model = build(name)
    before = {key: ops.convert_to_numpy(value) for key, value in model.draw(8).items()}
    again = {key: ops.convert_to_numpy(value) for key, value in model.draw(8).items()}
    model.step.assign(1)
    after = {key: ops.convert_to_numpy(value) for key, value in model.draw(8).items()}
    assert before
    for key in before:
        np.testing.assert_array_equal(before[key], again[key])
        assert (before[key] != after[key]).any()


@pytest.mark.parametrize("name", SMALL)
def test_a_saved_model_reloads_in_safe_mode_and_encodes_the_same(name, tmp_path):
    model = build(name)
    fit(model, 2)
    model.save(tmp_path / "model.keras", include_optimizer=False)
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False, safe_mode=True)
    assert type(loaded) is type(model)
    config, loaded_config = model.get_config(), loaded.get_config()
    assert loaded.parameters == model.parameters
    for key in set(config) - {"networks", "parameters", "dtype"}:
        assert loaded_config[key] == config[key], key
    np.testing.assert_array_equal(
        ops.convert_to_numpy(loaded.encode(IMAGES)["representation"]),
        ops.convert_to_numpy(model.encode(IMAGES)["representation"]),
    )
    assert int(loaded.step) == 2


def test_uint8_images_are_those_divided_by_255(untrained):
    floats = (IMAGES / 255.0).astype(np.float32)
    np.testing.assert_allclose(
        ops.convert_to_numpy(untrained.encode(IMAGES)["representation"]),
        ops.convert_to_numpy(untrained.encode(floats)["representation"]),
        atol=1e-6,
    )


def test_what_a_latent_tells_is_its_divergence_from_the_prior_or_its_entropy(untrained):
    trained = TrainedModel(untrained)
    latents, nats = trained.encode_with_divergence(IMAGES)
    np.testing.assert_array_equal(latents, trained.encode(IMAGES))
    outputs = untrained.encode(IMAGES)
    if untrained.has_prior:
        mean, std = (ops.convert_to_numpy(outputs[key]) for key in ("z_mean", "z_std"))
        expected = np.mean((mean**2 + std**2 - 1) / 2 - np.log(std), axis=0)
    else:
        shares = [np.unique(latent, return_counts=True)[1] / 8 for latent in latents.T]
        expected = [-(share * np.log(share)).sum() for share in shares]
    assert nats.shape == (4,)
    np.testing.assert_allclose(nats, expected, rtol=1e-5, atol=1e-7)


def test_continuous_latents_without_a_prior_have_no_divergence():
    trained = TrainedModel(build("tripod", latents="continuous"))
    with pytest.raises(InputError, match="Tripod has continuous latents without a prior"):
        trained.encode_with_divergence(IMAGES)


def test_xla_gives_the_losses_that_graphs_give():
    """Without NHP, whose own test does the same on reference values."""
    import tensorflow as tf

    model = build("tripod", nhp_weight=0.0)

    def forward(images):
        outputs = model(images)
        terms = model.loss_terms(model.prepare(images), outputs)
        return {name: ops.mean(term) for name, term in terms.items()}

    images = tf.convert_to_tensor(IMAGES)
    graph = tf.function(forward, jit_compile=False)(images)
    xla = tf.function(forward, jit_compile=True)(images)
    assert set(graph) == {"reconstruction", "klm"}
    for name in graph:
        np.testing.assert_allclose(xla[name], graph[name], rtol=1e-5)


def test_a_ramp_grows_tripod_s_weights_linearly():
    model = build("tripod")
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
    model = build("tripod", **changes)
    outputs = model(IMAGES, training=True)
    assert set(model.loss_terms(model.prepare(IMAGES), outputs)) == terms


def test_tripod_s_loss_is_the_weighted_sum_of_its_terms():
    model = build("tripod", ramp_steps=0)
    outputs = model(IMAGES, training=True)
    terms = model.loss_terms(model.prepare(IMAGES), outputs)
    means = {name: float(ops.mean(term)) for name, term in terms.items()}
    expected = means["reconstruction"] + 1e-3 * means["klm"] + 1e-3 * means["nhp"]
    found = model.compute_loss(IMAGES, y_pred=outputs, training=False)
    np.testing.assert_allclose(float(found), expected, rtol=1e-6)
    layers = ("cond", "block0", "block1", "block2")
    np.testing.assert_allclose(means["nhp"], sum(means[f"nhp_{name}"] for name in layers))


def test_gradients_are_finite_when_every_latent_is_saturated():
    model = build("tripod", ramp_steps=0)
    model.encoder.projection.bias.assign([100.0] * 4)
    losses = fit(model, 2)
    assert all(np.isfinite(value) for value in losses.values())
    assert all(np.isfinite(array).all() for array in weights(model))


def test_a_wrong_name_lists_the_known_ones():
    with pytest.raises(InputError, match="Unknown NHP estimator 'exact'. .*, published"):
        build("tripod", nhp_estimator="exact")
    with pytest.raises(
        InputError, match="tripod.reconstruction is 'l3'; allowed is 'bce' or 'ssim'"
    ):
        build("tripod", reconstruction="l3")


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
        assert build("tripod").decoder.compute_dtype == "float32"
    finally:
        keras.config.set_dtype_policy("float32")


def test_gin_binds_a_recipe_and_refuses_one_without_its_weights():
    registry.models.load("tripod")
    gin.parse_config("tripod.klm_weight = 0.5\ntripod.nhp_weight = 0.25")
    recipe = gin.get_configurable("tripod")()
    assert (recipe.klm_weight, recipe.nhp_weight) == (0.5, 0.25)
    gin.clear_config()
    with pytest.raises(RuntimeError, match="Required bindings for `tripod` not provided"):
        gin.get_configurable("tripod")()
