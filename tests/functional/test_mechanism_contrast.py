"""Closed forms for small matrices; finite differences of linear decoders are exact."""

import itertools

import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops

from tripod_dlib.functional.mechanism_contrast import (
    column_correlations,
    jacobian_columns,
    mechanism_contrast,
    pair_contrast,
)

MATRICES = {  # Jacobian, contrast, its second order
    "tall": (np.array([[1.0, 1], [0, 1], [2, 0]]), 0.0526802578, 0.05),
    "square": (np.array([[2.0, 1], [1, 4]]), 0.2754154792, 0.2117647059),
    "three": (np.array([[1, 0.5, 0], [0, 1, 0.5], [0, 0, 1], [1, 0, 0]]), 0.1505525464, 0.13),
}
THREE = MATRICES["three"][0]


def columns_of(matrix):
    size = matrix.shape[1]
    columns = jacobian_columns(lambda z: {"f": z @ matrix.T}, np.zeros((1, size)), np.eye(size))
    return ops.convert_to_numpy(columns["f"])


@pytest.mark.parametrize("name", list(MATRICES))
def test_the_contrast_has_its_closed_form(name):
    """To what the floor of the determinant takes, n / 2 times 1e-6 and about as much again."""
    matrix, expected, _ = MATRICES[name]
    np.testing.assert_allclose(columns_of(matrix)[0], matrix.T, rtol=1e-9)
    np.testing.assert_allclose(mechanism_contrast(columns_of(matrix)), [expected], atol=1e-5)


def test_rescaled_latents_have_the_same_contrast():
    scaled = THREE * np.array([1.0, 0.1, 7.0])
    np.testing.assert_allclose(mechanism_contrast(columns_of(scaled)), [0.1505525464], atol=1e-5)


def test_a_latent_of_no_use_adds_nothing_and_orthogonal_columns_have_none():
    padded = np.concatenate([THREE, np.zeros((4, 1))], axis=1)
    found = mechanism_contrast(columns_of(padded))
    np.testing.assert_allclose(found, [0.1505525464], atol=1e-5)
    np.testing.assert_allclose(mechanism_contrast(columns_of(3.0 * np.eye(4)[:, :3])), 0, atol=1e-5)


def test_some_latents_give_a_lower_bound():
    pairs = [(0, 1), (0, 2), (1, 2)]
    found = [float(mechanism_contrast(columns_of(THREE)[:, list(pair)])[0]) for pair in pairs]
    np.testing.assert_allclose(found, [0.05268026, 0.0, 0.08717669], atol=5e-6)
    assert max(found) < 0.1505525464


@pytest.mark.parametrize("name", list(MATRICES))
def test_the_mean_over_all_pairs_is_the_second_order(name):
    matrix, _, expected = MATRICES[name]
    size = matrix.shape[1]
    pairs = itertools.combinations(range(size), 2)
    columns = columns_of(matrix)
    found = [float(pair_contrast(columns[:, list(pair)], size)[0]) for pair in pairs]
    assert np.mean(found) == pytest.approx(expected, rel=1e-8)


def test_correlations_of_three_columns_are_known():
    correlations = ops.convert_to_numpy(column_correlations(columns_of(THREE)))[0]
    squares = [correlations[0, 1] ** 2, correlations[0, 2] ** 2, correlations[1, 2] ** 2]
    np.testing.assert_allclose(squares, [0.1, 0.0, 0.16], atol=1e-9)
    np.testing.assert_array_equal(np.diag(correlations), 1.0)


@pytest.mark.parametrize("kind", ["parallel", "none", "some"])
def test_parallel_and_vanishing_columns_have_finite_values_and_gradients(kind):
    generator = np.random.default_rng(0)
    columns = generator.normal(size=(2, 20, 40)).astype(np.float32)
    if kind == "parallel":
        columns[:] = columns[:, :1]
    columns[:, 10 if kind == "some" else 20 :] = 0.0
    if kind == "none":
        columns[:] = 0.0
    value, gradient = value_and_gradient(lambda c: ops.sum(mechanism_contrast(c)), columns)
    assert np.isfinite(value) and np.isfinite(gradient).all()
