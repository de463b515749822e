import numpy as np
import pytest

from tripod_dlib.training.given_arrays import checked_images, checked_latents

SHAPE = (2, 2, 1)
UNIT = np.linspace(0.0, 1.0, 12).reshape(3, *SHAPE)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_in_the_unit_interval_stay_as_they_are(dtype):
    found = checked_images(UNIT.astype(dtype), SHAPE)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, UNIT.astype(dtype).astype(np.float32))


def test_rounding_beyond_the_unit_interval_is_cut_off():
    found = checked_images(UNIT * 1.001 - 0.0005, SHAPE)
    assert (found.min(), found.max()) == (0.0, 1.0)


def test_uint8_booleans_and_no_images_are_taken():
    images = np.arange(12, dtype=np.uint8).reshape(3, *SHAPE)
    assert checked_images(images, SHAPE) is images
    np.testing.assert_array_equal(checked_images(UNIT > 0.5, SHAPE), UNIT > 0.5)
    assert checked_images(UNIT[:0], SHAPE).shape == (0, *SHAPE)


@pytest.mark.parametrize(
    ("images", "words"),
    [
        (UNIT * 255, "Floats are images in .0, 1.; these are from 0 to 255"),
        (UNIT * 2 - 1, "these are from -1 to 1"),
        ((UNIT * 255).astype(np.int64), "got int64. Whole numbers from 0 to 255 are given as"),
        ((UNIT * 255).astype(np.uint16), "got uint16"),
        (UNIT + 0j, "got complex128"),
        (UNIT.astype(object), "got object"),
        (np.where(UNIT == UNIT[1, 0, 0, 0], np.nan, UNIT), "hold 1 values .* first in row 1"),
        (np.where(UNIT == 1, np.inf, UNIT), "NaN or infinite, first in row 2"),
        (np.ma.masked_equal(UNIT, 1.0), "pixels of the images are masked"),
        (UNIT[0], "encodes images of shape .2, 2, 1.; got an array of shape"),
    ],
    ids=["255", "-1", "int64", "uint16", "complex", "object", "nan", "inf", "masked", "one image"],
)
def test_images_of_another_kind_are_refused_with_what_came(images, words):
    with pytest.raises(ValueError, match=words):
        checked_images(images, SHAPE)


def test_latents_are_numbers_of_the_model_s_shape():
    found = checked_latents(np.arange(6).reshape(3, 2), 2)
    assert found.dtype == np.float32
    for latents, words in (
        (np.zeros((3, 4)), r"of shape \(num, 2\); got \(3, 4\)"),
        (np.array([["a", "b"]]), "Latents are numbers"),
        (np.array([[0.0, np.nan]]), "hold 1 values"),
    ):
        with pytest.raises(ValueError, match=words):
            checked_latents(latents, 2)
