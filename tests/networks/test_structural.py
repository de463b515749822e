"""The structural decoder: sizes, what each group of latents reaches, and its use in a model."""

import gin
import keras
import numpy as np
import pytest
from keras import ops
from models.contract import IMAGES, build, compiled, fit

from tripod_dlib.networks.structural import (
    StructuralDecoder,
    StructuralTransform,
    _enlarged,
    doublings,
)

SMALL = {"channels": 4, "hidden_units": (3,), "norm_groups": 2}


def test_the_published_decoder_has_so_many_parameters_and_doubles_where_it_does():
    """12 transforms of 64 + 64, 64 x 128 + 128, 128 x 128 + 128 weights, 12 convolutions of
    9 x 64 x 64 + 64 with a norm's 2 x 64, the last of 9 x 64 x 3 + 3, a root of 2 x 2 x 64."""
    decoder = StructuralDecoder((64, 64, 3), 12)
    assert decoder(ops.zeros((1, 12))).shape == (1, 64, 64, 3)
    transform = 64 + 64 + 64 * 128 + 128 + 128 * 128 + 128
    convolution = 9 * 64 * 64 + 64 + 2 * 64
    assert decoder.count_params() == 12 * (transform + convolution) + 9 * 64 * 3 + 3 + 4 * 64
    made = np.diff([0, *doublings(12)])
    assert (np.flatnonzero(made) + 1).tolist() == [2, 4, 7, 10, 13] and set(made) == {0, 1}


@pytest.mark.parametrize("num_latents, groups", [(12, 12), (14, 14), (18, 18), (768, 16), (20, 10)])
def test_each_latent_is_a_group_where_there_are_not_too_many(num_latents, groups):
    assert StructuralDecoder((32, 32, 1), num_latents, **SMALL).num_groups == groups


@pytest.mark.parametrize("num_groups", [1, 2, 3, 4, 6, 12])
def test_an_early_map_does_not_know_the_groups_that_come_after_it(num_groups):
    decoder = StructuralDecoder((64, 32, 1), 12, num_groups, **SMALL)
    z = np.random.default_rng(0).normal(size=(2, 12)).astype(np.float32)
    logits = ops.convert_to_numpy(decoder(z))
    first = decoder.names[0]
    before = ops.convert_to_numpy(decoder.activations(z, (first,))[first])
    assert logits.shape == (2, 64, 32, 1)
    counts = doublings(num_groups)[:-1]
    least = min(set(counts) - {0})
    last = max(group for group, count in enumerate(counts) if count == least)
    seen = 12 // num_groups * (1 + last)
    for latent in range(12):
        moved = z.copy()
        moved[:, latent] += 1.0
        after = ops.convert_to_numpy(decoder.activations(moved, (first,))[first])
        assert (after != before).any() == (latent < seen), latent
        assert (ops.convert_to_numpy(decoder(moved)) != logits).any()


def test_a_transform_scales_by_a_positive_number_and_shifts():
    transform = StructuralTransform(1, 2, (), name="transform")
    x = np.arange(8.0, dtype=np.float32).reshape(1, 2, 2, 2)
    transform(x, np.zeros((1, 1), np.float32))
    kernel, bias = np.array([[1.0, -2.0, 3.0, 0.0]]), np.array([0.5, 0.0, -1.0, 2.0])
    transform.projection.set_weights([kernel, bias])
    z = np.array([[1.0], [-40.0]], np.float32)
    found = ops.convert_to_numpy(transform(x, z))
    for row, latent in zip(found, z[:, 0]):
        scale, shift = np.split(latent * kernel[0] + bias, 2)
        expected = x[0] * np.logaddexp(0.0, scale) + shift
        np.testing.assert_allclose(row, expected, rtol=1e-5, atol=1e-5)


def test_doubling_is_bilinear():
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 2)).astype(np.float32)
    expected = ops.image.resize(x, (12, 16), "bilinear", data_format="channels_last")
    once = ops.image.resize(x, (6, 8), "bilinear", data_format="channels_last")
    np.testing.assert_allclose(_enlarged(x, 1), once, rtol=1e-5, atol=1e-6)
    assert _enlarged(x, 2).shape == expected.shape


@pytest.mark.parametrize(
    "arguments, message",
    [
        (((48, 64, 3), 12), "multiples of 32"),
        (((64, 64, 3), 12, 5), "num_groups = 5 does not divide 12 latents"),
        (((64, 64, 3), 12, 4, 6, (3,), 4), "norm_groups = 4 does not divide 6 channels"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        StructuralDecoder(*arguments)


@pytest.mark.slow
def test_tripod_trains_on_it_saves_it_and_reads_it(tmp_path):
    for name, value in SMALL.items():
        gin.bind_parameter(f"structural_decoder.{name}", value)
    parameters = {
        "klm_weight": 1e-3,
        "nhp_weight": 1e-2,
        "nhp_estimator": "interaction_share",
        "nhp_layers": ("block0", "block1"),
    }
    model = compiled(build("tripod", parameters, architecture="structural"))
    assert isinstance(model.decoder, StructuralDecoder)
    first, last = fit(model, 1), fit(model, 15)
    assert last["reconstruction"] < first["reconstruction"]
    model.save(tmp_path / "model.keras", include_optimizer=False)
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False, safe_mode=True)
    expected = ops.convert_to_numpy(model(IMAGES)["logits"])
    np.testing.assert_array_equal(ops.convert_to_numpy(loaded(IMAGES)["logits"]), expected)


def test_it_stands_beside_disentanglement_lib_s_encoder_by_one_binding():
    gin.parse_config("decoder.decoder_fn = @structural_decoder\nstructural_decoder.num_groups = 2")
    model = build("vae", {"beta": 1.0}, architecture="disentanglement_lib")
    assert type(model.encoder).__name__ == "SequentialEncoder" and model.decoder.num_groups == 2
