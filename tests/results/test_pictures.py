import numpy as np
import pytest
from PIL import Image

from tripod_dlib.results import pictures

NAMES = ["floor_hue", "wall_hue", "shape"]


def read(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_originals_stand_above_their_reconstructions(dtype):
    white = 255 if dtype == np.uint8 else 1.0
    images = np.full((3, 64, 64, 1), white, dtype)
    grid = pictures.reconstruction_grid(images, images * 0)
    assert grid.shape == (2 * 64 + pictures.GAP, 3 * 64 + 2 * pictures.GAP, 3)
    assert (grid[:64] == 255).all()
    assert (grid[-64:, :64] == 0).all()


def test_small_tiles_are_enlarged_by_repeating_pixels():
    tiles = np.random.RandomState(0).randint(0, 255, (1, 1, 20, 20, 3)).astype(np.uint8)
    grid = pictures.tile(tiles)
    assert grid.shape == (80, 80, 3)
    np.testing.assert_array_equal(grid[::4, ::4], tiles[0, 0])


def test_labels_stand_outside_the_tiles():
    pixels = np.random.RandomState(0).randint(0, 255, (130, 196, 3)).astype(np.uint8)
    picture = pictures.labelled(pixels, "t", ["image", "reconstruction"], ["0", "1", "2"])
    np.testing.assert_array_equal(picture[-130:, -196:], pixels)
    assert (picture[:-130, -196:] < 128).any()  # title and column names
    assert (picture[-130:-65, :-196] < 128).any() and (picture[-65:, :-196] < 128).any()


def test_a_picture_is_as_wide_as_its_title():
    pixels = np.zeros((10, 10, 3), np.uint8)
    assert pictures.labelled(pixels, "a long title of a picture").shape[1] > 100


def test_the_heat_map_marks_inactive_latents_and_takes_undefined_sources(tmp_path):
    nmi = np.zeros((3, 6))
    nmi[1] = np.nan
    hatched = {}
    for name, active in (("all", np.ones(6, bool)), ("some", np.arange(6) > 2)):
        pictures.save_nmi_heat_map(tmp_path / f"{name}.png", nmi, NAMES, active)
        inside = read(tmp_path / f"{name}.png")[60:-60, 150:510]
        hatched[name] = (inside == 128).all(axis=-1)  # gray
    assert not hatched["all"].any()
    columns = np.flatnonzero(hatched["some"].any(axis=0))
    assert len(columns) > 100
    assert columns.max() < 240  # the three inactive ones stand left


def test_the_importance_matrix_has_latents_as_columns(tmp_path):
    pictures.save_importance_matrix(tmp_path / "long.png", np.eye(20, 3), NAMES)
    height, width, _ = read(tmp_path / "long.png").shape
    assert width > 3 * height
