"""The penalty made chunk by chunk against its definition."""

import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops
from parity import load_parity, relative_to_largest

from tripod_dlib.functional import hessian
from tripod_dlib.functional.chunks import penalty_in_chunks
from tripod_dlib.functional.fused_hessian import fused_normalized_ratio

PARAMETERS = ("W1", "b1", "Wa", "ba", "Wb")


@pytest.fixture(scope="module")
def reference():
    return load_parity("hessian_penalty")


def in_chunks(reference, chunk_size, z, z_std, *parameters):
    """The fixture's decoder: weights are (out, in)."""

    def decode(parameters, z):
        w1, b1, wa, ba, wb = parameters
        h = ops.tanh(z @ ops.transpose(w1) + b1)
        a = reference["ca"] * ops.tanh(h @ ops.transpose(wa) + ba)
        return {"a": a, "b": reference["cb"] * (h @ ops.transpose(wb) + reference["bb"])}

    def penalty(parameters, z, rademacher, gaussian, z_std):
        return hessian.normalized_hessian_penalty(
            lambda z: decode(parameters, z),
            z,
            z_std,
            rademacher,
            gaussian,
            ratio=fused_normalized_ratio,
        )

    draws = reference["rademacher"], reference["gaussian"]
    return penalty_in_chunks(penalty, parameters, (z, *draws), (z_std,), ("a", "b"), chunk_size)


def arrays_of(reference):
    return [reference[name] for name in ("z", "z_std", *PARAMETERS)]


@pytest.fixture(params=[1, 2], ids=["whole", "halves"])
def parts(request, say_threads):
    """Chunks at a time."""
    say_threads(1, request.param)


@pytest.mark.parametrize("chunk_size", [1, 5, 16, 1000])
def test_values_agree_with_the_published_penalty_whatever_the_chunks(reference, chunk_size, parts):
    total, layers = in_chunks(reference, chunk_size, *arrays_of(reference))
    for name in "ab":
        assert relative_to_largest(layers[name], reference[f"ref64_nhp_{name}"]) < 2e-4
    summed = ops.convert_to_numpy(layers["a"]) + ops.convert_to_numpy(layers["b"])
    np.testing.assert_allclose(ops.convert_to_numpy(total), summed, rtol=1e-6)


@pytest.mark.parametrize("chunk_size", [5, 1000])
def test_gradients_of_the_mean_agree_with_the_published_penalty(reference, chunk_size, parts):
    _, gradients = value_and_gradient(
        lambda *arrays: ops.mean(in_chunks(reference, chunk_size, *arrays)[0]),
        *arrays_of(reference),
    )
    for name, found in zip(("z", "z_std", *PARAMETERS), gradients, strict=True):
        expected = reference.get(f"ref64_grad_nhp_{name}", reference[f"grad_nhp_{name}"])
        assert relative_to_largest(found, expected) < 5e-4, name


def test_any_weighting_has_the_mean_s_gradient_times_its_weights(reference):
    arrays = arrays_of(reference)
    weights = np.linspace(0.0, 2.0, len(arrays[0])).astype(np.float32)
    _, weighted = value_and_gradient(
        lambda *a: ops.sum(weights * in_chunks(reference, 7, *a)[0]), *arrays
    )
    _, mean = value_and_gradient(lambda *a: ops.mean(in_chunks(reference, 7, *a)[0]), *arrays)
    for one, other in zip(weighted, mean, strict=True):
        np.testing.assert_allclose(one, weights.sum() * other, rtol=1e-4, atol=1e-6)


def test_the_ratio_in_one_pass_is_that_of_its_steps():
    """Curvatures are smaller than values by step_size^2; both are float32, hence rtol 1e-3."""
    generator = np.random.default_rng(0)
    activations = generator.normal(size=(3 * 8, 4, 5)).astype(np.float32)

    def of_steps(x):
        return hessian.stepwise_ratio(x, 2, 0.1)

    def in_one_pass(x):
        return fused_normalized_ratio(x, 2, 0.1)

    for part in range(2):
        expected = value_and_gradient(lambda x: ops.sum(of_steps(x)[part]), activations)
        found = value_and_gradient(lambda x: ops.sum(in_one_pass(x)[part]), activations)
        np.testing.assert_allclose(found[0], expected[0], rtol=1e-3)
        assert relative_to_largest(found[1], expected[1]) < 1e-3
