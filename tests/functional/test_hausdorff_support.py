import itertools

import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops

from tripod_dlib.functional.hausdorff_support import hausdorff_factorized_support

PAIR = np.array([[0, 1]], np.int32)
ROWS = np.array([[0.0, 0, 0], [1, 0.5, 2], [0.2, 2, 1]])


@pytest.mark.parametrize(
    "z, expected",
    [([[0.0, 0.0], [1.0, 1.0]], 1.0), (list(itertools.product([0.0, 1.0], repeat=2)), 0.0)],
    ids=["a diagonal", "a full grid"],
)
def test_two_latents_have_their_closed_form(z, expected):
    assert float(hausdorff_factorized_support(np.array(z), PAIR)) == expected


@pytest.mark.parametrize("pair, expected", [((0, 1), 0.64), ((0, 2), 1.0), ((1, 2), 1.0)])
def test_pairs_of_three_latents_have_their_closed_forms(pair, expected):
    found = hausdorff_factorized_support(ROWS, np.array([pair], np.int32))
    assert float(found) == pytest.approx(expected, rel=1e-9)


def test_pairs_are_summed():
    pairs = np.array(list(itertools.combinations(range(3), 2)), np.int32)
    assert float(hausdorff_factorized_support(ROWS, pairs)) == pytest.approx(2.64, rel=1e-9)


def test_it_is_a_loop_over_all_combinations_and_some_give_no_more():
    z = np.random.default_rng(0).normal(size=(12, 3))
    expected = max(
        min((z[i, 0] - a[0]) ** 2 + (z[j, 2] - a[2]) ** 2 for a in z)
        for i, j in itertools.product(range(12), repeat=2)
    )
    pair = np.array([[0, 2]], np.int32)
    assert float(hausdorff_factorized_support(z, pair)) == pytest.approx(expected, rel=1e-9)
    every = np.array(list(itertools.product(range(12), repeat=2)), np.int32)
    assert float(hausdorff_factorized_support(z, pair, every)) == pytest.approx(expected, rel=1e-9)
    assert float(hausdorff_factorized_support(z, pair, every[:5])) <= expected


@pytest.mark.parametrize("batch", [1, 6])
def test_collapsed_latents_have_finite_values_and_gradients(batch):
    z = np.full((batch, 20), 0.3, np.float32)
    value, gradient = value_and_gradient(lambda z: hausdorff_factorized_support(z, PAIR), z)
    assert value == 0.0 and np.isfinite(gradient).all()


def test_gradients_are_those_of_finite_differences():
    found = value_and_gradient(lambda z: hausdorff_factorized_support(z, PAIR), ROWS)[1]
    expected = np.zeros_like(ROWS)
    for index in np.ndindex(*ROWS.shape):
        step = np.zeros_like(ROWS)
        step[index] = 1e-5
        up, down = (hausdorff_factorized_support(ROWS + s, PAIR) for s in (step, -step))
        expected[index] = (float(up) - float(down)) / 2e-5
    np.testing.assert_allclose(ops.convert_to_numpy(found), expected, atol=1e-6)
