"""disentanglement_lib's class names give the images and draws of the registered datasets."""

import dataclasses

import gin
import numpy as np
import pytest
from dataset_writers import (
    write_cars3d,
    write_dsprites_npz,
    write_mpi3d,
    write_scream,
    write_shapes3d,
    write_small_norb,
)

from tripod_dlib.compat import dataset_classes, sprite_classes
from tripod_dlib.compat import named_data as compat_named_data
from tripod_dlib.data.grid_data import GridData
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.data.rendered.dummy_data import IdentityObservationsData
from tripod_dlib.errors import InputError

SPRITES = (1, 3, 2, 4, 2, 3)
ROOM = (2, 3, 2, 2, 2, 3)
MPI = (2, 2, 2, 3, 3, 2, 2)
CARS = (3, 4, 5)
NORB = (5, 10, 2, 2, 2)


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Opens a class on a smaller grid."""
    monkeypatch.setenv("DISENTANGLEMENT_LIB_DATA", str(tmp_path))
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", str(tmp_path / "cache"))

    def build(kind, sizes, *arguments):
        changed = dataclasses.replace(kind.declaration, factor_sizes=sizes)
        monkeypatch.setattr(kind, "declaration", changed)
        return kind(*arguments)

    return build


def assert_same_draws(one, other):
    generators = np.random.RandomState(4), np.random.RandomState(4)
    for num in (3, 10):
        (factors, images), (expected, expected_images) = (
            data.sample(num, generator) for data, generator in zip((one, other), generators)
        )
        np.testing.assert_array_equal(factors, expected)
        np.testing.assert_array_equal(images, expected_images)
    assert one.factors_num_values == other.factors_num_values
    assert one.factor_names == other.factor_names
    assert one.observation_shape == list(other.observation_shape)
    assert generators[0].random_sample() == generators[1].random_sample()


@pytest.mark.parametrize(
    "kind, name, positions",
    [
        ("DSprites", "dsprites_full", [1, 2, 3, 4, 5]),
        ("DSprites", "dsprites_noshape", [2, 3, 4, 5]),
        ("ColorDSprites", "color_dsprites", [1, 2, 3, 4, 5]),
        ("NoisyDSprites", "noisy_dsprites", [1, 2, 3, 4, 5]),
        ("ScreamDSprites", "scream_dsprites", [1, 2, 3, 4, 5]),
    ],
)
def test_sprites(small, tmp_path, kind, name, positions):
    write_dsprites_npz(tmp_path / "dsprites", SPRITES)
    write_scream(tmp_path / "scream")
    data = small(getattr(sprite_classes, kind), SPRITES, positions)
    assert_same_draws(data, get_named_ground_truth_data(name, factor_sizes=SPRITES))
    assert data.name == kind


def test_without_positions_all_six_factors_are_latent(small, tmp_path):
    write_dsprites_npz(tmp_path / "dsprites", SPRITES)
    data = small(sprite_classes.DSprites, SPRITES)
    assert data.factors_num_values == list(SPRITES) and data.num_factors == 6


def test_abstract_sprites_have_a_colour_of_six_on_a_gray_of_five(small, tmp_path):
    images = write_dsprites_npz(tmp_path / "dsprites", SPRITES)
    data = small(sprite_classes.AbstractDSprites, SPRITES)
    assert data.factors_num_values == [5, 6, 3, 2, 2, 3] and data.num_factors == 6
    assert data.factor_names[:3] == ["background_color", "object_color", "shape"]
    assert data.observation_shape == [64, 64, 3]
    found = data.sample_observations_from_factors(
        np.array([[3, 2, 2, 1, 1, 2], [4, 0, 0, 0, 0, 1]]), np.random.RandomState(0)
    )
    orientations = np.random.RandomState(0)  # color, of one value, comes before
    orientations.randint(1, size=2)
    for image, cell, gray, color, turn in zip(
        found,
        [(0, 2, 1, None, 1, 2), (0, 0, 0, None, 0, 1)],
        (0.75, 1.0),
        ([0.37648325, 0.72839004, 0.59631146], [0.90962318, 0.58834037, 0.36576807]),
        orientations.randint(4, size=2),
        strict=True,
    ):
        cell = (*cell[:3], turn, *cell[4:])
        sprite = images[np.ravel_multi_index(cell, SPRITES)].astype(bool)
        np.testing.assert_allclose(image[sprite], np.tile(color, (sprite.sum(), 1)), atol=1e-8)
        assert 0 < sprite.sum() < sprite.size and (image[~sprite] == gray).all()


def test_a_color_that_is_none_of_the_six_is_refused(small, tmp_path):
    write_dsprites_npz(tmp_path / "dsprites", SPRITES)
    data = small(sprite_classes.AbstractDSprites, SPRITES)
    with pytest.raises(InputError, match="object_color has values 0 to 5; got 6 in row 0"):
        data.sample_observations_from_factors(np.array([[0, 6, 0, 0, 0, 0]]), np.random)


def test_colors_of_abstract_sprites_are_drawn_before_their_other_factors(small, tmp_path):
    write_dsprites_npz(tmp_path / "dsprites", SPRITES)
    data = small(sprite_classes.AbstractDSprites, SPRITES)
    found, draws = data.sample_factors(20, np.random.RandomState(3)), np.random.RandomState(3)
    expected = [draws.randint(size, size=20) for size in (5, 6, 3, 2, 2, 3)]
    np.testing.assert_array_equal(found, np.stack(expected, axis=1))


def test_latent_factors_may_stand_in_any_order(small, tmp_path):
    images = write_dsprites_npz(tmp_path / "dsprites", SPRITES)
    data = small(sprite_classes.DSprites, SPRITES, [5, 3, 4, 2, 1])
    assert data.factors_num_values == [3, 4, 2, 2, 3]
    found = data.sample_observations_from_factors(
        np.array([[2, 1, 0, 1, 2]]), np.random.RandomState(0)
    )
    cell = np.ravel_multi_index((0, 2, 1, 1, 0, 2), SPRITES)
    np.testing.assert_array_equal(found[0, :, :, 0], images[cell])


def test_every_dataset_of_this_package_is_an_instance_of_the_base_class():
    base = dataset_classes.GroundTruthData
    assert isinstance(dataset_classes.DummyData(), base) and issubclass(GridData, base)
    assert isinstance(get_named_ground_truth_data("dummy_data"), base)
    assert not isinstance(object(), base) and not issubclass(GridData, dataset_classes.Shapes3D)


def test_shapes3d(small, tmp_path):
    write_shapes3d(tmp_path / "3dshapes", ROOM)
    data = small(dataset_classes.Shapes3D, ROOM)
    assert_same_draws(data, get_named_ground_truth_data("shapes3d", factor_sizes=ROOM))


def test_small_norb(small, tmp_path):
    write_small_norb(tmp_path / "small_norb", (NORB[0], *NORB[2:]))
    data = small(dataset_classes.SmallNORB, NORB)
    assert_same_draws(data, get_named_ground_truth_data("smallnorb", factor_sizes=NORB))


def test_cars3d_in_the_order_of_its_folder(small, tmp_path):
    write_cars3d(tmp_path / "cars", CARS)
    data = small(dataset_classes.Cars3D, CARS)
    named = get_named_ground_truth_data("cars3d", factor_sizes=CARS, object_order="directory")
    assert_same_draws(data, named)


@pytest.mark.parametrize("mode", ["mpi3d_toy", "mpi3d_realistic", "mpi3d_real"])
def test_mpi3d(tmp_path, monkeypatch, mode):
    monkeypatch.setenv("DISENTANGLEMENT_LIB_DATA", str(tmp_path))
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", str(tmp_path / "cache"))
    declaration = dataset_classes.MPI3D_MODES[mode]
    changed = dataclasses.replace(declaration, factor_sizes=MPI, generations=())
    monkeypatch.setitem(dataset_classes.MPI3D_MODES, mode, changed)
    (tmp_path / mode).mkdir()
    write_mpi3d(tmp_path / mode / f"{mode}.npz", int(np.prod(MPI)))
    assert_same_draws(
        dataset_classes.MPI3D(mode), get_named_ground_truth_data(mode, factor_sizes=MPI)
    )


def test_an_unknown_mode_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match="'mpi3d'; choose one of mpi3d_toy, mpi3d_realistic"):
        dataset_classes.MPI3D("mpi3d")


def test_missing_files_are_named(tmp_path, monkeypatch):
    monkeypatch.setenv("DISENTANGLEMENT_LIB_DATA", str(tmp_path))
    with pytest.raises(InputError, match="dsprites_full is not there"):
        sprite_classes.DSprites([1, 2, 3, 4, 5])


def test_a_dataset_written_for_disentanglement_lib_needs_neither_name_nor_factor_names():
    class Squares(dataset_classes.GroundTruthData):
        num_factors = 2
        factors_num_values = [3, 4]
        observation_shape = [2]

        def sample_factors(self, num, random_state):
            return random_state.randint(3, size=(num, 2))

        def sample_observations_from_factors(self, factors, random_state):
            return factors**2

    data = Squares()
    assert data.name == "Squares" and data.factor_names == ["Factor 0", "Factor 1"]
    factors, observations = data.sample(5, np.random.RandomState(0))
    np.testing.assert_array_equal(observations, factors**2)
    data.factor_names = ["width", "height"]
    assert data.factor_names == ["width", "height"]


def test_noise_is_float64_as_drawn():
    found = dataset_classes.DummyData().sample_observations_from_factors(
        np.zeros((2, 10)), np.random.RandomState(0)
    )
    np.testing.assert_array_equal(found, np.random.RandomState(0).random_sample((2, 64, 64, 1)))


@pytest.mark.parametrize(
    "name, sizes, stored",
    [
        ("dsprites_noshape", SPRITES, lambda images: images[..., 0] // 255),
        ("color_dsprites", SPRITES, lambda images: images[..., 0] // 255),
        ("shapes3d", ROOM, lambda images: images.astype(np.float32) / 255),
        ("smallnorb", NORB, lambda images: images[..., 0] / 255),
        ("cars3d", CARS, lambda images: images / 255),
    ],
)
def test_named_datasets_have_the_attributes_that_scripts_read(small, tmp_path, name, sizes, stored):
    writers = {"shapes3d": write_shapes3d, "smallnorb": write_small_norb, "cars3d": write_cars3d}
    folders = {"shapes3d": "3dshapes", "smallnorb": "small_norb", "cars3d": "cars"}
    written = (sizes[0], *sizes[2:]) if name == "smallnorb" else sizes
    writers.get(name, write_dsprites_npz)(tmp_path / folders.get(name, "dsprites"), written)
    gin.bind_parameter("dataset.factor_sizes", sizes)
    grid = get_named_ground_truth_data(name)
    data = compat_named_data.get_named_ground_truth_data(name)
    assert_same_draws(data, grid)
    images = stored(grid.images(np.arange(grid.num_images)))
    assert data.images.shape == images.shape and data.images.dtype == images.dtype
    assert len(data.images) == len(images) and data.images.ndim == images.ndim
    np.testing.assert_array_equal(np.asarray(data.images), images)
    for key in (3, slice(2, 9, 3), [[4, 0], [1, 1]], (slice(0, 4), 10, slice(3, 6))):
        np.testing.assert_array_equal(data.images[key], images[key])
    assert list(data.factor_sizes) == list(sizes) and data.num_total_factors == len(sizes)
    latent = [sizes[i] for i in data.latent_factor_indices]
    assert latent == grid.factors_num_values
    assert data.state_space.num_latent_factors == data.num_factors
    cell = data.state_space.sample_all_factors(data.sample_factors(1, np.random), np.random)
    assert int((cell @ data.factor_bases)[0]) == np.ravel_multi_index(tuple(cell[0]), sizes)


def test_named_datasets_of_this_package_alone_are_ours():
    data = compat_named_data.get_named_ground_truth_data("identity_observations")
    assert type(data) is IdentityObservationsData
    noise = compat_named_data.get_named_ground_truth_data("dummy_data")
    assert noise.sample_observations(1, np.random.RandomState(0)).dtype == np.float64


def test_an_unknown_name_is_a_value_error_as_there():
    with pytest.raises(ValueError, match="Unknown dataset 'dsprites'"):
        compat_named_data.get_named_ground_truth_data("dsprites")


def test_sprites_without_colour(small, tmp_path):
    write_dsprites_npz(tmp_path / "dsprites", SPRITES)
    data = small(sprite_classes.ColorDSprites, SPRITES, [1, 2, 3, 4, 5])
    plain = small(sprite_classes.DSprites, SPRITES, [1, 2, 3, 4, 5])
    factors = data.sample_factors(6, np.random.RandomState(0))
    found, expected = (
        one.sample_observations_from_factors_no_color(factors, np.random.RandomState(1))
        for one in (data, plain)
    )
    np.testing.assert_array_equal(found, expected)
    assert found.shape == (6, 64, 64, 1) and set(np.unique(found)) == {0.0, 1.0}
