import numpy as np
import pytest

from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.data.grid_data import GridData
from tripod_dlib.data.own.labelled_images import LabelledImages, UnlabelledImages
from tripod_dlib.data.rendered.dummy_data import DummyData, IdentityObservationsData
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
    with pytest.raises(InputError, match="The factor size needs .*, a whole number; got 0"):
        FactorSpace(NAMES, (3, 0, 4))


def test_factors_are_drawn_column_by_column(space):
    generator = np.random.RandomState(7)
    expected = np.stack([generator.randint(size, size=50) for size in SIZES], axis=1)
    np.testing.assert_array_equal(space.sample(50, np.random.RandomState(7)), expected)


@pytest.mark.parametrize(
    "factors, message",
    [
        (np.zeros((2, 3), bool), "integers; got an array of dtype bool"),
        (np.array([["0", "0", "0"]]), "integers; got an array of dtype <U1"),
        (np.array([[None, 0, 0]]), "integers; got an array of dtype object"),
        (np.zeros((2, 3), complex), "integers; got an array of dtype complex128"),
        (np.array([[np.nan, 0, 0]]), "fractions, infinities or NaN"),
        (np.array([[0, 0, np.inf]]), "fractions, infinities or NaN"),
        (np.array([[0, 0, 2**63]], np.uint64), f"pose has values 0 to 3; got {2**63} in row 0"),
        (np.array([[0.0, -1.0, 0.0]]), "size has values 0 to 0; got -1 in row 0"),
        (np.array([[-(2**63), 0, 0]]), f"hue has values 0 to 2; got -{2**63} in row 0"),
        (np.zeros(3, int), r"are \(num, 3\) for hue, size, pose; got \(3,\)"),
        (np.zeros((1, 2, 3), int), r"are \(num, 3\) .* got \(1, 2, 3\)"),
        (0, r"are \(num, 3\) .* got \(\)"),
    ],
)
def test_factors_that_are_no_exact_integers_are_refused(space, factors, message):
    with pytest.raises(InputError, match=message):
        space.index(factors)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.uint64, np.float16, np.float64])
def test_whole_numbers_of_any_dtype_become_int64(space, dtype):
    factors = space.exact(np.array([[2, 0, 3], [0, 0, 1]], dtype))
    assert factors.dtype == np.int64 and factors.tolist() == [[2, 0, 3], [0, 0, 1]]
    assert space.index(np.zeros((0, 3), dtype)).shape == (0,)


@pytest.mark.parametrize(
    "indices, message",
    [
        ([True, False], "integers; got an array of dtype bool"),
        ([1.0], "integers; got an array of dtype float64"),
        (["1"], "integers; got an array of dtype <U1"),
        ([3, -1], "Indices are 0 to 11; got -1 in row 1"),
        ([12], "Indices are 0 to 11; got 12 in row 0"),
        (np.array([2**64 - 1], np.uint64), f"got {2**64 - 1} in row 0"),
        ([[1]], r"Indices are \(num,\); got \(1, 1\)"),
        (3, r"Indices are \(num,\); got \(\)"),
    ],
)
def test_indices_that_are_no_exact_integers_are_refused(space, indices, message):
    with pytest.raises(InputError, match=message):
        space.factors(indices)
    data = GridData("grid", NAMES, SIZES, np.zeros((12, 1, 1, 1), np.uint8))
    with pytest.raises(InputError, match=message):
        data.images(indices)


@pytest.mark.parametrize(
    "size", [True, np.True_, 0, -1, 2.5, "3", None, float("nan"), float("inf"), [2], 1j]
)
def test_sizes_are_positive_integers(size):
    with pytest.raises(InputError, match="The factor size needs at least one value"):
        FactorSpace(NAMES, (3, size, 4))


@pytest.mark.parametrize("sizes", ["34", 12, None], ids=repr)
def test_sizes_are_a_list(sizes):
    with pytest.raises(InputError, match=f"a list of whole numbers, one a factor; got {sizes!r}"):
        FactorSpace(NAMES, sizes)


@pytest.mark.parametrize(
    "names, message",
    [("abc", "a list of texts; got 'abc'"), ((1, "b"), "texts; got"), ("aba", "list of texts")],
)
def test_names_are_a_list_of_texts(names, message):
    with pytest.raises(InputError, match=message):
        FactorSpace(names, (2,) * len(names))


def test_each_factor_has_a_name_of_its_own():
    with pytest.raises(InputError, match="'a' stands twice"):
        FactorSpace(["a", "b", "a"], (2, 2, 2))


def test_channels_of_a_grid_s_images_come_last():
    with pytest.raises(InputError, match=r"images.transpose\(0, 2, 3, 1\)"):
        GridData("mine", ["a", "b"], [3, 4], np.zeros((12, 3, 8, 8), np.uint8))


def test_sizes_of_numpy_s_integers_become_python_s():
    assert FactorSpace(NAMES, np.array([3, 1, 4], np.uint8)).sizes == (3, 1, 4)


def test_a_grid_beyond_64_bits_is_refused():
    assert FactorSpace(["a", "b"], (2**62, 1)).num_cells == 2**62
    with pytest.raises(InputError, match=f"has {2**64} cells, more than 64-bit indices"):
        FactorSpace(["a", "b"], (2**32, 2**32))


def test_every_kind_of_data_refuses_a_factor_by_name():
    images = np.zeros((12, 1, 1, 1), np.uint8)
    cells = FactorSpace(NAMES, SIZES).factors(np.arange(12))
    every = [
        GridData("grid", NAMES, SIZES, images),
        GridData("grid", NAMES, SIZES, images, nuisance=["hue"]),
        LabelledImages("labelled", FactorSpace(NAMES, SIZES), cells[:7], images[:7]),
    ]
    for data in every:
        factors = np.zeros((2, data.num_factors), np.int64)
        factors[1, -1] = 4
        with pytest.raises(InputError, match="pose has values 0 to 3; got 4 in row 1"):
            data.sample_observations_from_factors(factors, np.random.RandomState(0))
        with pytest.raises(InputError, match="got an array of dtype bool"):
            data.sample_observations_from_factors(factors > 0, np.random.RandomState(0))
        with pytest.raises(InputError, match=r"Factors are \(num,"):
            data.sample_observations_from_factors(factors[:, :-1], np.random.RandomState(0))


@pytest.mark.parametrize(
    "kind", ["grid", "full", "incomplete", "without labels", "dummy", "identity"]
)
def test_draws_take_a_random_state_and_a_number_from_0(space, kind):
    images = np.zeros((12, 4, 4, 1), np.uint8)
    data = {
        "grid": GridData("grid", NAMES, SIZES, images),
        "full": LabelledImages("full", space, space.factors(np.arange(12)), images),
        "incomplete": LabelledImages("some", space, space.factors(np.arange(5)), images[:5]),
        "without labels": UnlabelledImages("photos", images),
        "dummy": DummyData(),
        "identity": IdentityObservationsData(),
    }[kind]
    assert len(data.sample(0, np.random.RandomState(0))[1]) == 0
    for source in (3, None, np.random.default_rng(0)):
        with pytest.raises(InputError, match="made by a numpy.random.RandomState.seed.; got"):
            data.sample(2, source)
    with pytest.raises(InputError, match="number of draws is -1; it is a whole"):
        data.sample(-1, np.random.RandomState(0))
    with pytest.raises(InputError, match="number of draws is 2.5; it is a whole number from 0"):
        data.sample(2.5, np.random.RandomState(0))


@pytest.mark.parametrize(
    "images",
    [
        np.full((12, 4, 4, 3), 0.5),
        np.full((12, 4, 4, 3), 128),
        np.ones((12, 4, 4, 3), bool),
        np.zeros((12, 4, 4), np.uint8),
        np.zeros((12, 4, 4, 3), np.uint8).tolist(),
    ],
    ids=["floats", "int64", "booleans", "no channels", "lists"],
)
def test_images_of_a_grid_are_bytes_with_channels(images):
    """Floats in [0, 1] would be divided by 255 once more, and be nearly black."""
    with pytest.raises(InputError, match="of grid are an array of uint8 .* got (dtype|a list)"):
        GridData("grid", NAMES, SIZES, images)
