import keras
import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops
from parity import load_parity, relative_to_largest

from tripod_dlib.functional import hessian


@pytest.fixture(scope="module")
def reference():
    return load_parity("hessian_penalty")


def decoder(arrays):
    """The fixture's decoder: weights are (out, in)."""

    def decode(z):
        h = ops.tanh(z @ ops.transpose(arrays["W1"]) + arrays["b1"])
        a = arrays["ca"] * ops.tanh(h @ ops.transpose(arrays["Wa"]) + arrays["ba"])
        return {"a": a, "b": arrays["cb"] * (h @ ops.transpose(arrays["Wb"]) + arrays["bb"])}

    return decode


def penalties(arrays, z=None, z_std=None):
    z = arrays["z"] if z is None else z
    z_std = arrays["z_std"] if z_std is None else z_std
    draws = arrays["rademacher"], arrays["gaussian"]
    normalized = hessian.normalized_hessian_penalty(decoder(arrays), z, z_std, *draws)
    vanilla = hessian.hessian_penalty(decoder(arrays), z, z_std, draws[0])
    return normalized, vanilla


@pytest.mark.parametrize("layer", ["a", "b"])
def test_layer_values_agree_with_the_published_penalties(reference, layer):
    normalized, vanilla = penalties(reference)
    assert relative_to_largest(normalized[layer], reference[f"ref64_nhp_{layer}"]) < 2e-4
    assert relative_to_largest(vanilla[layer], reference[f"ref64_hp_{layer}"]) < 2e-4


@pytest.mark.parametrize("kind", [0, 1], ids=["nhp", "hp"])
@pytest.mark.parametrize("name", ["z", "z_std", "W1", "b1", "Wa", "ba", "Wb"])
def test_gradients_agree_with_the_published_penalties(reference, kind, name):
    def mean(array):
        arrays = {**reference, name: array}
        return ops.mean(sum(penalties(arrays)[kind].values()))

    prefix = ("nhp", "hp")[kind]
    value, gradient = value_and_gradient(mean, reference[name])
    np.testing.assert_allclose(value, reference[f"ref64_{prefix}_mean"], rtol=2e-4)
    expected = reference.get(f"ref64_grad_{prefix}_{name}", reference[f"grad_{prefix}_{name}"])
    assert relative_to_largest(gradient, expected) < 5e-4


@pytest.mark.parametrize("layer", [0, 1], ids=["a", "b"])
def test_rescaling_latents_and_layers_changes_only_the_vanilla_penalty(reference, layer):
    name = "ab"[layer]
    scale, layer_scale = reference["inv_latent_scale"], reference["inv_layer_scale"]
    rescaled = {
        **reference,
        "z": reference["z"] * scale,
        "z_std": reference["z_std"] * scale,
        "W1": reference["W1"] / scale,
        "ca": np.full_like(reference["ca"], layer_scale[0]),
        "cb": np.full_like(reference["cb"], layer_scale[1]),
    }
    normalized, vanilla = penalties(rescaled)
    assert relative_to_largest(normalized[name], reference[f"inv_nhp_{name}"]) < 2e-4
    assert relative_to_largest(vanilla[name], reference[f"inv_hp_{name}"]) < 2e-4
    unit = {**reference, "ca": reference["inv_unit_scale_a"], "cb": reference["inv_unit_scale_b"]}
    assert relative_to_largest(penalties(unit)[0][name], reference[f"unitscaled_nhp_{name}"]) < 2e-4


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="JAX always compiles")
def test_compiled_values_agree_with_the_published_penalties(reference):
    import tensorflow as tf

    normalized, vanilla = tf.function(penalties, jit_compile=True)(
        {key: tf.convert_to_tensor(value) for key, value in reference.items()}
    )
    for layer in "ab":
        assert relative_to_largest(normalized[layer], reference[f"ref64_nhp_{layer}"]) < 2e-4
        assert relative_to_largest(vanilla[layer], reference[f"ref64_hp_{layer}"]) < 2e-4


def quadratic(matrices):
    """f_a(z) = z' A_a z / 2: its Hessians are the matrices."""
    return lambda z: {"f": ops.einsum("ni,aij,nj->na", z, matrices, z) / 2}


def test_a_quadratic_decoder_s_many_draws_give_its_exact_share():
    """Var[v'Hv] = 2 sum_{i != j} H_ij^2 and Var[w'Hw] = 2 sum_{i, j} H_ij^2, times (K - 1)/K."""
    generator = np.random.default_rng(0)
    matrices = generator.normal(size=(3, 4, 4))
    matrices += matrices.transpose(0, 2, 1)
    std, num_probes = np.array([0.5, 1.0, 2.0, 0.3]), 20_000
    z = generator.normal(size=(2, 4))
    signs = generator.choice([-1.0, 1.0], size=(2, num_probes, 4))
    normal = generator.normal(size=(2, num_probes, 4))
    found = hessian.normalized_hessian_penalty(quadratic(matrices), z, std, signs, normal)["f"]
    scaled = np.square(matrices * std[:, None] * std)
    diagonal = np.einsum("aii->", scaled)
    share = (scaled.sum() - diagonal) / scaled.sum()
    # relative standard error of a variance from K draws is at most sqrt(kurtosis / K)
    np.testing.assert_allclose(found, [share, share], rtol=4 * np.sqrt(15 / num_probes))


def test_a_separable_decoder_has_no_penalty():
    generator = np.random.default_rng(1)
    matrices = np.stack([np.diag(generator.normal(size=4)) for _ in range(3)])
    draws = generator.choice([-1.0, 1.0], size=(2, 2, 4)), generator.normal(size=(2, 2, 4))
    found = hessian.normalized_hessian_penalty(
        quadratic(matrices), generator.normal(size=(2, 4)), np.ones(4), *draws
    )
    # in float64; Keras' mean is float32 on JAX whatever it is given
    exact = keras.backend.backend() == "tensorflow"
    np.testing.assert_allclose(found["f"], 0.0, atol=1e-20 if exact else 1e-10)


def test_a_linear_decoder_is_finite_with_finite_gradient():
    weights = np.random.default_rng(2).normal(size=(4, 3)).astype(np.float32)
    draws = np.ones((2, 2, 4), np.float32), np.ones((2, 2, 4), np.float32)

    def mean(z):
        found = hessian.normalized_hessian_penalty(
            lambda points: {"f": points @ weights}, z, np.full(4, 1e-6, np.float32), *draws
        )
        return ops.mean(found["f"])

    value, gradient = value_and_gradient(mean, np.zeros((2, 4), np.float32))
    assert np.isfinite(value) and np.isfinite(gradient).all()
