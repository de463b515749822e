"""Unit and place of latents: what is changed, what is said, and that all else stays to the bit."""

import numpy as np
import pytest
from metric_samples import noisy, quietly
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from tripod_dlib import metrics
from tripod_dlib.metrics.modularity_explicitness import standardise
from tripod_dlib.metrics.prediction import gradient_boosting_classifier
from tripod_dlib.metrics.scale import (
    in_ordinary_unit,
    mean_and_deviation,
    read_by_trees,
    relative_to_range,
    standardised,
)
from tripod_dlib.metrics.split import split
from tripod_dlib.metrics.tables import as_floats

NORMAL = np.random.RandomState(0).normal(size=(200, 3)) + [0, 5, -100]


@pytest.mark.parametrize("exponent", [0, -900, 900, 3])
def test_moments_are_numpy_s_to_the_last_bit_whatever_the_exponent(exponent):
    mean, deviation = mean_and_deviation(np.ldexp(NORMAL, exponent))
    np.testing.assert_array_equal(np.ldexp(mean, -exponent), NORMAL.mean(axis=0))
    np.testing.assert_array_equal(np.ldexp(deviation, -exponent), NORMAL.std(axis=0))


def test_standardised_latents_are_the_textbook_s_and_constants_are_zero():
    latents = np.insert(NORMAL, 1, 1e200, axis=1)
    expected = np.insert((NORMAL - NORMAL.mean(axis=0)) / NORMAL.std(axis=0), 1, 0.0, axis=1)
    np.testing.assert_array_equal(standardised(latents), expected)


def test_moments_of_other_rows_standardise_from_end_to_end_of_float64():
    ends = np.array([[-1.7e308], [1.7e308]])
    scaled, mean, deviation = standardise(ends)
    np.testing.assert_array_equal(scaled, [[-1], [1]])
    np.testing.assert_array_equal(standardise(ends / 2, mean, deviation)[0], [[-0.5], [0.5]])
    expected = (NORMAL - NORMAL.mean(axis=0)) / NORMAL.std(axis=0)
    for exponent in (0, -900, 900):
        np.testing.assert_array_equal(standardise(np.ldexp(NORMAL, exponent))[0], expected)


def test_large_integers_are_as_far_from_their_mean_as_they_are():
    small = np.random.RandomState(0).randint(5000, size=(60, 2))
    large = as_floats(small + 10**18)
    np.testing.assert_array_equal(large, small - np.round(small.mean(axis=0)))


@pytest.mark.parametrize("make", [gradient_boosting_classifier, LogisticRegression])
@pytest.mark.parametrize("factor", [0.1, 1.0, 30.0])
def test_ordinary_latents_reach_predictors_to_the_last_bit(make, factor):
    sources, latents = noisy(60, noise=0.5)
    plain = split(sources, latents * factor)
    parts = plain.for_predictors(make)
    np.testing.assert_array_equal(parts.latents, plain.latents)
    np.testing.assert_array_equal(parts.test_latents, plain.test_latents)
    assert parts.notes == plain.notes


@pytest.mark.parametrize("factor", [0.02, 1e6])
def test_units_that_trees_bear_are_left_to_them_to_the_last_bit(factor):
    sources, latents = noisy(60, noise=0.5)
    plain = split(sources, latents * factor)
    parts = plain.for_predictors(gradient_boosting_classifier)
    np.testing.assert_array_equal(parts.latents, plain.latents)


@pytest.mark.parametrize(
    "latent", [np.linspace(0, 1e-8, 50), 1e8 + np.arange(50.0), np.linspace(0, 1e39, 50)]
)
def test_what_counts_as_hidden_is_hidden_from_a_tree_until_it_is_relative(latent):
    latent, labels = latent[:, None], np.arange(50) % 2
    assert not read_by_trees(latent).any()
    try:
        with np.errstate(over="ignore"):
            tree = DecisionTreeClassifier(random_state=0).fit(latent, labels)
        assert tree.score(latent, labels) < 0.7
    except ValueError as error:
        assert "too large for dtype('float32')" in str(error)
    places = relative_to_range(latent)[0]
    assert (places.min(), places.max()) == (0.0, 1.0)
    tree = DecisionTreeClassifier(random_state=0).fit(places, labels)
    assert tree.score(places, labels) == 1.0


def test_one_latent_of_another_unit_is_said():
    (latents,), notes = in_ordinary_unit(NORMAL * [1, 1e-6, 1], what="A fit")
    np.testing.assert_array_equal(latents, NORMAL * [1, 1e-6, 1])
    assert len(notes) == 1 and "latents [1] vary too little to take part" in notes[0]


def test_latents_that_are_all_small_are_divided_by_the_largest():
    (latents,), notes = in_ordinary_unit(NORMAL * 1e-5, what="A fit")
    assert latents.std(axis=0).max() == pytest.approx(1.0)
    assert "latents [0, 1, 2] are divided by 1" in notes[0]


@pytest.mark.parametrize("factor", [1e-8, 1e-3, 0.01, 1e4, 1e160])
def test_the_support_vector_machine_s_score_does_not_depend_on_one_unit_of_all(factor):
    sources, latents = noisy(200, noise=0.3)
    expected = quietly(metrics.compute_sap, sources, latents)["SAP_score"]
    found = quietly(metrics.compute_sap, sources, latents * factor)
    assert found["SAP_score"] == pytest.approx(expected, abs=0.04)  # the penalty still counts
    assert any("made for deviations about 1" in note for note in found["notes"])
