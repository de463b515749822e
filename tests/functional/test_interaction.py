"""Interaction share and diagnostics against decoders whose interactions are known."""

import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops

from tripod_dlib.functional.diagnostics import decoder_diagnostics
from tripod_dlib.functional.interaction import exchange, interaction_share

RNG = np.random.default_rng(0)


def codes(batch, num_latents=4):
    return RNG.uniform(-1, 1, size=(batch, num_latents)).astype(np.float32)


def uniform(batch, num_latents=4):
    return RNG.uniform(size=(batch // 2, num_latents)).astype(np.float32)


@pytest.mark.parametrize("num_latents", [2, 4, 5])
def test_a_half_of_each_pair_s_latents_is_exchanged_and_nothing_else(num_latents):
    z, draws = codes(9, num_latents), uniform(9, num_latents)
    found = ops.convert_to_numpy(exchange(z, draws))
    assert found.shape == (8, num_latents)
    for i in range(4):
        swapped = found[i] == z[i + 4]
        assert swapped.sum() == num_latents // 2
        assert draws[i][swapped].max() < draws[i][~swapped].min()
        np.testing.assert_array_equal(found[i], np.where(swapped, z[i + 4], z[i]))
        np.testing.assert_array_equal(found[i + 4], np.where(swapped, z[i], z[i + 4]))


def share_of(decode, z, draws):
    return ops.convert_to_numpy(interaction_share(decode(z), decode(exchange(z, draws))))


def test_an_additive_decoder_has_no_interaction():
    z = codes(64)
    found = share_of(
        lambda x: ops.stack([ops.sin(x[:, 0]) + x[:, 1] ** 3, x[:, 2]], -1), z, uniform(64)
    )
    assert found.shape == (64,) and np.abs(found).max() < 1e-10


def test_the_share_is_the_double_loop_s():
    """f(z) = z0 z1 + z2, pair by pair in float64; every sample carries its pair's part."""
    z, draws = codes(10), uniform(10)
    exchanged = ops.convert_to_numpy(exchange(z, draws)).astype(np.float64)

    def f(x):
        return x[0] * x[1] + x[2]

    wide = z.astype(np.float64)
    top = [
        (f(wide[i]) + f(wide[i + 5]) - f(exchanged[i]) - f(exchanged[i + 5])) ** 2 for i in range(5)
    ]
    bottom = np.mean([(f(wide[i]) - f(wide[i + 5])) ** 2 for i in range(5)])
    found = share_of(lambda x: (x[:, 0] * x[:, 1] + x[:, 2])[:, None], z, draws)
    np.testing.assert_allclose(found, np.tile(np.array(top) / bottom, 2), rtol=1e-4)


def test_a_decoder_of_the_sign_s_product_has_two_thirds_of_the_most():
    """Of four latents, two are exchanged. f = z0 z1 of independent signs interacts where just one
    of the two moves: 2/3 of the choices. There the expected square is 4 against 2: 2 * 2/3."""
    z = np.sign(codes(40_000))
    found = share_of(lambda x: x[:, :1] * x[:, 1:2], z, uniform(40_000))
    expected, error = 4 / 3, found[:20_000].std() / np.sqrt(20_000)
    assert abs(found.mean() - expected) < 4 * error + 0.02  # the denominator is sampled too


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_small_batches_have_finite_values_and_gradients(batch):
    z, draws = codes(batch), uniform(batch)

    def mean(x):
        values = (x[:, :1] * x[:, 1:2]) ** 2
        moved = exchange(x, draws)
        return ops.mean(interaction_share(values, (moved[:, :1] * moved[:, 1:2]) ** 2))

    value, gradient = value_and_gradient(mean, z)
    assert np.isfinite(value) and np.isfinite(gradient).all()
    assert batch > 1 or value == 0.0


def test_a_constant_decoder_has_share_0_and_finite_gradients():
    z, draws = codes(4), uniform(4)
    value, gradient = value_and_gradient(
        lambda x: ops.mean(interaction_share(0.0 * x, 0.0 * exchange(x, draws))), z
    )
    assert value == 0.0 and np.isfinite(gradient).all()


def test_diagnostics_tell_bending_from_interacting():
    """f0 = z0^2 bends alone, f1 = z0 z1 only couples, f2 = z0 neither.

    For w ~ N(0, s^2 I), w'Hw has variance 2 tr((s^2 H)^2): 8 s^4 for f0, 4 s^4 for f1.
    """
    batch, probes, scale = 4096, 2, 0.5
    z = RNG.normal(size=(batch, 4)).astype(np.float32)
    gaussian = RNG.normal(size=(batch, probes, 4)).astype(np.float32)
    layers = {
        "bends": lambda x: x[:, :1] ** 2,
        "couples": lambda x: x[:, :1] * x[:, 1:2],
        "neither": lambda x: x[:, :1],
    }
    found = decoder_diagnostics(
        lambda x: {name: f(x) for name, f in layers.items()},
        z,
        np.full(4, scale, np.float32),
        uniform(batch),
        gaussian,
        step_size=0.5,
    )
    means = {
        name: {part: float(ops.mean(values)) for part, values in parts.items()}
        for name, parts in found.items()
    }
    # the population variance over K = 2 draws is half the variance
    assert means["bends"]["curvature"] == pytest.approx(8 * scale**4 / 2, rel=0.15)
    assert means["couples"]["curvature"] == pytest.approx(4 * scale**4 / 2, rel=0.15)
    assert means["neither"]["curvature"] < 1e-8
    # z0^2 has variance 2, z0 z1 and z0 have 1; a pair's squared difference is twice that
    for name, variance in {"bends": 2.0, "couples": 1.0, "neither": 1.0}.items():
        assert means[name]["difference"] == pytest.approx(2 * variance, rel=0.2)
    assert means["bends"]["interaction"] < 1e-8 and means["neither"]["interaction"] < 1e-8
    assert means["couples"]["interaction"] == pytest.approx(4 * 2 / 3, rel=0.2)
