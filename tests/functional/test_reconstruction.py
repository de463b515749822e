import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops
from parity import load_parity, relative_to_largest
from scipy import special

from tripod_dlib.functional.reconstruction import (
    binary_cross_entropy,
    cross_entropy,
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


LOGITS = np.array([0.0, 1e-8, -1e-8, 0.3, -2.0, 100.0, -100.0], np.float32)


@pytest.mark.parametrize("target", [0.0, 0.25, 0.5, 1.0])
def test_cross_entropy_has_its_closed_form_and_gradient_at_every_logit(target):
    """log(1 + exp(l)) - t l, whose derivative is sigmoid(l) - t, in float64."""
    targets = np.full_like(LOGITS, target)
    exact = LOGITS.astype(np.float64)
    expected = target * np.logaddexp(0.0, -exact) + (1 - target) * np.logaddexp(0.0, exact)
    np.testing.assert_allclose(
        np.asarray(cross_entropy(LOGITS, targets)), expected, rtol=1e-6, atol=1e-37
    )
    _, gradient = value_and_gradient(lambda x: ops.sum(cross_entropy(x, targets)), LOGITS)
    slopes = (1 - target) * special.expit(exact) - target * special.expit(-exact)
    np.testing.assert_allclose(gradient, slopes, rtol=1e-6, atol=6e-8)


def test_the_mean_of_four_entries_is_the_closed_form():
    """Logits (0, 2), targets (.25, 1), twice: .4100375958."""
    logits = np.array([0.0, 2.0, 0.0, 2.0], np.float32).reshape(1, 2, 2, 1)
    targets = np.array([0.25, 1.0, 0.25, 1.0], np.float32).reshape(1, 2, 2, 1)
    np.testing.assert_allclose(binary_cross_entropy(logits, targets), [0.4100375958], rtol=1e-6)
