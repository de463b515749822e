"""Images side by side, and the values that an animation goes through."""

import numpy as np
import pytest
from PIL import Image
from scipy import stats

from tripod_dlib.visualize import grids
from tripod_dlib.visualize.animation import (
    cycle_factor,
    cycle_gaussian,
    cycle_interval,
    save_animation,
)


def images(num, height=4, width=6, channels=3):
    return np.random.RandomState(0).uniform(size=(num, height, width, channels))


@pytest.mark.parametrize("channels", [1, 3])
def test_an_image_is_written_in_eight_bits_and_three_channels(tmp_path, channels):
    image = images(1, channels=channels)[0]
    before = image.copy()
    grids.save_image(image, tmp_path / "made" / "image.png")
    found = np.asarray(Image.open(tmp_path / "made" / "image.png"))
    expected = np.rint(np.broadcast_to(image, (4, 6, 3)) * 255)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(image, before)


def test_as_many_images_as_make_a_square_stand_column_by_column(tmp_path):
    batch = np.arange(6)[:, None, None, None] * np.full((1, 2, 3, 3), 0.1)
    grids.grid_save_images(batch, tmp_path / "grid.png")
    found = np.asarray(Image.open(tmp_path / "grid.png")) / 255
    assert found.shape == (4, 6, 3)
    np.testing.assert_allclose(found[::2, ::3, 0], [[0.0, 0.2], [0.1, 0.3]], atol=0.5 / 255)


def test_a_padded_grid_has_gaps_and_white_images_at_the_end():
    grid = grids.padded_grid([np.zeros((2, 2, 3))] * 5, num_rows=2, padding_px=1, value=(1, 0, 0))
    assert grid.shape == (5, 8, 3)
    assert (grid[2] == (1, 0, 0)).all() and (grid[:, 2] == (1, 0, 0)).all()
    assert (grid[3:, 6:] == 1).all() and (grid[3:, 3:5] == 0).all()


@pytest.mark.parametrize("num, rows", [(1, 1), (2, 1), (6, 2), (7, 2), (8, 2), (12, 3), (20, 4)])
def test_the_number_of_rows_leaves_few_places_empty(num, rows):
    assert grids.best_num_rows(num) == rows
    assert grids.best_num_rows(num, max_ratio=1000) <= rows


def test_margins_are_of_the_colour_asked_for():
    framed = grids.pad_around(np.zeros((2, 3, 3)), padding_px=2)
    assert framed.shape == (6, 7, 3) and framed.sum() == framed.size - 18
    assert grids.pad_around(np.zeros((2, 3, 3)), 2, axis=1).shape == (2, 7, 3)
    with pytest.raises(ValueError, match="3 entries, one a channel; got 2"):
        grids.padding_array(np.zeros((2, 3, 3)), 2, 0, value=(1, 1))


def test_an_image_gets_three_channels_and_no_footer():
    for shape in [(4, 5), (4, 5, 1), (4, 5, 3)]:
        assert grids.add_below(np.ones(shape)).shape == (4, 5, 3)
    with pytest.raises(ValueError, match="1 or 3 channels; got 2"):
        grids.add_below(np.ones((4, 5, 2)))


def test_an_animation_has_its_frames_at_its_rate_and_repeats(tmp_path):
    moving = np.linspace(0, 1, 4)[:, None, None, None] * np.ones((1, 8, 8, 1))
    save_animation([moving, 1 - moving], tmp_path / "made" / "animation.gif", fps=20)
    with Image.open(tmp_path / "made" / "animation.gif") as picture:
        assert picture.n_frames == 4 and picture.info["loop"] == 0
        for frame in range(4):
            picture.seek(frame)
            assert picture.info["duration"] == 50
            pixels = np.asarray(picture.convert("RGB")) / 255
            assert pixels[12, 12, 0] == pytest.approx(frame / 3, abs=0.02)
            assert pixels[12, 30, 0] == pytest.approx(1 - frame / 3, abs=0.02)


def test_indices_go_up_down_and_up_again():
    np.testing.assert_array_equal(cycle_factor(1, 3, 6), [1, 2, 2, 1, 0, 0])
    np.testing.assert_array_equal(cycle_factor(0, 2, 8), [0, 1, 1, 1, 1, 0, 0, 0])


@pytest.mark.parametrize("num_indices", [1, 2, 5, 40])
def test_every_index_is_visited_and_none_beyond(num_indices):
    for start in range(num_indices):
        found = cycle_factor(start, num_indices, 2 * num_indices)
        assert found[0] == start and set(found) == set(range(num_indices))


def test_quantiles_of_a_gaussian_are_followed():
    found = cycle_gaussian(0.0, 8)
    quantiles = [0.5, 0.75, 0.999, 0.75, 0.5, 0.25, 0.001, 0.25]
    np.testing.assert_allclose(found, stats.norm.ppf(quantiles), rtol=1e-10, atol=1e-12)
    moved = cycle_gaussian(3.0, 8, loc=3.0, scale=2.0)
    np.testing.assert_allclose(moved, 3.0 + 2.0 * found, rtol=1e-10)


def test_an_interval_is_gone_through():
    np.testing.assert_allclose(cycle_interval(0.0, 8, -2.0, 2.0), [0, 1, 2, 1, 0, -1, -2, -1])
    found = cycle_interval(3.0, 8, -2.0, 2.0)  # outside: from the mirrored value on
    assert found.min() >= -2.0 and found.max() <= 2.0 and found[0] == pytest.approx(1.0)
