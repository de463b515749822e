"""Damaged, reordered and incomplete files of Cars3D and SmallNORB."""

import gzip
import io
import shutil
import tarfile

import numpy as np
import pytest
import scipy.io
from dataset_writers import binary_matrix, write_cars3d, write_small_norb

from tripod_dlib.data.official.cars3d import cars3d
from tripod_dlib.data.official.small_norb import smallnorb
from tripod_dlib.errors import InputError

CARS = (2, 3, 4)
NORB = (2, 1, 3, 2)


def load_cars(folder, tmp_path, sizes=CARS, **arguments):
    return cars3d(str(folder), sizes, cache_dir=str(tmp_path / "cache"), **arguments)


def load_norb(folder, tmp_path, sizes=NORB):
    return smallnorb(str(folder), sizes, cache_dir=str(tmp_path / "cache"))


@pytest.fixture
def cars(tmp_path):
    write_cars3d(tmp_path / "data" / "cars", CARS)
    return tmp_path / "data" / "cars"


def archive(cars, path, change=lambda info: info):
    with tarfile.open(path, "w:gz") as tar:
        for name in ("car_003_mesh.mat", "list.txt", "car_001_mesh.mat", "car_004_mesh.mat"):
            tar.add(cars / name, f"data/cars/{name}", filter=change)
        tar.add(cars / "car_002_mesh.mat", "data/cars/car_002_mesh.mat", filter=change)
        info = tarfile.TarInfo("data/sprites/other.mat")
        tar.addfile(info, io.BytesIO(b""))
    return path


@pytest.mark.parametrize("place", ["file", "folder"])
def test_the_official_archive_gives_what_the_folder_gives(cars, tmp_path, place):
    (tmp_path / "official").mkdir()
    path = archive(cars, tmp_path / "official" / "nips2015-analogy-data.tar.gz")
    one = load_cars(cars, tmp_path)
    two = load_cars(path if place == "file" else path.parent, tmp_path)
    everything = np.arange(one.num_images)
    np.testing.assert_array_equal(one.images(everything), two.images(everything))
    assert load_cars(cars.parent, tmp_path).num_images == one.num_images


def test_a_folder_of_data_cars_is_found_too(cars, tmp_path):
    shutil.copytree(cars, tmp_path / "unpacked" / "data" / "cars")
    assert load_cars(tmp_path / "unpacked", tmp_path).num_images == 24


def test_names_in_an_archive_may_begin_with_a_dot(cars, tmp_path):
    def change(info):
        info.name = f"./{info.name}"
        return info

    assert load_cars(archive(cars, tmp_path / "x.tar.gz", change), tmp_path).num_images == 24


@pytest.mark.parametrize("name", ["../../evil.mat", "/etc/evil.mat", "data/../../evil.mat"])
def test_an_archive_that_leads_out_is_refused_by_its_member(cars, tmp_path, name):
    def change(info):
        info.name = name if info.name.endswith("001_mesh.mat") else info.name
        return info

    path = archive(cars, tmp_path / "evil.tar.gz", change)
    with pytest.raises(InputError, match=f"member named '{name}', which leads out"):
        load_cars(path, tmp_path)


def test_a_link_inside_an_archive_is_not_followed(cars, tmp_path):
    def change(info):
        if info.name.endswith("001_mesh.mat"):
            info.type, info.linkname, info.size = tarfile.SYMTYPE, "/etc/passwd", 0
        return info

    path = archive(cars, tmp_path / "evil.tar.gz", change)
    with pytest.raises(InputError, match="car_001_mesh.mat .* it is a link, not a file"):
        load_cars(path, tmp_path)


@pytest.mark.parametrize("lost", [2000, 9], ids=["data", "checksum"])
def test_a_cut_archive_is_refused(cars, tmp_path, lost):
    path = archive(cars, tmp_path / "cut.tar.gz")
    path.write_bytes(path.read_bytes()[:-lost])
    with pytest.raises(InputError, match="is not a whole archive"):
        load_cars(path, tmp_path)


def test_the_list_must_be_there_and_fit_the_files(cars, tmp_path):
    text = (cars / "list.txt").read_text()
    (cars / "list.txt").write_text(text.replace("car_002_mesh", "car_009_mesh"))
    message = "without a file: car_009_mesh; not in the list: car_002_mesh"
    with pytest.raises(InputError, match=message):
        load_cars(cars, tmp_path)
    (cars / "list.txt").write_text(text + "car_002_mesh\n")
    with pytest.raises(InputError, match="twice: car_002_mesh"):
        load_cars(cars, tmp_path)
    (cars / "list.txt").unlink()
    with pytest.raises(InputError, match="list.txt is missing .*object_order = 'directory'"):
        load_cars(cars, tmp_path)
    assert load_cars(cars, tmp_path, object_order="directory").num_images == 24
    with pytest.raises(InputError, match="object_order is 'sorted'; it is one of 'list', 'dir"):
        load_cars(cars, tmp_path, object_order="sorted")


def test_a_list_with_endings_and_folders_is_understood(cars, tmp_path):
    one = load_cars(cars, tmp_path).images(np.arange(24))
    names = (cars / "list.txt").read_text().split()
    (cars / "list.txt").write_text("".join(f"cars/{name}.mat\r\n" for name in names))
    np.testing.assert_array_equal(load_cars(cars, tmp_path).images(np.arange(24)), one)


@pytest.mark.parametrize(
    "content, message",
    [
        (b"<html>", "car_002_mesh.mat .* is not a whole MATLAB file"),
        (b"", "car_002_mesh.mat .* is not a whole MATLAB file"),
        ({"other": np.zeros(3)}, "car_002_mesh.mat .* with an array 'im'"),
        ({"im": np.zeros((128, 128, 3, 3, 2), np.float32)}, "of single; .* of uint8"),
        ({"im": np.zeros((128, 128, 3, 2, 3), np.uint8)}, r"\(128, 128, 3, 3, 2\) of uint8"),
    ],
)
def test_a_car_that_differs_is_refused(cars, tmp_path, content, message):
    path = cars / "car_002_mesh.mat"
    if isinstance(content, dict):
        scipy.io.savemat(path, content)
    else:
        path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        load_cars(cars, tmp_path)


def test_a_cut_car_is_refused(cars, tmp_path):
    path = cars / "car_002_mesh.mat"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(InputError, match="car_002_mesh.mat .* is not a whole MATLAB file"):
        load_cars(cars, tmp_path)
    assert not list((tmp_path / "cache").rglob("images.npy"))


def test_missing_cars_are_counted(cars, tmp_path):
    with pytest.raises(InputError, match="holds 4 cars; cars3d has 183"):
        load_cars(cars, tmp_path, None)


@pytest.fixture
def norb(tmp_path):
    return tmp_path / "small_norb", *write_small_norb(tmp_path / "small_norb", NORB)


def part(folder, name, chunk="training"):
    (path,) = folder.glob(f"*-{chunk}-{name}.mat*")
    return path


def test_compressed_files_give_what_unpacked_ones_give(norb, tmp_path):
    folder, _, _ = norb
    one = load_norb(folder, tmp_path)
    for path in sorted(folder.iterdir()):
        (tmp_path / "zipped").mkdir(exist_ok=True)
        (tmp_path / "zipped" / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    two = load_norb(tmp_path / "zipped", tmp_path)
    everything = np.arange(one.num_images)
    np.testing.assert_array_equal(one.images(everything), two.images(everything))


@pytest.mark.parametrize("kind", ["dat", "info", "cat"])
@pytest.mark.parametrize("zipped", [False, True])
def test_a_cut_matrix_is_refused(tmp_path, kind, zipped):
    write_small_norb(tmp_path / "norb", NORB, zipped)
    path = part(tmp_path / "norb", kind)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(InputError, match=f"{path.name} is (damaged or )?cut off"):
        load_norb(tmp_path / "norb", tmp_path)


@pytest.mark.parametrize("kind", ["dat", "info", "cat"])
@pytest.mark.parametrize(
    "damage, message",
    [
        (lambda raw: raw[:-6] + bytes([raw[-6] ^ 255]) + raw[-5:], "CRC check failed"),
        (lambda raw: gzip.compress(gzip.decompress(raw) + b"more"), "is longer than the .* says"),
    ],
    ids=["checksum", "longer"],
)
def test_a_matrix_is_read_to_its_end(tmp_path, kind, damage, message):
    write_small_norb(tmp_path / "norb", NORB, zipped=True)
    path = part(tmp_path / "norb", kind)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(InputError, match=f"{path.name} .*{message}"):
        load_norb(tmp_path / "norb", tmp_path)


@pytest.mark.parametrize(
    "content, message",
    [
        (b"<html>not found</html>", "it is a web page"),
        (binary_matrix(np.zeros((60, 4), np.uint8)), "uint8; .* of int32 is expected"),
        (binary_matrix(np.zeros((59, 4), "<i4")), r"\(59, 4\) of int32; \(60, 4\) of int32"),
        (binary_matrix(np.zeros((60, 4), "<i4"))[:10], "is cut off in its header"),
    ],
)
def test_something_else_in_place_of_a_matrix_is_refused(norb, tmp_path, content, message):
    part(norb[0], "info").write_bytes(content)
    with pytest.raises(InputError, match=message):
        load_norb(norb[0], tmp_path)


@pytest.mark.parametrize(
    "column, value, message",
    [
        (2, 3, "the azimuth of row 7 is 3; azimuths are the even numbers"),
        (1, 1, "elevation has values 0 to 0; got 1 in row 7"),
        (3, -1, "lighting has values 0 to 1; got -1 in row 7"),
    ],
)
def test_a_label_out_of_range_is_named(norb, tmp_path, column, value, message):
    folder, factors, _ = norb
    info = factors[:60, 1:] * np.array([1, 1, 2, 1])
    info[7, column] = value
    part(folder, "info").write_bytes(binary_matrix(info.astype("<i4")))
    with pytest.raises(InputError, match=message):
        load_norb(folder, tmp_path)


def test_two_images_of_one_cell_are_not_taken_for_a_full_grid(norb, tmp_path):
    folder, factors, _ = norb
    info = factors[:60, 1:] * np.array([1, 1, 2, 1])
    info[7] = info[8]
    part(folder, "info").write_bytes(binary_matrix(info.astype("<i4")))
    with pytest.raises(InputError, match="one image for each of the 120 cells"):
        load_norb(folder, tmp_path)


def test_all_six_files_are_needed(norb, tmp_path):
    part(norb[0], "cat", "testing").unlink()
    with pytest.raises(InputError, match="has no smallnorb-5x01235.*-testing-cat.mat .* all six"):
        load_norb(norb[0], tmp_path)
    with pytest.raises(InputError, match="the six files .* was looked for in"):
        load_norb(tmp_path / "nowhere", tmp_path)
