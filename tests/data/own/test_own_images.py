"""The dataset `own`: whatever the user has, at a size that the networks take."""

import numpy as np
import pytest
from dataset_writers import cells, random_images
from picture_writers import write_pictures

from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.data.own.network_size import MULTIPLE, fitting_size, say_if_misfit
from tripod_dlib.errors import InputError


@pytest.mark.parametrize(
    "size, expected",
    [
        ((64, 64), 64),
        ((32, 32), 32),
        ((28, 28), 32),
        ((8, 8), 32),
        ((48, 48), 48),
        ((50, 50), 48),
        ((60, 90), 64),
        ((512, 512), 64),
        ((1000, 40), 32),
    ],
)
def test_the_fitting_size_is_the_own_one_or_the_nearest_that_networks_take(size, expected):
    assert fitting_size(*size) == expected


@pytest.mark.slow
def test_a_size_is_said_not_to_fit_where_the_networks_refuse_it():
    from tripod_dlib.networks.encoder import require_sizes

    for side in range(8, 130):
        shape = (side, side, 3)
        note = say_if_misfit(shape)
        try:
            require_sizes(shape, (2, 3, 4, 5, 6))
        except ValueError:
            assert f"--image_size={fitting_size(side, side)} " in note[0]
        else:
            assert note == () and side % MULTIPLE == 0


def test_a_file_is_opened_at_a_size_that_fits(tmp_path, capsys):
    np.savez(tmp_path / "mine.npz", images=random_images(6, 28, 20, 1), labels=cells((2, 3)))
    arguments = {"data_dir": str(tmp_path / "mine.npz"), "cache_dir": str(tmp_path / "c")}
    data = get_named_ground_truth_data("own", **arguments)
    assert data.observation_shape == (32, 32, 1) and data.factors_num_values == [2, 3]
    assert "own: Images of 20x28 pixels are resized to 32x32" in capsys.readouterr().err
    data = get_named_ground_truth_data("own", image_size=16, **arguments)
    assert data.observation_shape == (16, 16, 1) and not capsys.readouterr().err.count("resized")


def test_a_folder_is_opened_as_what_it_holds(tmp_path):
    write_pictures(tmp_path / "pictures")
    np.savez(tmp_path / "pictures" / "x.npz", images=random_images(6, 32, 32, 3))
    (tmp_path / "arrays").mkdir()
    np.savez(tmp_path / "arrays" / "x.npz", images=random_images(6, 32, 32, 3))
    for name, num in {"pictures": 3, "arrays": 6}.items():
        data = get_named_ground_truth_data(
            "own", data_dir=str(tmp_path / name), cache_dir=str(tmp_path / "c")
        )
        assert data.num_images == num and data.name == "own"


def test_what_is_no_images_is_refused_with_the_reason(tmp_path):
    with pytest.raises(InputError, match="Bind dataset.data_dir to your own images"):
        get_named_ground_truth_data("own")
    with pytest.raises(InputError, match="nowhere is not there"):
        get_named_ground_truth_data("own", data_dir=str(tmp_path / "nowhere"))
    np.savez(tmp_path / "mine.npz", images=random_images(6, 32, 32, 3))
    with pytest.raises(InputError, match="dataset.labels is for folders of pictures"):
        get_named_ground_truth_data(
            "own", data_dir=str(tmp_path / "mine.npz"), labels="folders", cache_dir=str(tmp_path)
        )
