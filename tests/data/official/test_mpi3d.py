"""MPI3D's archives as their authors publish them."""

import zipfile

import numpy as np
import pytest
from dataset_writers import (
    everything,
    random_images,
    write_mpi3d,
)

from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.data.official.mpi3d import LARGER, SMALLER
from tripod_dlib.errors import InputError

MPI3D = (2, 2, 2, 1, 3, 2, 2)


@pytest.mark.parametrize("name", ["mpi3d_toy", "mpi3d_realistic", "mpi3d_real"])
def test_mpi3d_is_read_in_row_major_order(folders, name):
    images = write_mpi3d(folders / name / f"{name}.npz", 96)
    data = get_named_ground_truth_data(name, factor_sizes=MPI3D)
    np.testing.assert_array_equal(everything(data), images)
    factors, observations = data.sample(20, np.random.RandomState(0))
    index = np.ravel_multi_index(tuple(factors.T), MPI3D)
    np.testing.assert_array_equal(observations, images[index].astype(np.float32) / 255)


def sparse_npz(path, num):
    """An uncompressed archive of `num` black images that takes no room on the disk."""
    shape = (num, 64, 64, 3)
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    head = b"\x93NUMPY\x01\x00" + (118).to_bytes(2, "little") + header.encode()
    num_bytes = len(head) + num * 64 * 64 * 3
    info = zipfile.ZipInfo("images.npy")
    info.file_size = info.compress_size = num_bytes
    info.CRC = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(info.FileHeader(zip64=True))
        file.write(head)
        end = file.tell() + num * 64 * 64 * 3
        file.truncate(end)
        file.seek(end)
        with zipfile.ZipFile(file, "a") as archive:
            info.header_offset = 0
            archive.filelist.append(info)
            archive.NameToInfo[info.filename] = info
            archive._didModify = True
            archive.start_dir = end


@pytest.mark.parametrize("num, sizes", [(1_036_800, LARGER), (460_800, SMALLER)])
@pytest.mark.parametrize("name", ["mpi3d_toy", "mpi3d_realistic", "mpi3d_real_complex"])
def test_generations_of_mpi3d_are_told_apart_by_the_number_of_images(folders, name, num, sizes):
    sparse_npz(folders / name / f"{name}.npz", num)
    data = get_named_ground_truth_data(name)
    assert data.num_images == num and data.factors_num_values == list(sizes)
    last = [[size - 1 for size in sizes]]
    image = data.sample_observations_from_factors(last, np.random.RandomState(0))
    assert image.shape == (1, 64, 64, 3) and not image.any()


@pytest.mark.parametrize("num", [480_000, 1_036_799])
def test_any_other_number_of_images_is_refused(folders, num):
    sparse_npz(folders / "mpi3d_real" / "mpi3d_real.npz", num)
    with pytest.raises(InputError, match=f"holds {num} images; mpi3d_real has 460800 .*1036800"):
        get_named_ground_truth_data("mpi3d_real")


def test_another_image_size_is_resized_once(folders):
    images = np.repeat(np.repeat(random_images(96, 4, 4, 3), 16, axis=1), 16, axis=2)
    (folders / "mpi3d_toy").mkdir(parents=True)
    np.savez(folders / "mpi3d_toy" / "mpi3d_toy.npz", images=images)
    data = get_named_ground_truth_data("mpi3d_toy", factor_sizes=MPI3D, image_size=32)
    assert data.observation_shape == (32, 32, 3)
    inner = everything(data)[:, 3::8, 3::8].astype(int)  # inside the squares of one colour
    assert np.abs(inner - images[:, 6::16, 6::16]).max() <= 12
    with pytest.raises(InputError, match="image_size is 2; it must be 4 to 4096"):
        get_named_ground_truth_data("mpi3d_toy", factor_sizes=MPI3D, image_size=2)
