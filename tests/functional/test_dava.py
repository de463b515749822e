import numpy as np
import pytest
from scipy import special

from tripod_dlib.functional import dava
from tripod_dlib.functional.capacity import annealed_capacity, capacity_penalty

LOGITS, REDRAWN = np.array([1.0, 0.2]), np.array([-1.0, 0.5])


def test_the_weighted_distance_from_the_capacity_has_its_closed_form():
    """KL .3, capacity .1, weight 500: .8 with power 4, 100 with power 1."""
    assert 500 * float(capacity_penalty(0.3, 0.1, 4)) == pytest.approx(0.8)
    assert 500 * float(capacity_penalty(0.3, 0.1)) == pytest.approx(100.0)


def test_coordinates_are_redrawn_from_rows_of_their_own():
    z = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]])
    rows = np.array([[2, 0], [2, 1], [0, 0]])
    np.testing.assert_array_equal(dava.redraw_latents(z, rows), [[3, 10], [3, 20], [1, 10]])


def test_the_discriminator_s_loss_has_noisy_labels():
    draws = np.array([[0.5, 0.0], [1.0, 0.25]])
    labels = np.array([0.7, 1.0]), np.array([0.6, 0.15])
    expected = 0.0
    for logits, label in zip((LOGITS, REDRAWN), labels, strict=True):
        p = special.expit(logits)
        expected -= (label * np.log(p) + (1 - label) * np.log1p(-p)).sum()
    found = dava.discriminator_loss(LOGITS, REDRAWN, draws)
    assert float(found) == pytest.approx(expected, rel=1e-9)


def test_class_1_is_said_from_a_probability_of_six_tenths_on():
    """Probabilities .73, .55 of reconstructions, .27, .62 of redrawn ones: two of four right."""
    assert float(dava.discriminator_accuracy(LOGITS, REDRAWN)) == 0.5
    assert float(dava.discriminator_accuracy(LOGITS + 1, REDRAWN - 1)) == 1.0


@pytest.mark.parametrize(
    "progress, accuracy, expected",
    [(0.0, 0.5, 64.0), (640.0, 0.505, 640.0), (640.0, 0.6, 576.0), (10.0, 0.6, 0.0)],
    ids=["raised", "held", "lowered", "at 0"],
)
def test_the_capacity_follows_the_discriminator(progress, accuracy, expected):
    assert float(dava.next_progress(np.float32(progress), np.float32(accuracy), 128)) == expected


def test_a_step_raises_the_capacity_by_half_a_batch():
    """8 nats in 12.8e6 samples: 4e-5 a step of 128 images."""
    assert float(annealed_capacity(64.0, 8.0, 12_800_000)) == pytest.approx(4e-5)


@pytest.mark.parametrize(
    "accuracy, expected", [(0.4, (0, 0)), (0.505, (0.15, 5e-4)), (0.9, (12.0, 1e-3))]
)
def test_adversarial_weights_grow_with_the_discriminator_s_lead(accuracy, expected):
    found = [float(weight) for weight in dava.adversarial_weights(np.float64(accuracy))]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-9)


def test_encoder_and_decoder_want_the_other_word():
    expected = -np.log1p(-special.expit(LOGITS)).sum(), -np.log(special.expit(REDRAWN)).sum()
    assert float(dava.adversarial_loss(LOGITS, 0.0)) == pytest.approx(expected[0], rel=1e-9)
    assert float(dava.adversarial_loss(REDRAWN, 1.0)) == pytest.approx(expected[1], rel=1e-9)
