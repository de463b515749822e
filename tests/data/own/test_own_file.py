"""A user's own file: with labels, with some missing, without any."""

import os

import h5py
import numpy as np
import pytest
from dataset_writers import Trap, cells, random_images

from tripod_dlib.data.own.own_file import own_file
from tripod_dlib.errors import InputError

SIZES = (2, 3, 2)
CELLS = cells(SIZES)
IMAGES = random_images(12, 8, 8, 3)
ORDER = np.random.default_rng(5).permutation(12)


@pytest.fixture
def load(tmp_path):
    """Saves arrays and opens them as a dataset."""

    def build(suffix=".npz", sizes=None, image_size=None, **arrays):
        path = tmp_path / f"mine{suffix}"
        if suffix == ".npz":
            np.savez_compressed(path, **arrays)
        elif suffix == ".npy":
            np.save(path, arrays["images"])
        else:
            with h5py.File(path, "w") as file:
                for name, array in arrays.items():
                    file[name] = array
        return own_file(str(path), sizes, image_size, str(tmp_path / "cache"))

    return build


def observe(data, factors):
    return data.sample_observations_from_factors(np.array(factors), np.random.RandomState(0))


@pytest.mark.parametrize("suffix", [".npz", ".h5"])
@pytest.mark.parametrize(
    "values", [lambda x: x, lambda x: x / 7 - 1, lambda x: x + 1000], ids=["int", "float", "far"]
)
def test_rows_in_any_order_are_found_by_their_labels(load, suffix, values):
    labels = values(CELLS[ORDER])
    names = np.array(["size", "hue", "pose"], dtype="S")
    data = load(suffix, images=IMAGES[ORDER], labels=labels, factor_names=names)
    assert data.full_grid and data.factor_names == ["size", "hue", "pose"]
    assert data.factors_num_values == list(SIZES) and data.num_images == 12
    np.testing.assert_array_equal(data.images(np.arange(12)), IMAGES)
    np.testing.assert_array_equal(observe(data, CELLS), IMAGES.astype(np.float32) / 255)


def test_labels_may_be_words(load):
    words = np.array(["circle", "square"])[CELLS[:, 0]]
    data = load(images=IMAGES[::6], labels=words[::6])
    assert data.factors_num_values == [2] and data.factor_names == ["Factor 0"]
    np.testing.assert_array_equal(data.images([1]), IMAGES[6:7])


@pytest.mark.parametrize("lost", range(12))
def test_eleven_images_for_twelve_cells_are_an_incomplete_grid(load, lost):
    kept = [row for row in ORDER if row != lost]
    data = load(images=IMAGES[kept], labels=CELLS[kept])
    assert not data.full_grid and data.num_images == 11
    assert data.factors_num_values == list(SIZES)
    np.testing.assert_array_equal(observe(data, CELLS[kept]), IMAGES[kept] / np.float32(255))
    missing = CELLS[lost].tolist()
    with pytest.raises(InputError) as error:
        observe(data, [CELLS[kept[0]], missing])
    assert f"no image of the combination {tuple(missing)}" in str(error.value)
    assert "11 of 12 cells have images" in str(error.value) and "(row 1)" in str(error.value)


def test_an_incomplete_grid_draws_only_what_there_is(load):
    data = load(images=IMAGES[:11], labels=CELLS[:11])
    factors, observations = data.sample(500, np.random.RandomState(0))
    assert {tuple(row) for row in factors} == {tuple(row) for row in CELLS[:11]}
    index = np.ravel_multi_index(tuple(factors.T), SIZES)
    np.testing.assert_array_equal(observations, IMAGES[index] / np.float32(255))
    counts = np.bincount(index)
    assert abs(counts - 500 / 11).max() < 4 * np.sqrt(500 / 11)


def test_a_value_that_has_no_image_at_all_is_known_from_the_bound_sizes(load):
    kept = CELLS[:, 1] < 2
    arrays = {"images": IMAGES[kept], "labels": CELLS[kept]}
    assert load(**arrays).full_grid
    data = load(sizes=SIZES, **arrays)
    assert not data.full_grid and data.factors_num_values == list(SIZES)
    with pytest.raises(InputError, match="Factor 1 has values 0 to 1; got 2 in row"):
        load(images=IMAGES, labels=CELLS, sizes=(2, 2, 2))
    with pytest.raises(InputError, match="Only integer labels say which values"):
        load(images=IMAGES[kept], labels=CELLS[kept] / 7, sizes=SIZES)


def test_several_images_of_a_cell_are_drawn_from(load):
    images, labels = np.concatenate([IMAGES, IMAGES[:1] // 2]), np.concatenate([CELLS, CELLS[:1]])
    data = load(images=images, labels=labels)
    assert data.full_grid and data.num_images == 13
    found = observe(data, [CELLS[0]] * 200)
    first = (found == IMAGES[0] / np.float32(255)).all(axis=(1, 2, 3))
    second = (found == (IMAGES[0] // 2) / np.float32(255)).all(axis=(1, 2, 3))
    assert (first | second).all() and 70 < first.sum() < 130
    ours, theirs = np.random.RandomState(1), np.random.RandomState(1)
    expected = np.stack([theirs.randint(size, size=9) for size in SIZES], axis=1)
    np.testing.assert_array_equal(data.sample_factors(9, ours), expected)


@pytest.mark.parametrize("kind", [int, str, float])
def test_labels_that_may_only_number_the_images_are_noted(load, kind):
    data = load(images=IMAGES, labels=np.arange(12).astype(kind))
    assert "Factor 0 has another value for every image: if it numbers or names" in data.notes[0]
    shuffled = np.random.RandomState(0).permutation(12)
    data = load(images=IMAGES, labels=np.stack([shuffled, shuffled % 3], axis=1))
    assert len(data.notes) == 1 and "Factor 0" in data.notes[0]
    assert load(images=IMAGES, labels=CELLS).notes == ()
    assert load(images=IMAGES[:4], labels=np.arange(4)).notes == ()


def test_an_array_that_is_a_link_is_called_one(load, tmp_path):
    with h5py.File(tmp_path / "mine.h5", "w") as file:
        file["images"] = h5py.ExternalLink("other.h5", "images")
        file["labels"] = np.arange(12)
    with pytest.raises(InputError, match="images in .*mine.h5 is a link to another place or file"):
        own_file(str(tmp_path / "mine.h5"))


def test_no_images_at_all_are_called_none(load):
    with pytest.raises(InputError, match=r"holds no image: its shape is \(0, 8, 8, 3\)"):
        load(images=IMAGES[:0])


def test_duplicates_do_not_make_up_for_a_missing_cell(load):
    rows = [*range(11), 0]
    data = load(images=IMAGES[rows], labels=CELLS[rows])
    assert data.num_images == 12 and not data.full_grid


@pytest.mark.parametrize(
    "images, expected",
    [
        (IMAGES[..., 0], IMAGES[..., :1]),
        (IMAGES[..., 0] > 99, (IMAGES[..., :1] > 99) * np.uint8(255)),
        (IMAGES / 255, IMAGES),
        ((IMAGES / 255).astype(np.float32), IMAGES),
        (np.asfortranarray(IMAGES), IMAGES),
    ],
    ids=["without channels", "boolean", "float64", "float32", "columns first"],
)
@pytest.mark.parametrize("suffix", [".npz", ".h5", ".npy"])
def test_images_of_several_kinds_become_uint8(load, images, expected, suffix):
    data = load(suffix, images=images)
    found = data.sample_images(50, np.random.RandomState(0))
    rows = np.random.RandomState(0).randint(12, size=50, dtype=np.int64)
    np.testing.assert_array_equal(found, expected[rows])


@pytest.mark.parametrize(
    "arrays, message",
    [
        ({"images": IMAGES / 128}, "floats are in .0, 1.; row 0 has values from"),
        ({"images": IMAGES // 128}, "of uint8 images is 255; here it is 1"),
        ({"images": IMAGES.astype(np.int32)}, "uint8, booleans, or floats in .0, 1.; got int32"),
        ({"images": np.moveaxis(IMAGES, 3, 1)}, "Move the channels last"),
        ({"images": IMAGES[..., :2]}, r"1 channel .* or 3 .*; got \(12, 8, 8, 2\). If the second"),
        ({"images": random_images(12, 8, 8, 4)}, "If the fourth is transparency, lay the images"),
        ({"images": IMAGES / 65025}, "here it is 0.00392. .*divided by 255 twice"),
        ({"images": IMAGES.astype(np.float32)}, "0 to 25.. If they are 0 to 255, save images.as"),
        (
            {"images": IMAGES / 127.5 - 1},
            "from -1 to 0.97.* If they are -1 to 1, save .images . 1. / 2",
        ),
        ({"images": IMAGES / 250}, "to 1.00.*. If a resize has overshot"),
        ({"images": IMAGES / np.where(IMAGES > 254, np.nan, 255)}, "Replace what is not finite"),
        ({"images": IMAGES.astype(np.uint16) * 257}, "got uint16. Of 16 bits a channel: scale"),
        ({"images": IMAGES[:, :4]}, "8x4 pixels are not square"),
        ({"images": IMAGES[0, 0]}, r"images are \(num, height, width\) or"),
        ({"pictures": IMAGES}, "has no array 'images' or 'imgs' or 'observations'; it holds"),
        ({"images": np.array([Trap()], dtype=object)}, "Python objects .* never loaded"),
        ({"images": IMAGES, "labels": CELLS.T}, "It looks transposed: save labels.T"),
        ({"images": IMAGES, "labels": CELLS[:, :0]}, r"is \(12, 0\); labels are a table"),
        ({"images": IMAGES, "labels": CELLS[..., None]}, r"is \(12, 3, 1\); labels are a table"),
        ({"images": IMAGES, "labels": 3}, r"is \(\); labels are a table"),
        ({"images": IMAGES, "labels": np.zeros(12, "i4,i4")}, "Save numpy.stack of the columns"),
        ({"images": IMAGES, "labels": np.full(12, "x" * 2000)}, "numbers or short texts"),
        (
            {"images": IMAGES, "labels": CELLS, "factor_names": [*"aab"]},
            "names? each, all different",
        ),
        ({"images": IMAGES, "labels": CELLS[:11]}, "has 11 rows for 12 images"),
        ({"images": IMAGES, "labels": CELLS * np.nan}, "column 0 has .* labels of .* missing"),
        ({"images": IMAGES, "labels": np.arange(12) / 7}, "column 0 has 12 distinct float labels"),
        ({"images": IMAGES, "labels": CELLS * 1j}, "labels are numbers or strings"),
        (
            {"images": IMAGES, "labels": CELLS, "factor_names": ["a"]},
            "3 columns, and 1 name for them: a",
        ),
        ({"images": IMAGES, "labels": CELLS, "factor_names": [1.0]}, "names are a list of strings"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(load, arrays, message):
    with pytest.raises(InputError, match=message):
        load(**arrays)


def test_floats_beyond_the_unit_range_by_rounding_are_levels(load):
    images = (IMAGES * np.float32(1 / 255)).astype(np.float32)
    images[0, 0, 0], images[0, 0, 1] = np.nextafter(np.float32(1), np.float32(2)), -1e-9
    expected = IMAGES.copy()
    expected[0, 0, 0], expected[0, 0, 1] = 255, 0
    for rounded in (images, images.astype(np.float16) * np.float16(1.001)):
        found = load(images=rounded, labels=CELLS).images(np.arange(12))
        assert np.abs(found.astype(int) - expected).max() <= (0 if rounded is images else 1)
        np.testing.assert_array_equal(found[0, 0, :2], expected[0, 0, :2])


def test_names_and_labels_may_be_hdf5_s_strings_of_any_length(load):
    words = [["circle", "square"][cell[0]] for cell in CELLS[::6]]
    data = load(".h5", images=IMAGES[::6], labels=words, factor_names=["forme géométrique"])
    assert data.factor_names == ["forme géométrique"] and data.factors_num_values == [2]
    np.testing.assert_array_equal(data.images([1]), IMAGES[6:7])


def test_labels_in_one_hot_form_are_noticed(load):
    one_hot = np.eye(3, dtype=int)[CELLS[:, 1]]
    data = load(images=IMAGES, labels=np.column_stack([CELLS[:, 0], one_hot]))
    assert "The factors Factor 1 to Factor 3 are one label in one-hot form" in data.notes[0]
    assert load(images=IMAGES, labels=CELLS).notes == ()


def test_unlabelled_images_have_no_factors(load):
    data = load(images=IMAGES)
    assert data.num_factors == 0 and data.factor_names == [] and data.num_images == 12
    factors, observations = data.sample(6, np.random.RandomState(0))
    assert factors.shape == (6, 0) and observations.shape == (6, 8, 8, 3)
    with pytest.raises(InputError, match="has no labels .*factor_sizes says nothing"):
        load(images=IMAGES, sizes=(12,))


def test_two_files_alike_in_size_and_time_have_two_caches(tmp_path):
    for name, images in {"a": IMAGES, "b": 255 - IMAGES}.items():
        np.savez(tmp_path / f"{name}.npz", images=images, labels=CELLS)
        os.utime(tmp_path / f"{name}.npz", (1e9, 1e9))
    one, two = (
        own_file(str(tmp_path / f), None, 4, str(tmp_path / "c")) for f in ("a.npz", "b.npz")
    )
    assert (one.images(np.arange(12)) != two.images(np.arange(12))).any()


def test_a_user_s_folder_is_never_written_to(load, tmp_path):
    load(images=IMAGES, labels=CELLS, image_size=4)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "mine.npz"]


@pytest.mark.parametrize("place", ["none", "gone", "several"])
def test_the_file_must_be_one_that_is_there(tmp_path, place):
    for name in "ab":
        np.savez(tmp_path / f"{name}.npz", images=IMAGES)
    folder = {"none": None, "gone": str(tmp_path / "c.npz"), "several": str(tmp_path)}[place]
    message = {"none": "Bind dataset.data_dir", "gone": "is not there", "several": "holds 2 files"}
    with pytest.raises(InputError, match=message[place]):
        own_file(folder)


def test_images_that_are_too_small_themselves_are_said_to_be(tmp_path):
    np.savez(tmp_path / "dots.npz", images=np.zeros((4, 1, 1, 3), np.uint8))
    with pytest.raises(InputError, match="image_size is 1, the size that the images have; it must"):
        own_file(str(tmp_path / "dots.npz"), cache_dir=str(tmp_path / "cache"))
