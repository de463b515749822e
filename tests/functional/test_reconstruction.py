import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops
from parity import load_parity, relative_to_largest

from tripod_dlib.functional.reconstruction import (
    binary_cross_entropy,
    structural_dissimilarity,
)

LOSSES = {"bce": binary_cross_entropy, "dssim": structural_dissimilarity}


@pytest.fixture(scope="module")
def reference():
    return load_parity("reconstruction")


def channels_last(array):
    return np.moveaxis(array, 1, -1)


@pytest.mark.parametrize("name", LOSSES)
def test_values_and_gradients_agree_with_the_published_losses(reference, name):
    logits, targets = channels_last(reference["logits"]), channels_last(reference["targets"])
    value = np.asarray(LOSSES[name](logits, targets))
    np.testing.assert_allclose(value, reference[name], atol=2e-6, rtol=0)
    _, gradient = value_and_gradient(lambda x: ops.mean(LOSSES[name](x, targets)), logits)
    expected = channels_last(reference[f"{name}_grad_logits"])
    assert relative_to_largest(gradient, expected) < 1e-4


@pytest.mark.parametrize("name", LOSSES)
def test_extreme_logits_give_finite_values_and_gradients(name):
    logits = np.where(np.arange(2 * 16 * 16 * 3).reshape(2, 16, 16, 3) % 2, 200.0, -200.0)
    targets = np.full((2, 16, 16, 3), 0.5, np.float32)
    value, gradient = value_and_gradient(
        lambda x: ops.mean(LOSSES[name](x, targets)), logits.astype(np.float32)
    )
    assert np.isfinite(value) and np.isfinite(gradient).all()
