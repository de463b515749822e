import numpy as np
import pytest

from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.errors import InputError

NAMES, SIZES = ["hue", "size", "pose"], (3, 1, 4)


@pytest.fixture
def space():
    return FactorSpace(NAMES, SIZES)


def test_indices_and_factors_round_trip_over_the_whole_space(space):
    indices = np.arange(12)
    factors = space.factors(indices)
    assert factors.tolist() == [[a, 0, c] for a in range(3) for c in range(4)]
    np.testing.assert_array_equal(space.index(factors), indices)


def test_large_spaces_are_exact():
    space = FactorSpace(["a", "b", "c"], (3_000_000, 2_000_000, 1_000))
    factors = np.array([[2_999_999, 1_999_999, 999]])
    assert space.index(factors).tolist() == [6_000_000_000_000_000 - 1]


@pytest.mark.parametrize("value", [-1, 4])
def test_a_value_out_of_range_is_refused_by_its_factor_s_name(space, value):
    with pytest.raises(InputError, match=f"pose has values 0 to 3; got {value} in row 1"):
        space.index(np.array([[0, 0, 0], [0, 0, value]]))


def test_shapes_fractions_and_sizes_that_do_not_fit_are_refused(space):
    with pytest.raises(InputError, match=r"are \(num, 3\) for hue, size, pose; got \(2, 2\)"):
        space.index(np.zeros((2, 2), int))
    with pytest.raises(InputError, match="integers; got fractions"):
        space.index(np.array([[0.5, 0, 0]]))
    with pytest.raises(InputError, match="Indices are 0 to 11"):
        space.factors(np.array([12]))
    with pytest.raises(InputError, match="3 factors .* need as many sizes"):
        FactorSpace(NAMES, (3, 4))
    with pytest.raises(InputError, match="The factor size needs at least one value; got 0"):
        FactorSpace(NAMES, (3, 0, 4))


def test_factors_are_drawn_column_by_column(space):
    generator = np.random.RandomState(7)
    expected = np.stack([generator.randint(size, size=50) for size in SIZES], axis=1)
    np.testing.assert_array_equal(space.sample(50, np.random.RandomState(7)), expected)
