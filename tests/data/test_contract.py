"""Datasets of other packages: what breaks the contract is refused before anything is drawn."""

import numpy as np
import pytest

from tripod_dlib import registry
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.errors import InputError


class Squares(GroundTruthData):
    """Six grey images."""

    factor_names = ("hue", "size")
    factors_num_values = (2, 3)
    observation_shape = (16, 16, 3)

    def sample_factors(self, num, random_state):
        return np.stack([random_state.randint(size, size=num) for size in (2, 3)], axis=1)

    def sample_observations_from_factors(self, factors, random_state):
        return np.full((len(factors), 16, 16, 3), 0.5, np.float32)


class OneName(Squares):
    factor_names = ("hue",)


class Fractions(Squares):
    def sample_factors(self, num, random_state):
        return random_state.rand(num, 2)


class ChannelsFirst(Squares):
    def sample_observations_from_factors(self, factors, random_state):
        return np.zeros((len(factors), 3, 16, 16), np.float32)


class Bytes(Squares):
    def sample_observations_from_factors(self, factors, random_state):
        return np.full((len(factors), 16, 16, 3), 128.0)


class Rounded(Squares):
    def sample_observations_from_factors(self, factors, random_state):
        return np.linspace(-1e-7, 1 + 1e-7, 768 * len(factors)).reshape(-1, 16, 16, 3)


class NotANumber(Squares):
    def sample_observations_from_factors(self, factors, random_state):
        return np.full((len(factors), 16, 16, 3), np.nan)


class AList(Squares):
    def sample_observations_from_factors(self, factors, random_state):
        return [np.zeros((16, 16, 3), np.float32) for _ in factors]


class Beyond(Squares):
    factors_num_values = (2, 2)


@pytest.fixture
def open_registered(monkeypatch):
    """Builds a dataset through the registry."""

    def open_registered(build):
        monkeypatch.setitem(registry.datasets._registered, "theirs", build)
        return get_named_ground_truth_data("theirs")

    return open_registered


@pytest.mark.parametrize("build", [Squares, Rounded])
def test_a_dataset_that_keeps_the_contract_is_opened(open_registered, build):
    data = open_registered(build)
    assert data.factor_names == ("hue", "size") and data.name == "theirs"


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: None, "is a NoneType, which has no factor_names, factors_num_values"),
        (OneName, "has 2 factors, 1 name and numbers of values for 2"),
        (Fractions, r"draws factors of shape \(1, 2\) and dtype float64"),
        (ChannelsFirst, r"of shape \(1, 3, 16, 16\) .* says \(1, 16, 16, 3\). Channels come last"),
        (Bytes, r"values from 128 to 128; they are floats in \[0, 1\]"),
        (NotANumber, "values from nan to nan"),
        (AList, "gives observations as a list; they are one array"),
        (Beyond, r"from \[0, 0\] to \[1, 2\], and its factors_num_values are \[2, 2\]: those"),
    ],
    ids=lambda value: getattr(value, "__name__", "").strip("<>"),
)
def test_what_breaks_the_contract_is_refused(open_registered, build, message):
    with pytest.raises(InputError, match=message):
        open_registered(build)


@pytest.mark.parametrize("size", [(32, 32), 33.5, "32", True], ids=repr)
def test_a_size_that_is_no_number_of_pixels_is_refused(size):
    with pytest.raises(InputError, match="dataset.image_size is .*; allowed is int from 1"):
        get_named_ground_truth_data("shapes3d_procedural", image_size=size)


@pytest.mark.parametrize(
    "wrong",
    [{"name": None}, {"name": 3}, {"cache_dir": 3}, {"data_dir": 1.5}]
    + [{"factor_sizes": sizes} for sizes in (12, "34", ("3", "4"), (True, 4), (2.5, 3), {3: 4})],
    ids=str,
)
def test_an_argument_of_another_kind_is_refused(wrong):
    (key,) = wrong
    with pytest.raises(InputError, match=rf"dataset.{key} is .*; allowed is (str|tuple of int)"):
        get_named_ground_truth_data(**{"name": "shapes3d_procedural", **wrong})


def test_numbers_of_numpy_and_paths_are_taken(tmp_path):
    given = {"image_size": np.int64(16), "cache_dir": tmp_path}
    for sizes in (np.array([2, 1, 2, 1, 2, 1]), [2, np.int8(1), 2, 1, 2, 1]):
        data = get_named_ground_truth_data("shapes3d_procedural", factor_sizes=sizes, **given)
        assert data.observation_shape == (16, 16, 3) and data.num_images == 8
