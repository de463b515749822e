"""Isaac3D, and what it shares with Falcor3D: full resolution, archives that lead out."""

import zipfile

import numpy as np
import pytest
from picture_writers import write_picture_grid

from tripod_dlib.data.images.resize import resize
from tripod_dlib.data.official.falcor3d import falcor3d
from tripod_dlib.data.official.isaac3d import isaac3d
from tripod_dlib.errors import InputError

SIZES = (2, 3, 1, 1, 2, 1, 1, 1, 2)


def load(declaration, folder, tmp_path, sizes=SIZES, image_size=None):
    return declaration(str(folder), sizes, image_size, str(tmp_path / "cache"))


@pytest.fixture
def official(tmp_path):
    return write_picture_grid(tmp_path / "data", "Isaac3D_down128", "labels.npy", SIZES)


def test_images_are_the_pictures_in_the_demonstration_s_order(official, tmp_path):
    data = load(isaac3d, tmp_path / "data", tmp_path)
    assert data.factor_names[:4] == ["object_shape", "robot_x", "robot_y", "camera_height"]
    assert data.psnr_threshold == 40.0 and data.observation_shape == (64, 64, 3)
    for index in (0, 11, 23):
        np.testing.assert_array_equal(data.images([index])[0], resize(official[index], 64))
    strides = (245760, 30720, 6144, 1536, 384, 96, 16, 4, 1)
    sizes = np.array(isaac3d.factor_sizes)
    assert tuple(np.prod(sizes) // np.cumprod(sizes)) == strides


def test_labels_in_the_order_of_the_authors_page_are_refused(official, tmp_path):
    path = tmp_path / "data" / "Isaac3D_down128" / "labels.npy"
    labels = np.load(path)
    np.save(path, labels[:, [0, 4, 3, 1, 2, 5, 6, 7, 8]])
    with pytest.raises(InputError, match="row . is not the cell"):
        load(isaac3d, tmp_path / "data", tmp_path)


@pytest.mark.parametrize("change", [lambda x: x.astype(np.float32), lambda x: x * 0.999 + 0.0004])
def test_labels_are_read_by_rank_so_that_no_level_is_dropped(official, tmp_path, change):
    path = tmp_path / "data" / "Isaac3D_down128" / "labels.npy"
    np.save(path, change(np.load(path)))
    assert load(isaac3d, tmp_path / "data", tmp_path).num_images == 24


@pytest.mark.parametrize(
    "declaration, root, side", [(falcor3d, "Falcor3D", 1024), (isaac3d, "Isaac3D", 512)]
)
@pytest.mark.parametrize("labelled", [True, False])
def test_full_resolution_is_read_with_or_without_labels(
    tmp_path, declaration, root, side, labelled
):
    sizes = (1,) * (len(declaration.factor_sizes) - 1) + (2,)
    pictures = write_picture_grid(tmp_path / "data", root, "labels.npy", sizes, side)
    if not labelled:
        (tmp_path / "data" / root / "labels.npy").unlink()
    data = load(declaration, tmp_path / "data", tmp_path, sizes)
    np.testing.assert_array_equal(data.images([1])[0], resize(pictures[1], 64))
    large = load(declaration, tmp_path / "data", tmp_path, sizes, side)
    np.testing.assert_array_equal(large.images([0])[0], pictures[0])


def test_an_archive_that_leads_out_is_refused_by_its_member(official, tmp_path):
    with zipfile.ZipFile(tmp_path / "isaac.zip", "w") as archive:
        for path in sorted((tmp_path / "data" / "Isaac3D_down128").rglob("*")):
            archive.write(path, path.relative_to(tmp_path / "data"))
        archive.writestr("Isaac3D_down128/../../evil", "x")
    with pytest.raises(InputError, match="Isaac3D_down128/../../evil', which leads out"):
        load(isaac3d, tmp_path / "isaac.zip", tmp_path)


def test_another_archive_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("something/else", "x")
    with pytest.raises(InputError, match="does not hold Isaac3D_down128 or Isaac3D"):
        load(isaac3d, tmp_path / "other.zip", tmp_path)


def test_a_cut_archive_is_refused(official, tmp_path):
    path = tmp_path / "cut.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Isaac3D_down128/labels.npy", b"x" * 1000)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match="is not a whole archive"):
        load(isaac3d, path, tmp_path)
