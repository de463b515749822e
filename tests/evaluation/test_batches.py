"""Representations that a user's function gives, batch by batch."""

import numpy as np
import pytest

from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.batches import obtain_representation

OBSERVATIONS = np.random.RandomState(0).normal(size=(10, 3))


@pytest.mark.parametrize(
    ("encode", "came"),
    [
        (lambda batch: (batch, batch), "a tuple of 2 for 4 observations"),
        (lambda batch: None, "nothing for 4 observations"),
        (lambda batch: batch[:1], r"an array of shape \(1, 3\) for 4 observations"),
        (lambda batch: batch.T, r"an array of shape \(3, 4\) for 4 observations"),
        (lambda batch: 0.5, r"an array of shape \(\) for 4 observations"),
    ],
    ids=["mean and variance", "nothing", "one row", "transposed", "a number"],
)
def test_what_is_no_row_for_each_observation_is_refused_in_words(encode, came):
    with pytest.raises(InputError, match=f"representation_function gives {came}"):
        obtain_representation(OBSERVATIONS, encode, 4)


def test_batches_have_equally_many_latents():
    with pytest.raises(InputError, match=r"other shapes for other batches: \(2,\) and \(4,\)"):
        obtain_representation(OBSERVATIONS, lambda batch: np.zeros((len(batch), len(batch))), 4)


def test_lists_and_the_last_smaller_batch_are_taken():
    latents = obtain_representation(OBSERVATIONS, lambda batch: batch.tolist(), 4)
    np.testing.assert_array_equal(latents, OBSERVATIONS.T)
