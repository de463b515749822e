import numpy as np
import pytest

from tripod_dlib.results import pictures
from tripod_dlib.results.pictures import GAP, MARK


def tiles(rows, columns, height=96, width=96):
    shape = (rows, columns, height, width, 3)
    return np.random.RandomState(0).randint(0, 200, shape).astype(np.uint8)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_rows_of_tiles_stand_below_each_other_with_white_gaps(dtype):
    white = 255 if dtype == np.uint8 else 1.0
    images = np.full((3, 96, 96, 1), white, dtype)
    grid = pictures.tile(np.stack([pictures.to_pixels(images), pictures.to_pixels(images * 0)]))
    assert grid.shape == (2 * 96 + 3 * GAP, 3 * 96 + 4 * GAP, 3)
    assert (grid[: 96 + GAP] == 255).all()
    assert (grid[-96 - GAP : -GAP, GAP : 96 + GAP] == 0).all()


@pytest.mark.parametrize("shape, side", [((20, 20), 100), ((64, 64), 128), ((200, 10), 2000)])
def test_small_tiles_are_enlarged_by_whole_factors(shape, side):
    (image,) = tiles(1, 1, *shape)[0]
    grid = pictures.tile(image[None, None])[GAP:-GAP, GAP:-GAP]
    factor = side // shape[0]
    assert grid.shape == (side, shape[1] * factor, 3)
    assert min(grid.shape[:2]) >= pictures.SMALLEST_TILE
    np.testing.assert_array_equal(grid[::factor, ::factor], image)


def test_one_tile_a_row_is_framed_where_it_is_marked():
    grid = pictures.tile(tiles(2, 3), marked=[2, 0])
    framed = (grid == MARK).all(axis=-1)
    step = 96 + GAP
    assert framed[0, 2 * step : 3 * step + GAP].all() and not framed[0, : 2 * step].any()
    assert framed[-1, : step + GAP].all() and not framed[-1, step + GAP :].any()


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 7])
def test_images_of_any_number_of_channels_are_shown(channels):
    images = np.random.RandomState(0).randint(256, size=(2, 8, 8, channels)).astype(np.uint8)
    shown = pictures.to_pixels(images)
    assert shown.shape == (2, 8, 8, 3) and shown.dtype == np.uint8
    for channel in range(min(channels, 3)):
        np.testing.assert_array_equal(shown[..., channel], images[..., channel])


def test_labels_stand_outside_the_tiles():
    pixels = np.random.RandomState(0).randint(0, 255, (130, 196, 3)).astype(np.uint8)
    picture = pictures.labelled(pixels, "t", ["image", "reconstruction"], ["0", "1", "2"])
    np.testing.assert_array_equal(picture[-130:, -196:], pixels)
    assert (picture[:-130, -196:] < 128).any()  # title and column names
    assert (picture[-130:-65, :-196] < 128).any() and (picture[-65:, :-196] < 128).any()


def test_a_picture_is_as_wide_as_its_title():
    pixels = np.zeros((10, 10, 3), np.uint8)
    assert pictures.labelled(pixels, "a long title of a picture").shape[1] > 100


@pytest.mark.parametrize(
    "name", ["a\nb", "$$", r"\frac{", "\x1b[31m\x00", "形", "\udcff", "x" * 5000, ""]
)
def test_names_of_any_kind_label_a_picture(name):
    pixels = np.zeros((20, 20, 3), np.uint8)
    picture = pictures.labelled(pixels, name, [name, name], [name])
    assert picture.shape[1] < 4000
