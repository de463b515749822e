import matplotlib
import numpy as np
import pytest

from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.data.rendered.font_glyphs import (
    BACKGROUND,
    FACTOR_NAMES,
    FACTOR_SIZES,
    Renderer,
    font_glyphs,
    places,
)
from tripod_dlib.data.rendered.letter_scene import FACES, LETTERS, coverage, reach
from tripod_dlib.errors import InputError


def render(sizes, image_size):
    space = FactorSpace(FACTOR_NAMES, sizes)
    return Renderer(space, image_size).rows(0, space.num_cells)


@pytest.fixture(scope="module")
def images():
    return render(FACTOR_SIZES, 32)


def test_all_images_of_the_default_grid_are_different(images):
    assert len({image.tobytes() for image in images}) == len(images) == 24_000


def test_all_letters_faces_and_places_are_different_even_at_16_px():
    images = render((len(LETTERS), 3, 2, 2, 2, 5, 5), 16)
    assert len({image.tobytes() for image in images}) == len(images) == 12_000


def test_the_most_hues_are_different_by_at_least_4_levels():
    colors = render((1, 1, 1, 1, 24, 1, 1), 32).reshape(24, -1, 3).max(axis=1).astype(int)
    apart = np.abs(colors[:, None] - colors[None]).max(axis=2)
    assert apart[~np.eye(24, dtype=bool)].min() >= 4


@pytest.mark.parametrize("factor", range(7), ids=FACTOR_NAMES)
def test_an_unknown_factor_leaves_less_than_26_db(images, factor):
    """The best guess without a factor is the mean over its values."""
    grid = images.reshape(*FACTOR_SIZES, -1)[..., ::7].astype(np.float32) / 255
    errors = np.square(grid - grid.mean(axis=factor, keepdims=True)).mean()
    assert -10 * np.log10(errors) < 26


@pytest.mark.parametrize("image_size", [16, 32, 45, 64])
def test_x_and_y_move_a_letter_by_equally_many_whole_pixels(image_size):
    grid = render((1, 1, 1, 1, 1, 5, 4), image_size).reshape(5, 4, image_size, image_size, 3)
    across, down = 2 * reach(image_size) // 4, 2 * reach(image_size) // 3
    assert across >= 1 and down >= 1
    ink = (grid != BACKGROUND.astype(np.uint8)).any(axis=-1)
    corner = [np.argwhere(mask).min(axis=0) for mask in ink.reshape(20, image_size, image_size)]
    top, left = np.moveaxis(np.reshape(corner, (5, 4, 2)), 2, 0)
    np.testing.assert_array_equal(np.diff(left, axis=0), across)
    np.testing.assert_array_equal(np.diff(top, axis=1), down)
    assert not np.diff(left, axis=1).any() and not np.diff(top, axis=0).any()
    np.testing.assert_array_equal(grid[0, 0][:-down, :-across], grid[1, 1][down:, across:])


@pytest.mark.parametrize("family", range(3), ids=list(FACES))
def test_no_letter_is_cut_off_at_any_place(family):
    for image_size in (16, 32, 64):
        margin = 2 * reach(image_size)  # of the canvas: at the outermost place it is cut away
        for letter in LETTERS:
            for bold, slant in np.ndindex(2, 2):
                covered = coverage(letter, family, bold, slant, image_size)
                inner = covered[margin:-margin, margin:-margin]
                assert covered.sum() == pytest.approx(inner.sum()) and inner.max() > 0.4


def test_one_place_is_the_middle_and_all_places_reach_both_ends():
    assert places(1, 32).tolist() == [reach(32)]
    assert places(2 * reach(32) + 1, 32).tolist() == list(range(2 * reach(32) + 1))


def test_rendering_is_deterministic_and_any_rows_can_be_asked_for(images):
    renderer = Renderer(FactorSpace(FACTOR_NAMES, FACTOR_SIZES), 32)
    np.testing.assert_array_equal(renderer.rows(4_777, 4_852), images[4_777:4_852])
    np.testing.assert_array_equal(renderer.rows(23_999, 24_000), images[23_999:])
    assert renderer.rows(7, 7).shape == (0, 32, 32, 3)


def test_the_dataset_says_that_it_is_rendered_and_resembles_none(tmp_path):
    data = font_glyphs((2, 1, 2, 1, 2, 1, 2), 16, str(tmp_path))
    assert data.procedural and data.resembles is None and data.name == "font_glyphs"
    assert data.factor_names == ["letter", "family", "bold", "slant", "hue", "x", "y"]
    assert data.factors_num_values == [2, 1, 2, 1, 2, 1, 2] and data.num_images == 16


def test_other_fonts_make_another_cache(tmp_path, monkeypatch):
    arguments = ((2, 1, 1, 1, 1, 1, 1), 16, str(tmp_path / "cache"))
    font_glyphs(*arguments)
    font_glyphs(*arguments)
    assert len(list((tmp_path / "cache").glob("font_glyphs-*/images.npy"))) == 1
    fonts = tmp_path / "fonts" / "ttf"
    fonts.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matplotlib, "get_data_path", lambda: str(tmp_path))
        with pytest.raises(InputError, match="DejaVuSans.ttf is not there: this matplotlib came"):
            font_glyphs(*arguments)
    for faces in FACES.values():
        for face in faces:  # the bold sans stands in for every face
            path = f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans-Bold.ttf"
            with open(path, "rb") as font:
                (fonts / f"{face}.ttf").write_bytes(font.read())
    monkeypatch.setattr(matplotlib, "get_data_path", lambda: str(tmp_path))
    font_glyphs(*arguments)
    assert len(list((tmp_path / "cache").glob("font_glyphs-*/images.npy"))) == 2


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"factor_sizes": (21, 1, 1, 1, 1, 1, 1)}, "letter of font_glyphs has at most 20 values"),
        ({"factor_sizes": (1, 4, 1, 1, 1, 1, 1)}, "family of font_glyphs has at most 3 values"),
        ({"factor_sizes": (1, 1, 1, 1, 25, 1, 1)}, "hue of font_glyphs has at most 24 values"),
        (
            {"factor_sizes": (1, 1, 1, 1, 1, 10, 1), "image_size": 32},
            "x of font_glyphs has at most 9 values at 32 pixels; got a size of 10",
        ),
        ({"factor_sizes": (2, 2)}, "7 factors .* need as many sizes"),
        ({"image_size": 15}, "image_size is 15; letters are drawn at 16 to 1024 pixels"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(arguments, message, tmp_path):
    with pytest.raises(InputError, match=message):
        font_glyphs(**arguments, cache_dir=str(tmp_path))
