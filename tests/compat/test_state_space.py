import numpy as np
import pytest

from tripod_dlib.compat.dataset_classes import DummyData
from tripod_dlib.compat.state_space import SplitDiscreteStateSpace, StateSpaceAtomIndex

SIZES = (3, 1, 4, 2)


def test_latent_factors_are_drawn_column_by_column_in_the_order_asked_for():
    space = SplitDiscreteStateSpace(SIZES, [2, 0])
    ours, theirs = np.random.RandomState(1), np.random.RandomState(1)
    found = space.sample_latent_factors(50, ours)
    expected = np.stack([theirs.randint(4, size=50), theirs.randint(3, size=50)], axis=1)
    np.testing.assert_array_equal(found, expected)
    assert space.num_latent_factors == 2 and found.dtype == np.int64
    assert ours.random_sample() == theirs.random_sample()


def test_the_other_factors_are_drawn_afterwards_in_ascending_order():
    space = SplitDiscreteStateSpace((3, 5, 4, 2), [2, 0])
    latent = space.sample_latent_factors(50, np.random.RandomState(1))
    ours, theirs = np.random.RandomState(2), np.random.RandomState(2)
    found = space.sample_all_factors(latent, ours)
    others = [theirs.randint(5, size=50), theirs.randint(2, size=50)]
    expected = np.stack([latent[:, 1], others[0], latent[:, 0], others[1]], axis=1)
    np.testing.assert_array_equal(found, expected)
    assert ours.random_sample() == theirs.random_sample()


@pytest.mark.parametrize("positions", [[0, 0], [4], [-1]])
def test_positions_that_are_no_factors_are_refused(positions):
    with pytest.raises(ValueError, match="positions of the 4 factors, 0 to 3"):
        SplitDiscreteStateSpace(SIZES, positions)


def test_latent_factors_of_another_width_are_refused():
    space = SplitDiscreteStateSpace(SIZES, [0, 2])
    with pytest.raises(ValueError, match=r"are \(num, 2\); got \(5, 3\)"):
        space.sample_all_factors(np.zeros((5, 3), int), np.random.RandomState(0))


def test_the_row_of_every_combination_is_found():
    generator = np.random.RandomState(0)
    features = np.stack(np.unravel_index(generator.permutation(24), SIZES), axis=1)
    index = StateSpaceAtomIndex(SIZES, features)
    assert index.num_total_atoms == 24
    rows = generator.permutation(24)
    np.testing.assert_array_equal(index.features_to_index(features[rows]), rows)


@pytest.mark.parametrize(
    "features, message",
    [
        ([[0, 0], [0, 1], [1, 0]], "1 are missing and 0 stand there several times"),
        ([[0, 0], [0, 1], [1, 0], [1, 0]], "1 are missing and 1 stand there several times"),
        ([[0, 0], [0, 1], [1, 0], [1, 2]], "values 0 to 1; got 2"),
        ([[0], [1]], r"Factors are \(num, 2\)"),
    ],
    ids=["missing", "twice", "out of range", "too few columns"],
)
def test_a_table_that_is_not_the_whole_space_is_refused(features, message):
    with pytest.raises(ValueError, match=message):
        StateSpaceAtomIndex([2, 2], np.array(features))


@pytest.mark.parametrize("value", [-1, 2, 3])
def test_features_out_of_range_are_refused_those_equal_to_the_size_too(value):
    index = StateSpaceAtomIndex([2, 2], np.array([[0, 0], [0, 1], [1, 0], [1, 1]]))
    with pytest.raises(ValueError, match=f"values 0 to 1; got {value} in row 1"):
        index.features_to_index(np.array([[0, 0], [0, value]]))


def test_the_stream_for_tensorflow_holds_one_float32_observation_after_the_other():
    pytest.importorskip("tensorflow")
    from tripod_dlib.compat.tf_stream import tf_data_set_from_ground_truth_data

    data = DummyData()
    stream = tf_data_set_from_ground_truth_data(data, 3)
    generator = np.random.RandomState(3)
    for found in stream.take(3).as_numpy_iterator():
        expected = data.sample_observations(1, generator)[0].astype(np.float32)
        np.testing.assert_array_equal(found, expected)
        assert found.shape == (64, 64, 1) and found.dtype == np.float32
