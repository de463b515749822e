"""dSprites' files as their authors publish them, and its variants."""

import numpy as np
import pytest
from dataset_writers import (
    DSPRITES,
    Trap,
    cells,
    change,
    everything,
    write_dsprites_hdf5,
    write_dsprites_npz,
)

from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.errors import InputError

SPRITES = (1, 3, 2, 2, 2, 2)


@pytest.mark.parametrize("write", [write_dsprites_hdf5, write_dsprites_npz])
def test_dsprites_gives_its_images_and_nothing_is_unpickled(folders, write):
    images = write(folders / "dsprites", SPRITES)
    data = get_named_ground_truth_data("dsprites_full", factor_sizes=SPRITES)
    np.testing.assert_array_equal(everything(data)[..., 0], images * 255)
    assert data.factor_names == ["shape", "scale", "orientation", "pos_x", "pos_y"]
    assert data.factors_num_values == [3, 2, 2, 2, 2] and data.num_images == 48


def test_sizes_of_dsprites_may_leave_the_constant_color_out(folders):
    write_dsprites_hdf5(folders / "dsprites", SPRITES)
    data = get_named_ground_truth_data("dsprites_full", factor_sizes=SPRITES[1:])
    assert data.space.sizes == SPRITES
    data = get_named_ground_truth_data("dsprites_noshape", factor_sizes=SPRITES[2:])
    assert data.space.sizes == SPRITES and data.factors_num_values == [2, 2, 2, 2]


def test_images_that_are_a_pickle_are_refused(folders):
    (folders / "dsprites").mkdir(parents=True)
    pickled = np.array([Trap()], dtype=object)
    np.savez(folders / "dsprites" / f"{DSPRITES}.npz", imgs=pickled, allow_pickle=True)
    with pytest.raises(InputError, match="imgs.npy in .* holds Python objects .* never loaded"):
        get_named_ground_truth_data("dsprites_full")


@pytest.mark.parametrize("table", ["latents/classes", "latents/values"])
def test_one_wrong_latent_of_dsprites_is_named(folders, table):
    write_dsprites_hdf5(folders / "dsprites", SPRITES)

    def edit(labels):
        labels[9, 4] = labels[0, 4] + 7
        return labels

    change(folders / "dsprites" / f"{DSPRITES}.hdf5", table, edit)
    with pytest.raises(InputError, match=f"{table} in .*: row 9 .* label of pos_x"):
        get_named_ground_truth_data("dsprites_full", factor_sizes=SPRITES)


def test_a_sprite_of_more_than_two_values_is_refused(folders):
    write_dsprites_hdf5(folders / "dsprites", SPRITES)

    def edit(images):
        images[31, 5, 5] = 255
        return images

    change(folders / "dsprites" / f"{DSPRITES}.hdf5", "imgs", edit)
    with pytest.raises(InputError, match="row 31 has pixels above 1"):
        get_named_ground_truth_data("dsprites_full", factor_sizes=SPRITES)


def test_variants_of_dsprites_share_one_cache(folders, tmp_path):
    write_dsprites_hdf5(folders / "dsprites", SPRITES)
    for name in ("dsprites_full", "dsprites_noshape", "color_dsprites", "noisy_dsprites"):
        get_named_ground_truth_data(name, factor_sizes=SPRITES)
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_the_writers_write_what_they_say(tmp_path):
    assert cells((2, 3)).tolist() == [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]
    write_dsprites_npz(tmp_path, SPRITES)
    with pytest.raises(ValueError, match="allow_pickle"):
        np.load(tmp_path / f"{DSPRITES}.npz", allow_pickle=False)["metadata"]
