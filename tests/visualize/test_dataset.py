import numpy as np
import pytest
from PIL import Image

from tripod_dlib import registry
from tripod_dlib.data.rendered.dummy_data import DummyData
from tripod_dlib.errors import InputError
from tripod_dlib.visualize.dataset import visualize_dataset


class Bars(DummyData):
    """Two factors: height and brightness of a bar."""

    name = "bars"
    factor_names = ["height", "brightness"]
    factors_num_values = [4, 3]
    observation_shape = (8, 8, 1)

    def sample_factors(self, num, random_state):
        return np.stack([random_state.randint(size, size=num) for size in (4, 3)], axis=1)

    def sample_observations_from_factors(self, factors, random_state):
        images = np.zeros((len(factors), 8, 8, 1))
        for image, (height, brightness) in zip(images, factors, strict=True):
            image[: 2 * height + 1] = (brightness + 1) / 3
        return images


class PartOfBars(Bars):
    full_grid = False


@pytest.fixture
def bars():
    registry.datasets.register("bars", Bars)
    registry.datasets.register("part_of_bars", PartOfBars)
    yield
    registry.datasets.unregister("bars")
    registry.datasets.unregister("part_of_bars")


def test_each_factor_varies_alone_and_all_are_animated(bars, tmp_path, capfd):
    visualize_dataset("bars", tmp_path, num_animations=2, num_frames=6, fps=10)
    written = sorted(path.name for path in (tmp_path / "bars").iterdir())
    assert written == [
        *("animation0.gif", "animation1.gif"),
        *("variations_of_factor0.png", "variations_of_factor1.png"),
    ]
    pixels = np.asarray(Image.open(tmp_path / "bars" / "variations_of_factor0.png"))
    assert pixels.shape == (32, 32, 3) and len(np.unique(pixels)) == 2  # one brightness, and black
    pixels = np.asarray(Image.open(tmp_path / "bars" / "variations_of_factor1.png"))
    assert len({tile.astype(bool).tobytes() for tile in pixels.reshape(4, 8, 32, 3)}) == 1
    assert len(np.unique(pixels)) > 2
    with Image.open(tmp_path / "bars" / "animation0.gif") as picture:
        assert picture.n_frames > 2
    assert "visualizing bars" in capfd.readouterr().err


def test_an_incomplete_grid_is_refused(bars, tmp_path):
    with pytest.raises(InputError, match="A picture of each factor combines factors freely"):
        visualize_dataset("part_of_bars", tmp_path)
