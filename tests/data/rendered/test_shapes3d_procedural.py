import numpy as np
import pytest

from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.data.rendered.shapes3d_procedural import (
    FACTOR_NAMES,
    FACTOR_SIZES,
    Renderer,
    shapes3d_procedural,
)
from tripod_dlib.errors import InputError

SIZES = (6, 6, 6, 5, 4, 6)


@pytest.fixture(scope="module")
def images():
    space = FactorSpace(FACTOR_NAMES, SIZES)
    return Renderer(space, 32).rows(0, space.num_cells)


def test_all_images_of_the_quickstart_s_grid_are_different(images):
    assert len({image.tobytes() for image in images}) == len(images) == 25_920


@pytest.mark.parametrize("factor", range(6), ids=FACTOR_NAMES)
def test_an_unknown_factor_leaves_less_than_25_db(images, factor):
    """The best guess without a factor is the mean over its values."""
    grid = images.reshape(*SIZES, -1)[..., ::7].astype(np.float32) / 255  # every 7th value will do
    errors = np.square(grid - grid.mean(axis=factor, keepdims=True)).mean()
    assert -10 * np.log10(errors) < 25


def test_rendering_is_deterministic_and_any_rows_can_be_asked_for(images):
    renderer = Renderer(FactorSpace(FACTOR_NAMES, SIZES), 32)
    np.testing.assert_array_equal(renderer.rows(777, 790), images[777:790])


def test_the_full_grid_at_64_px_renders_its_last_images():
    space = FactorSpace(FACTOR_NAMES, (*FACTOR_SIZES[:3], 2, 4, 2))
    last = Renderer(space, 64).rows(space.num_cells - 3, space.num_cells)
    assert last.shape == (3, 64, 64, 3) and last.dtype == np.uint8 and last.std() > 20


def test_the_dataset_says_that_it_is_procedural(tmp_path):
    data = shapes3d_procedural((2, 1, 2, 1, 2, 1), 16, str(tmp_path))
    assert data.procedural and data.name == "shapes3d_procedural"
    assert data.factors_num_values == [2, 1, 2, 1, 2, 1] and data.num_images == 8


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"factor_sizes": (2, 2, 2, 2, 5, 2)}, "There are 4 shapes .* got a size of 5"),
        ({"factor_sizes": (2, 2)}, "6 factors .* need as many sizes"),
        (
            {"factor_sizes": (2, 1, 2, 1, 2, 1), "image_size": 4},
            "image_size is 4; the scene is rendered at 8 to 1024",
        ),
        ({"factor_sizes": (2, 1, 2, 1, 2, 1), "image_size": 5000}, "image_size is 5000; the scene"),
        (
            {"factor_sizes": (2, 1, 2, 1000, 4, 1000), "image_size": 1024},
            "Rendering 4000000 geometries at 1024 pixels needs 50.3 TB of memory",
        ),
    ],
)
def test_sizes_that_do_not_fit_are_refused(arguments, message, tmp_path):
    with pytest.raises(InputError, match=message):
        shapes3d_procedural(**arguments, cache_dir=str(tmp_path))


def test_the_full_grid_is_not_rendered_unasked(tmp_path):
    with pytest.raises(InputError, match=r"bind dataset.factor_sizes .* takes 5.9 GB at 64 pix"):
        get_named_ground_truth_data("shapes3d_procedural", cache_dir=str(tmp_path))
    assert not list(tmp_path.iterdir())
