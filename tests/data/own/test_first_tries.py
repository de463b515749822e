"""What a newcomer gives first: the wrong thing, or the right one in another form."""

import tarfile
import zipfile

import numpy as np
import pytest
from picture_writers import write_picture

from tripod_dlib.data.own.own_images import own
from tripod_dlib.errors import InputError

IMAGES = np.random.default_rng(0).integers(0, 256, size=(12, 32, 32, 3), dtype=np.uint8)
ROWS = [f"{kind}/{number}.png" for kind in ("cat", "dog") for number in range(2)]


@pytest.fixture
def folder(tmp_path):
    for row in ROWS:
        write_picture(tmp_path / "photos" / row)
    return tmp_path / "photos"


def opened(path, **bound):
    return own(str(path), cache_dir=str(path.parent / "cache"), **bound)


def test_one_picture_is_named_and_its_folder_asked_for(folder):
    with pytest.raises(InputError, match="0.png is one picture: give the folder"):
        opened(folder / ROWS[0])


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz", ".tar.xz"])
def test_an_archive_of_pictures_is_to_be_unpacked(folder, tmp_path, suffix):
    path = tmp_path / f"photos{suffix}"
    if suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(folder / ROWS[0], "0.png")
    else:
        with tarfile.open(path, f"w:{suffix.removeprefix('.tar').removeprefix('.')}") as archive:
            archive.add(folder, "photos")
    with pytest.raises(InputError, match="is an archive of files, not of arrays: unpack it"):
        opened(path)


def test_one_image_is_not_taken_for_many(tmp_path):
    np.savez(tmp_path / "mine.npz", images=IMAGES[0])
    with pytest.raises(InputError, match=r"\(32, 32, 3\) looks like one image. Save images.None"):
        opened(tmp_path / "mine.npz")
    np.savez(tmp_path / "mine.npz", images=IMAGES[:1])
    data = opened(tmp_path / "mine.npz")
    assert data.num_images == 1 and "one image alone" in data.notes[-1]


@pytest.mark.parametrize("name", ["targets", "y", "label"])
def test_labels_under_another_name_are_not_passed_over_in_silence(tmp_path, name):
    np.savez(tmp_path / "mine.npz", images=IMAGES, **{name: np.arange(12) % 3})
    data = opened(tmp_path / "mine.npz")
    assert "has no labels (labels or factors" in data.notes[0] and f"{name!r}." in data.notes[0]
    np.savez(tmp_path / "mine.npz", images=IMAGES, labels=np.arange(12) % 3, other=IMAGES)
    assert opened(tmp_path / "mine.npz").notes == ()


def test_an_image_size_of_nothing_is_refused(tmp_path):
    np.savez(tmp_path / "mine.npz", images=IMAGES)
    with pytest.raises(InputError, match="dataset.image_size is 0; it must be 4 to 4096"):
        opened(tmp_path / "mine.npz", image_size=0)


def test_sizes_that_labels_exceed_are_named_with_the_file(tmp_path):
    np.savez(tmp_path / "mine.npz", images=IMAGES, labels=np.arange(12) % 3)
    with pytest.raises(
        InputError, match="labels.npy in .*: The factor .* 0 to 1; .*Bind the right"
    ):
        opened(tmp_path / "mine.npz", factor_sizes=(2,))


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_table_of_other_marks_than_commas_is_said_to_be_one(folder, mark):
    lines = [f"path{mark}kind", *(f"{row}{mark}{row[:3]}" for row in ROWS)]
    (folder / "labels.csv").write_text("\n".join(lines))
    with pytest.raises(InputError, match="Put commas between the cells, not semicolons or tabs"):
        opened(folder, labels="labels.csv")


def test_a_table_without_a_line_of_names_is_said_to_lack_it(folder):
    (folder / "labels.csv").write_text("\n".join(f"{row},{row[:3]}" for row in ROWS))
    with pytest.raises(InputError, match="begins with a picture, 'cat/0.png': put a line of names"):
        opened(folder, labels="labels.csv")


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_table_in_another_encoding_is_said_to_be_one(folder, encoding):
    lines = ["path,kind", *(f"{row},größe" for row in ROWS)]
    (folder / "labels.csv").write_bytes("\n".join(lines).encode(encoding))
    with pytest.raises(InputError, match="it is no text in UTF-8, which it has to be saved as"):
        opened(folder, labels="labels.csv")


def test_a_broken_picture_says_how_to_go_on_without_it(folder):
    (folder / "cat" / "3.png").write_bytes(b"\x89PNG")
    with pytest.raises(InputError, match=f"3.png .* To do without it, move it out of {folder}/cat"):
        opened(folder)
