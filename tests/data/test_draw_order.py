"""The same `RandomState` gives disentanglement_lib's factors and observations.

The expected values are written out from its public contract: latent factors column by column, then
nuisance factors in ascending order, then whatever an observation draws.
"""

import numpy as np
import pytest
from dataset_writers import (
    cells,
    random_images,
    sprites,
    write_cars3d,
    write_dsprites_npz,
    write_mpi3d,
    write_scream,
    write_shapes3d,
    write_small_norb,
)
from picture_writers import write_picture_grid
from PIL import Image

from tripod_dlib.data.grid_data import GridData
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.errors import InputError

SPRITES = (1, 3, 2, 4, 2, 3)
CARS = (3, 4, 5)
NORB = (2, 2, 3, 2)


@pytest.fixture
def open_data(tmp_path, monkeypatch):
    monkeypatch.setenv("DISENTANGLEMENT_LIB_DATA", str(tmp_path))
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", str(tmp_path / "cache"))

    def build(name, sizes, **arguments):
        return get_named_ground_truth_data(name, factor_sizes=sizes, **arguments)

    return build


def draw(sizes, latent, num, generator):
    """Factors, and indices of images among the whole grid."""
    factors = np.zeros((num, len(latent)), np.int64)
    for column, position in enumerate(latent):
        factors[:, column] = generator.randint(sizes[position], size=num)
    every = np.zeros((num, len(sizes)), np.int64)
    every[:, latent] = factors
    for position in sorted(set(range(len(sizes))) - set(latent)):
        every[:, position] = generator.randint(sizes[position], size=num)
    return factors, np.ravel_multi_index(tuple(every.T), sizes)


@pytest.mark.parametrize(
    "name, latent", [("dsprites_full", [1, 2, 3, 4, 5]), ("dsprites_noshape", [2, 3, 4, 5])]
)
def test_dsprites(open_data, tmp_path, name, latent):
    images = write_dsprites_npz(tmp_path / "dsprites", SPRITES)
    data = open_data(name, SPRITES)
    theirs, ours = np.random.RandomState(5), np.random.RandomState(5)
    for num in (7, 64):
        expected, index = draw(SPRITES, latent, num, theirs)
        factors, observations = data.sample(num, ours)
        np.testing.assert_array_equal(factors, expected)
        np.testing.assert_array_equal(observations, images[index][..., None].astype(np.float32))
    assert theirs.random_sample() == ours.random_sample()


def write_falcor3d(folder, sizes):
    return write_picture_grid(folder / "falcor3d", "Falcor3D_down128", "train-rec.labels", sizes)


def write_isaac3d(folder, sizes):
    return write_picture_grid(folder / "isaac3d", "Isaac3D_down128", "labels.npy", sizes)


def mpi3d(name):
    def write(folder, sizes):
        return write_mpi3d(folder / name / f"{name}.npz", int(np.prod(sizes)))

    return name, write, (2, 3, 2, 1, 2, 2, 3)


@pytest.mark.parametrize(
    "name, write, sizes",
    [
        ("shapes3d", lambda f, sizes: write_shapes3d(f / "3dshapes", sizes), (2, 3, 2, 1, 2, 3)),
        mpi3d("mpi3d_toy"),
        mpi3d("mpi3d_realistic"),
        mpi3d("mpi3d_real"),
        mpi3d("mpi3d_real_complex"),
        ("falcor3d", write_falcor3d, (2, 1, 3, 2, 1, 1, 2)),
        ("isaac3d", write_isaac3d, (2, 1, 3, 2, 1, 1, 2, 1, 1)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_grids_without_nuisance_factors(open_data, tmp_path, name, write, sizes):
    images = write(tmp_path, sizes)
    data = open_data(name, sizes, image_size=images.shape[1])
    assert data.factors_num_values == list(sizes)
    theirs, ours = np.random.RandomState(8), np.random.RandomState(8)
    for num in (16, 5):
        expected, index = draw(sizes, list(range(len(sizes))), num, theirs)
        factors, observations = data.sample(num, ours)
        np.testing.assert_array_equal(factors, expected)
        np.testing.assert_array_equal(observations, images[index].astype(np.float32) / 255.0)
    assert theirs.random_sample() == ours.random_sample()


def test_dummy_data_draws_all_factors_at_once_and_noise_for_images(open_data):
    theirs, ours = np.random.RandomState(6), np.random.RandomState(6)
    data = open_data("dummy_data", None)
    for num in (3, 2):
        factors, observations = data.sample(num, ours)
        np.testing.assert_array_equal(factors, theirs.randint(5, size=(num, 10)))
        wanted = theirs.random_sample((num, 64, 64, 1)).astype(np.float32)
        np.testing.assert_array_equal(observations, wanted)
    assert theirs.random_sample() == ours.random_sample()


def color(images, generator, painting):
    colors = generator.uniform(0.5, 1, [len(images), 1, 1, 3])
    return images * np.broadcast_to(colors, images.shape)


def noisy(images, generator, painting):
    return np.minimum(images + generator.uniform(0, 1, [len(images), 64, 64, 3]), 1.0)


def scream(images, generator, painting):
    made = []
    for image in images:
        x = generator.randint(0, painting.shape[0] - 64)
        y = generator.randint(0, painting.shape[1] - 64)
        background = (painting[x : x + 64, y : y + 64] + generator.uniform(0, 1, size=3)) / 2.0
        background[image == 1] = 1 - background[image == 1]
        made.append(background)
    return np.stack(made)


@pytest.mark.parametrize("variant", [color, noisy, scream])
def test_variants_of_dsprites(open_data, tmp_path, variant):
    images = write_dsprites_npz(tmp_path / "dsprites", SPRITES)
    write_scream(tmp_path / "scream")
    with Image.open(tmp_path / "scream" / "scream.jpg") as picture:
        picture.thumbnail((350, 274))
        painting = np.array(picture) / 255.0
    data = open_data(f"{variant.__name__}_dsprites", SPRITES)
    theirs, ours = np.random.RandomState(2), np.random.RandomState(2)
    for num in (3, 9):
        expected, index = draw(SPRITES, [1, 2, 3, 4, 5], num, theirs)
        factors, observations = data.sample(num, ours)
        np.testing.assert_array_equal(factors, expected)
        three = np.repeat(images[index][..., None].astype(np.float32), 3, axis=3)
        wanted = variant(three, theirs, painting)
        np.testing.assert_allclose(observations, wanted, rtol=0, atol=1e-7)
        assert observations.dtype == np.float32
    assert theirs.random_sample() == ours.random_sample()


def test_a_missing_or_small_painting_is_said_to_be(open_data, tmp_path):
    write_dsprites_npz(tmp_path / "dsprites", SPRITES)
    with pytest.raises(InputError, match="scream/scream.jpg was looked for"):
        open_data("scream_dsprites", SPRITES)
    (tmp_path / "scream").mkdir()
    Image.fromarray(random_images(1, 60, 90, 3)[0]).save(tmp_path / "scream" / "scream.jpg")
    with pytest.raises(InputError, match="90x60 .* patches of 64x64 are taken"):
        open_data("scream_dsprites", SPRITES)
    (tmp_path / "scream" / "scream.jpg").write_text("<html>")
    with pytest.raises(InputError, match="is not a whole picture"):
        open_data("scream_dsprites", SPRITES)


def lanczos(pixels):
    return np.asarray(Image.fromarray(pixels).resize((64, 64), Image.Resampling.LANCZOS))


def test_smallnorb_draws_the_instance_when_images_are_made(open_data, tmp_path):
    all_factors, images = write_small_norb(tmp_path / "small_norb", NORB)
    data = open_data("smallnorb", NORB)
    assert data.factor_names == ["category", "elevation", "azimuth", "lighting"]
    assert data.factors_num_values == list(NORB) and data.num_images == 240
    sizes = (NORB[0], 10, *NORB[1:])
    row_of = {tuple(row): index for index, row in enumerate(all_factors.tolist())}
    theirs, ours = np.random.RandomState(1), np.random.RandomState(1)
    expected, index = draw(sizes, [0, 2, 3, 4], 30, theirs)
    factors, observations = data.sample(30, ours)
    np.testing.assert_array_equal(factors, expected)
    rows = [row_of[tuple(cell)] for cell in cells(sizes)[index].tolist()]
    wanted = np.stack([lanczos(images[row]) for row in rows])[..., None].astype(np.float32) / 255
    np.testing.assert_array_equal(observations, wanted)
    assert theirs.random_sample() == ours.random_sample()


@pytest.mark.parametrize("order", ["list", "directory"])
def test_cars3d_follows_its_list_or_by_a_binding_the_directory(open_data, tmp_path, order):
    meshes = write_cars3d(tmp_path / "cars", CARS)
    data = open_data("cars3d", CARS, object_order=order)
    listed = (tmp_path / "cars" / "list.txt").read_text().split()
    found = [path.stem for path in (tmp_path / "cars").iterdir() if path.suffix == ".mat"]
    names = listed if order == "list" else found
    factors, observations = data.sample(40, np.random.RandomState(4))
    expected, _ = draw(CARS, [0, 1, 2], 40, np.random.RandomState(4))
    np.testing.assert_array_equal(factors, expected)
    for (elevation, azimuth, car), image in zip(factors, observations, strict=True):
        wanted = lanczos(meshes[names[car]][:, :, :, azimuth, elevation])
        np.testing.assert_array_equal(image, wanted.astype(np.float32) / 255)


def test_a_grid_with_nuisance_factors_names_only_its_latent_ones():
    images = sprites((2, 3, 2))[..., None]
    data = GridData("grid", ["a", "b", "c"], (2, 3, 2), images, nuisance=["b"])
    assert data.factor_names == ["a", "c"] and data.num_factors == 2 and data.num_images == 12
    with pytest.raises(InputError, match="c has values 0 to 1; got 2 in row 0"):
        data.sample_observations_from_factors(np.array([[0, 2]]), np.random.RandomState(0))
    theirs, ours = np.random.RandomState(0), np.random.RandomState(0)
    expected, index = draw((2, 3, 2), [0, 2], 50, theirs)
    factors, observations = data.sample(50, ours)
    np.testing.assert_array_equal(factors, expected)
    np.testing.assert_array_equal(observations, images[index].astype(np.float32) / 255)


def test_eleven_images_are_not_taken_for_twelve_cells():
    with pytest.raises(InputError, match=r"\(2, 3, 2\) has 12 cells; grid has 11 images"):
        GridData("grid", ["a", "b", "c"], (2, 3, 2), sprites((11,))[..., None])
