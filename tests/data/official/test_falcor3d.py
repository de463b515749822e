import io
import shutil
import time
import zipfile

import numpy as np
import pytest
from picture_writers import write_picture_grid
from PIL import Image

from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.data.official.falcor3d import falcor3d
from tripod_dlib.errors import InputError

SIZES = (2, 1, 3, 1, 2, 1, 2)
ROOT, LABELS = "Falcor3D_down128", "train-rec.labels"


@pytest.fixture(scope="module")
def official(tmp_path_factory, request):
    folder = tmp_path_factory.mktemp("falcor3d")
    return folder, write_picture_grid(folder, ROOT, LABELS, SIZES)


@pytest.fixture
def copy(official, tmp_path):
    shutil.copytree(official[0] / ROOT, tmp_path / "data" / ROOT)
    return tmp_path / "data"


def load(folder, tmp_path, **changes):
    arguments = {"factor_sizes": SIZES, "cache_dir": str(tmp_path / "cache"), **changes}
    return falcor3d(data_dir=str(folder), **arguments)


def test_images_are_the_pictures_in_row_major_order(official, tmp_path):
    folder, pictures = official
    data = load(folder, tmp_path)
    assert data.observation_shape == (64, 64, 3) and data.num_images == 24
    assert data.factors_num_values == list(SIZES) and data.psnr_threshold == 34.0
    assert data.factor_names[0] == "lighting_intensity" and data.factor_names[-1] == "camera_z"
    factors = data.space.factors(np.array([5, 17]))
    found = data.sample_observations_from_factors(factors, np.random.RandomState(0))
    for image, picture in zip(found, pictures[[5, 17]], strict=True):
        oracle = Image.fromarray(picture).resize((64, 64), Image.Resampling.BICUBIC)
        # Pillow rounds between its two passes, the float resampler at the end
        np.testing.assert_allclose(image * 255, np.asarray(oracle), atol=1.01)


@pytest.mark.parametrize("how", ["in place", "by another file"])
def test_pictures_that_were_replaced_are_read_anew(copy, tmp_path, how):
    before = load(copy, tmp_path).images(np.arange(24))
    for path in (copy / ROOT / "images").iterdir():
        replaced = io.BytesIO()
        Image.open(path).transpose(Image.Transpose.ROTATE_180).save(replaced, "png")
        if how == "by another file":
            path.unlink()
        path.write_bytes(replaced.getvalue())
    after = load(copy, tmp_path).images(np.arange(24))
    np.testing.assert_allclose(after[:, ::-1, ::-1].astype(int), before, atol=1)


def test_the_zip_archive_gives_what_the_folder_gives(official, tmp_path):
    folder, _ = official
    (tmp_path / "zipped").mkdir()
    with zipfile.ZipFile(tmp_path / "zipped" / "Falcor3D_down128.zip", "w") as archive:
        for path in sorted((folder / ROOT).rglob("*")):
            archive.write(path, path.relative_to(folder))
    from_zip = load(tmp_path / "zipped", tmp_path)
    from_folder = load(folder, tmp_path)
    everything = np.arange(24)
    np.testing.assert_array_equal(from_zip.images(everything), from_folder.images(everything))


def test_pictures_of_the_asked_size_are_not_touched(official, tmp_path):
    folder, pictures = official
    data = load(folder, tmp_path, image_size=128)
    np.testing.assert_array_equal(data.images(np.arange(24)), pictures)


def test_missing_data_is_said_at_once_with_file_size_and_source(monkeypatch, tmp_path):
    monkeypatch.setenv("DISENTANGLEMENT_LIB_DATA", str(tmp_path / "none"))
    start = time.monotonic()
    with pytest.raises(InputError) as error:
        get_named_ground_truth_data("falcor3d")
    assert time.monotonic() - start < 1
    for part in ("train-rec.labels", str(tmp_path / "none" / "falcor3d"), "3.7 GB", "drive.google"):
        assert part in str(error.value)


def test_a_reordered_row_is_named(copy, tmp_path):
    labels = np.load(copy / ROOT / LABELS)
    labels[[7, 12]] = labels[[12, 7]]
    with (copy / ROOT / LABELS).open("wb") as file:
        np.save(file, labels)
    with pytest.raises(InputError, match=r"row 7 is not the cell \(0, 0, 1, 0, 1, 0, 1\)"):
        load(copy, tmp_path)


def test_one_wrong_label_is_named(copy, tmp_path):
    labels = np.load(copy / ROOT / LABELS)
    labels[9, 2] = 0.25
    with (copy / ROOT / LABELS).open("wb") as file:
        np.save(file, labels)
    with pytest.raises(InputError, match="row 9 .* its label of lighting_y is 0.25"):
        load(copy, tmp_path)


def test_another_grid_is_refused_with_the_binding_to_use(copy, tmp_path):
    with pytest.raises(InputError, match="bind dataset.factor_sizes"):
        load(copy, tmp_path, factor_sizes=None)
    with pytest.raises(InputError, match="row 0 is not the cell .* right dataset.factor_sizes"):
        load(copy, tmp_path, factor_sizes=(3, 1, 2, 1, 2, 1, 2))


@pytest.mark.parametrize("how", ["truncated", "text", "header"])
def test_damaged_labels_are_refused(copy, tmp_path, how):
    path = copy / ROOT / LABELS
    content = path.read_bytes()
    damages = {
        "truncated": content[: len(content) // 2],
        "text": b"<html>quota</html>",
        "header": b"\x93NUMPY\x01\x00\x06\x00{'a': ",
    }
    path.write_bytes(damages[how])
    with pytest.raises(InputError, match="train-rec.labels in .* is damaged or cut off"):
        load(copy, tmp_path)


def test_pickled_labels_are_never_unpickled(copy, tmp_path):
    np.save(copy / ROOT / "labels.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    shutil.move(copy / ROOT / "labels.npy", copy / ROOT / LABELS)
    with pytest.raises(InputError, match="holds Python objects, which are never loaded"):
        load(copy, tmp_path)


def test_a_damaged_picture_names_its_row_and_nothing_is_left_that_looks_whole(copy, tmp_path):
    path = copy / ROOT / "images" / "000011.png"
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(InputError, match="Row 11: .*000011.png .* is not a whole picture"):
        load(copy, tmp_path)
    assert not list((tmp_path / "cache").rglob("images.npy"))


def test_a_missing_and_a_wrongly_sized_picture_name_their_rows(copy, tmp_path):
    path = copy / ROOT / "images" / "000004.png"
    picture = Image.open(path).resize((64, 64))
    path.unlink()
    with pytest.raises(InputError, match="000004.png is missing .*row 4 of 24"):
        load(copy, tmp_path)
    picture.save(path)
    with pytest.raises(InputError, match="Row 4: .* is 64x64 pixels; it has to be 128x128"):
        load(copy, tmp_path)


def test_an_archive_that_is_a_web_page_is_said_to_be_one(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "Falcor3D_down128.zip").write_text("<html>Google Drive</html>")
    with pytest.raises(InputError, match="is not a zip archive .*it is a web page"):
        load(tmp_path / "data", tmp_path)


def test_a_picture_of_more_bits_than_eight_is_refused_and_not_cut_off(copy, tmp_path):
    pixels = np.arange(128 * 128, dtype=np.uint16).reshape(128, 128)
    Image.fromarray(pixels).save(copy / ROOT / "images" / "000004.png")
    with pytest.raises(InputError, match="Row 4: .* has more than 8 bits a channel"):
        load(copy, tmp_path)


def test_another_archive_beside_the_official_one_does_not_matter(official, tmp_path):
    (tmp_path / "data").mkdir()
    with zipfile.ZipFile(tmp_path / "data" / "Falcor3D_down128.zip", "w") as archive:
        for path in sorted((official[0] / ROOT).rglob("*")):
            archive.write(path, path.relative_to(official[0]))
    (tmp_path / "data" / "another.zip").write_text("<html>")
    assert load(tmp_path / "data", tmp_path).num_images == 24
