"""Closed forms at two images of three latents and two factors, in float64."""

import numpy as np
import pytest
from gradients import EXACT, value_and_gradient
from keras import ops

from tripod_dlib.functional import semi_supervision as losses
from tripod_dlib.functional.annealing import annealed_weight

Z = np.array([[0.5, -1.0, 0.3], [2.0, 0.0, -1.0]])
LABELS = np.array([[1.0, 0.0], [2.0, 1.0]])
SIZES = (3, 2)
EMBEDDINGS = [np.array([0.0, 1.0, 2.0]), np.array([-1.0, 1.0])]
LOSSES = {
    "l2": (losses.supervised_l2, (), 2.25),
    "sigmoid l2 as published": (losses.supervised_sigmoid_l2, (SIZES,), 0.8068340708),
    "sigmoid l2": (losses.supervised_sigmoid_l2, (SIZES, False), 0.2017751638),
    "cross-entropy": (losses.supervised_cross_entropy, (SIZES,), 2.6074138633),
    "covariance": (losses.supervised_covariance, (), 0.414375),
    "embedding": (losses.supervised_embedding, (EMBEDDINGS, 1.0), 0.8982417127),
}


@pytest.mark.parametrize("name", list(LOSSES))
def test_losses_have_their_closed_forms(name):
    loss, arguments, expected = LOSSES[name]
    assert float(loss(Z, LABELS, *arguments)) == pytest.approx(expected, rel=EXACT)


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("name", list(LOSSES))
def test_losses_are_finite_with_finite_gradients_at_extreme_latents(name, batch):
    loss, arguments, _ = LOSSES[name]
    z = np.tile([[100.0, -100.0, 0.0]], (batch, 1))
    value, gradient = value_and_gradient(lambda z: loss(z, LABELS[[0] * batch], *arguments), z)
    assert np.isfinite(value) and np.isfinite(gradient).all()


def test_a_trained_scale_has_its_gradient():
    """d/dc of sum (c z - y)^2 is 2 sum z (c z - y): 2 (.5 * -.5 + 1 + 0) at c = 1."""
    _, slope = value_and_gradient(
        lambda scale: losses.supervised_l2(Z, LABELS, scale), np.float64(1.0)
    )
    assert slope == pytest.approx(1.5)


def test_a_bound_of_information_has_its_closed_form():
    """Statistics (1, 2) at pairs and (0, 1) at permuted ones: 1.5 + log 2 - log(1 + e)."""
    found = losses.mutual_information_bound(np.array([1.0, 2.0]), np.array([0.0, 1.0]))
    assert float(found) == pytest.approx(0.8798854930, rel=1e-9)


def test_information_about_factors_that_are_not_a_latent_s_is_squared_and_summed():
    bounds = np.array([[5.0, 2.0, 1.0], [-3.0, 7.0, 0.5]])
    assert float(losses.supervised_mutual_information(bounds)) == 4.0 + 1.0 + 9.0 + 0.25


@pytest.mark.parametrize(
    "rule, weights",
    [("fixed", [4.0, 4.0, 4.0, 4.0]), ("anneal", [0, 2.0, 4, 4]), ("fine_tune", [0, 0, 0, 4.0])],
)
def test_a_weight_is_annealed(rule, weights):
    found = [float(annealed_weight(4.0, step, rule, 10)) for step in (0, 5, 10, 11)]
    assert found == weights


def test_an_unknown_annealer_lists_the_known_ones():
    with pytest.raises(ValueError, match="Unknown annealer 'up'; choose one of fixed, anneal"):
        annealed_weight(1.0, 0, "up", 10)


def test_a_step_may_be_a_tensor():
    found = annealed_weight(4.0, ops.convert_to_tensor(5, "int32"), "anneal", 10)
    assert float(found) == 2.0
