"""Embedded pictures, histograms and figures for people."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from tripod_dlib.pages.embedded import colours, picture, sheet
from tripod_dlib.pages.histograms import MOST_LATENTS, NUM_BINS, histograms, pairs
from tripod_dlib.pages.render import duration, number


def opened(address):
    kind, _, data = address.partition(",")
    assert kind == "data:image/webp;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))


def test_a_lossless_picture_comes_back_exactly():
    pixels = np.random.RandomState(0).randint(256, size=(9, 14, 3)).astype(np.uint8)
    np.testing.assert_array_equal(opened(picture(pixels, lossless=True)), pixels)


def test_a_sheet_has_its_tiles_in_rows_and_columns():
    tiles = np.arange(6, dtype=np.uint8).reshape(2, 3, 1, 1, 1) * np.ones(
        (1, 1, 64, 64, 3), np.uint8
    )
    pixels = sheet(tiles, side=64)
    assert pixels.shape == (128, 192, 3)
    np.testing.assert_array_equal(pixels[::64, ::64, 0], [[0, 1, 2], [3, 4, 5]])


@pytest.mark.parametrize("shape, side, expected", [((32, 32), 96, 64), ((200, 100), 50, 50)])
def test_tiles_are_made_as_large_as_they_may_be(shape, side, expected):
    pixels = sheet(np.zeros((1, 2, *shape, 3), np.uint8), side)
    assert pixels.shape[0] == expected


def test_colours_go_from_white_to_dark_and_take_what_is_undefined():
    shades = colours(np.array([0.0, 0.5, 1.0, np.nan, 7.0])).sum(axis=-1)
    assert shades[0] == 765 == shades[3] and shades[0] > shades[1] > shades[2] == shades[4]


def test_a_quantized_latent_has_a_bar_a_value():
    (found,) = histograms(np.array([[0.0], [0.0], [1.0]]), discrete=True)
    assert [(height, share) for height, share, _ in found["bars"]] == [(1.0, 2 / 3), (0.5, 1 / 3)]


def test_a_continuous_latent_has_bins_a_constant_one_too():
    latents = np.stack([np.random.RandomState(0).normal(size=300), np.zeros(300)], axis=1)
    first, second = histograms(latents.astype(np.float32), discrete=False)
    assert len(first["bars"]) == len(second["bars"]) == NUM_BINS
    assert sum(share for _, share, _ in first["bars"]) == pytest.approx(1)


def test_a_latent_beside_itself_is_a_diagonal_and_independent_ones_are_even():
    latents = np.random.RandomState(0).random_sample((20_000, 2))
    size = NUM_BINS // 2
    own = pairs(latents)[1 : size + 1, 1 : size + 1].sum(axis=-1)
    assert (np.diag(own[:, ::-1]) < 300).all()
    assert (own[~np.eye(size, dtype=bool)[:, ::-1]] == 765).all()
    both = pairs(latents)[1 : size + 1, size + 2 : 2 * size + 2].sum(axis=-1)
    assert both.max() < 400


def test_of_very_many_latents_some_are_paired():
    assert pairs(np.zeros((5, 100))).shape[0] == MOST_LATENTS * (NUM_BINS // 2 + 1) + 1


@pytest.mark.parametrize(
    "value, shown", [(0.8394, "0.839"), (31.234, "31.23"), (None, "–"), (float("nan"), "–")]
)
def test_numbers_are_for_people(value, shown):
    assert number(value) == shown


@pytest.mark.parametrize(
    "seconds, shown", [(45, "45 s"), (414, "6.9 min"), (12_000, "3 h 20 min"), (None, "–")]
)
def test_times_are_for_people(seconds, shown):
    assert duration(seconds) == shown
