import itertools

import numpy as np
import pytest

from tripod_dlib.data.grid_data import GridData
from tripod_dlib.data.pipeline import require_image_range, training_batch, training_batches
from tripod_dlib.data.rendered.dummy_data import DummyData
from tripod_dlib.errors import InputError

IMAGES = np.arange(60, dtype=np.uint8).reshape(60, 1, 1, 1)


@pytest.fixture
def data():
    return GridData("grid", ["a", "b"], [6, 10], IMAGES)


def test_batches_are_a_function_of_seed_and_step(data):
    batches = list(itertools.islice(training_batches(data, 3, 0, 8), 5))
    later = list(itertools.islice(training_batches(data, 3, 2, 8), 3))
    for (one,), (two,) in zip(batches[2:], later, strict=True):
        np.testing.assert_array_equal(one, two)
    assert (batches[0][0] != batches[1][0]).any()
    assert (training_batch(data, 4, 0, 8) != batches[0][0]).any()


def test_draws_are_uniform_over_all_images(data):
    drawn = np.concatenate([training_batch(data, 0, step, 100) for step in range(120)])
    counts = np.bincount(drawn.ravel(), minlength=60)
    # each count is binomial with mean 200 and variance below 200; the largest of 60 stays within 5
    assert drawn.dtype == np.uint8
    assert (np.abs(counts - 200) < 5 * np.sqrt(200)).all()


def test_data_without_a_grid_of_images_gives_its_observations():
    batch = training_batch(DummyData(), 0, 1, 4)
    assert batch.shape == (4, 64, 64, 1) and batch.dtype == np.float32
    np.testing.assert_array_equal(batch, training_batch(DummyData(), 0, 1, 4))


@pytest.mark.parametrize(
    "images, came",
    [
        (np.full((1, 2, 2, 1), 255.0), "floats from 255 to 255"),
        (np.full((1, 2, 2, 1), -1.0), "floats from -1 to -1"),
        (np.full((1, 2, 2, 1), np.nan), "floats from nan to nan"),
        (np.zeros((1, 2, 2, 1), np.int64), "an array of dtype int64"),
    ],
)
def test_images_that_a_model_would_misread_are_refused(images, came):
    with pytest.raises(InputError, match=f"the dataset odd gave {came}"):
        require_image_range(images, "odd")
