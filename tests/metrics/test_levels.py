"""Equal intervals of latents of any type and size."""

import numpy as np
import pytest

from tripod_dlib.metrics.levels import histogram_discretize

PLACES = np.arange(0, 100, 7)


@pytest.mark.parametrize(
    "column",
    [
        PLACES.astype(np.float16),
        PLACES.astype(np.float32),
        PLACES * 5e-324,
        PLACES * 1e306 * 1.7,
        PLACES.astype(np.int8),
        PLACES.astype(np.uint64) + np.uint64(2**63 + 1024),
        np.array([int(place) * (2**64 // 100) - 2**63 for place in PLACES]),
    ],
    ids=["half", "single", "denormal", "largest", "bytes", "beyond int64", "all of int64"],
)
def test_seven_intervals_of_evenly_spaced_values_are_theirs(column):
    """Values 0, 7, ..., 98 in intervals of width 14: two in each, the last with the maximum."""
    expected = np.minimum(PLACES // 14, 6)
    np.testing.assert_array_equal(histogram_discretize(column[:, None], 7)[:, 0], expected)


@pytest.mark.parametrize("offset", [10**16, 10**18, -(10**18), 2**63 - 10**4])
def test_large_integers_have_the_intervals_of_their_differences(offset):
    """Edges of float64 would be rounded by more than some of the values differ by."""
    column = np.random.RandomState(0).randint(5000, size=(300, 1))
    expected = histogram_discretize(column, 20)
    np.testing.assert_array_equal(histogram_discretize(column + offset, 20), expected)


def test_booleans_are_two_levels():
    levels = histogram_discretize(np.array([[True], [False], [True]]), 20)
    np.testing.assert_array_equal(levels, [[19], [0], [19]])


@pytest.mark.parametrize("low, high", [(1.0, np.nextafter(1.0, 2)), (0.0, 5e-324), (-1e308, 1e308)])
def test_two_neighbours_and_two_ends_are_two_levels(low, high):
    levels = histogram_discretize(np.array([[low], [high], [low]]), 20)
    np.testing.assert_array_equal(levels, [[0], [19], [0]])


@pytest.mark.parametrize("num_bins", [0, -1])
def test_no_intervals_are_refused(num_bins):
    with pytest.raises(ValueError, match=f"num_bins is {num_bins}; there must be 1 at least"):
        histogram_discretize(np.arange(6.0)[:, None], num_bins)
