"""What every registered dataset must do; the table must be complete."""

import pickle
import sys

import gin
import numpy as np
import pytest
from dataset_writers import (
    cells,
    fake_tfds,
    random_images,
    write_cars3d,
    write_dsprites_hdf5,
    write_dsprites_npz,
    write_mpi3d,
    write_scream,
    write_shapes3d,
    write_small_norb,
    write_tfds,
)
from picture_writers import write_picture_grid
from PIL import Image

from tripod_dlib import registry
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.data.pipeline import training_batch
from tripod_dlib.errors import InputError


def sized(write, *sizes):
    """Writes into the folder and binds it with the sizes of its grid."""

    def build(folder):
        write(folder, sizes)
        return {"data_dir": str(folder), "factor_sizes": sizes, "cache_dir": str(folder / "cache")}

    return build


def falcor3d(folder, sizes):
    write_picture_grid(folder, "Falcor3D_down128", "train-rec.labels", sizes)


def isaac3d(folder, sizes):
    write_picture_grid(folder, "Isaac3D_down128", "labels.npy", sizes)


def mpi3d(name):
    return lambda folder, sizes: write_mpi3d(folder / f"{name}.npz", int(np.prod(sizes)))


def scream_dsprites(folder, sizes):
    write_dsprites_npz(folder, sizes)
    write_scream(folder)


def own_file(folder, sizes):
    labels = cells(sizes)
    images = random_images(len(labels), 8, 8, 3)
    np.savez(folder / "mine.npz", images=images, labels=labels, factor_names=["a", "b"])


def tfds_folder(folder):
    write_tfds(folder, (3, 2), 8)
    return {"data_dir": str(folder), "cache_dir": str(folder / "cache")}


def image_folder(folder):
    for index, image in enumerate(random_images(5, 20, 30, 3)):
        Image.fromarray(image).save(folder / f"{index}.png")
    return {"data_dir": str(folder), "image_size": 8, "cache_dir": str(folder / "cache")}


MPI3D_SIZES = (2, 2, 2, 1, 1, 2, 2)
DSPRITES_SIZES = (1, 3, 2, 2, 2, 2)

SMALL = {
    "cars3d": sized(write_cars3d, 2, 3, 4),
    "color_dsprites": sized(write_dsprites_hdf5, *DSPRITES_SIZES),
    "dsprites_full": sized(write_dsprites_hdf5, *DSPRITES_SIZES),
    "dsprites_noshape": sized(write_dsprites_npz, *DSPRITES_SIZES),
    "dummy_data": lambda folder: {},
    "falcor3d": sized(falcor3d, 2, 1, 1, 2, 1, 1, 3),
    "font_glyphs": lambda folder: {
        "factor_sizes": (2, 1, 2, 2, 2, 2, 3),
        "image_size": 16,
        "cache_dir": str(folder),
    },
    "image_folder": image_folder,
    "isaac3d": sized(isaac3d, 2, 1, 1, 2, 1, 1, 3, 1, 1),
    "mpi3d_real": sized(mpi3d("mpi3d_real"), *MPI3D_SIZES),
    "mpi3d_real_complex": sized(mpi3d("mpi3d_real_complex"), *MPI3D_SIZES),
    "mpi3d_realistic": sized(mpi3d("mpi3d_realistic"), *MPI3D_SIZES),
    "mpi3d_toy": sized(mpi3d("mpi3d_toy"), *MPI3D_SIZES),
    "noisy_dsprites": sized(write_dsprites_npz, *DSPRITES_SIZES),
    "own": sized(own_file, 3, 4),
    "own_file": sized(own_file, 3, 4),
    "scream_dsprites": sized(scream_dsprites, *DSPRITES_SIZES),
    "shapes3d": sized(write_shapes3d, 2, 2, 2, 1, 2, 2),
    "shapes3d_procedural": lambda folder: {
        "factor_sizes": (2, 2, 2, 1, 2, 2),
        "image_size": 16,
        "cache_dir": str(folder),
    },
    "smallnorb": sized(write_small_norb, 2, 1, 3, 2),
    "tfds_folder": tfds_folder,
}
NO_IMAGES = {"identity_observations"}  # its observations are its factors; tested on its own


@pytest.fixture(scope="module", params=sorted(SMALL))
def data(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "tensorflow_datasets", fake_tfds())
        return get_named_ground_truth_data(request.param, **SMALL[request.param](folder))


def test_every_built_in_dataset_is_in_the_table():
    assert sorted({*SMALL, *NO_IMAGES}) == registry.datasets.builtin_names


def test_sizes_and_names_belong_together(data):
    assert data.num_factors == len(data.factors_num_values) == len(data.factor_names)
    assert all(size >= 1 for size in data.factors_num_values)
    assert data.name in registry.datasets.names()
    assert data.psnr_threshold is None or data.psnr_threshold > 0


def test_observations_are_floats_in_the_unit_range_of_the_said_shape(data):
    factors, observations = data.sample(7, np.random.RandomState(0))
    assert factors.shape == (7, data.num_factors) and factors.dtype == np.int64
    assert (factors >= 0).all() and (factors < data.factors_num_values).all()
    assert observations.shape == (7, *data.observation_shape)
    assert observations.dtype == np.float32
    assert observations.min() >= 0 and observations.max() <= 1 and observations.std() > 0.01


def test_the_same_seed_gives_the_same_sample(data):
    one, two = (data.sample(5, np.random.RandomState(3)) for _ in range(2))
    np.testing.assert_array_equal(one[0], two[0])
    np.testing.assert_array_equal(one[1], two[1])


def test_a_pickle_is_the_same_dataset(data):
    twin = pickle.loads(pickle.dumps(data))
    assert twin.fingerprint == data.fingerprint and len(data.fingerprint) == 32
    ours, theirs = (dataset.sample(5, np.random.RandomState(3)) for dataset in (data, twin))
    np.testing.assert_array_equal(ours[0], theirs[0])
    np.testing.assert_array_equal(ours[1], theirs[1])


def test_images_for_training_are_uint8_or_floats_in_the_unit_range(data):
    one, two = (training_batch(data, 0, 3, 4) for _ in range(2))
    assert one.shape == (4, *data.observation_shape) and one.dtype in (np.uint8, np.float32)
    np.testing.assert_array_equal(one, two)
    if data.num_factors:
        assert data.num_images >= 2 and data.full_grid


def test_a_factor_out_of_range_is_refused_by_name(data):
    if data.name == "dummy_data":
        pytest.skip("its images know nothing of the factors, as in disentanglement_lib")
    if not data.num_factors:
        pytest.skip("it has no factors")
    factors = data.sample_factors(3, np.random.RandomState(0))
    factors[1, 0] = data.factors_num_values[0]
    with pytest.raises(InputError, match=f"{data.factor_names[0]} has values 0 to"):
        data.sample_observations_from_factors(factors, np.random.RandomState(0))


def test_identity_observations_are_their_factors():
    data = get_named_ground_truth_data("identity_observations")
    expected = np.random.RandomState(1).randint(1, 11, size=(4, 10))
    factors, observations = data.sample(4, np.random.RandomState(1))
    np.testing.assert_array_equal(factors, expected)
    np.testing.assert_array_equal(observations, expected)
    assert data.factors_num_values == [1] * 10 and data.observation_shape == 10


def test_gin_names_the_dataset_and_refuses_what_it_does_not_take():
    gin.parse_config("dataset.name = 'dummy_data'")
    assert get_named_ground_truth_data().name == "dummy_data"
    gin.bind_parameter("dataset.image_size", 32)
    with pytest.raises(InputError, match="dummy_data has no dataset.image_size"):
        get_named_ground_truth_data()
