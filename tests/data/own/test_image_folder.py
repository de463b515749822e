"""Folders of pictures, without labels and with them."""

import os

import numpy as np
import pytest
from picture_writers import write_picture, write_pictures
from PIL import Image

from tripod_dlib.data.own.image_folder import image_folder
from tripod_dlib.errors import InputError


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "pictures"


@pytest.fixture
def load(folder, tmp_path):
    """Opens the folder."""

    def build(image_size=8, **arguments):
        return image_folder(str(folder), image_size, str(tmp_path / "cache"), **arguments)

    return build


def all_images(data):
    """Every image of an unlabelled dataset, in order."""
    return data._images.read(np.arange(data.num_images))


def test_a_folder_of_pictures_gives_their_middle_squares_in_order(folder, load):
    write_pictures(folder)
    data = load()
    assert data.num_images == 3 and data.observation_shape == (8, 8, 3) and data.num_factors == 0
    with Image.open(folder / "a.png") as picture:
        np.testing.assert_array_equal(all_images(data)[0], np.asarray(picture))
    (folder / "a.png").write_bytes(b"\x89PNG cut")
    with pytest.raises(InputError, match="a.png is not a whole picture"):
        load()


def test_what_is_left_out_is_said_and_what_is_hidden_is_left_out(folder, load):
    write_pictures(folder)
    for name in (".git/x.png", "b/.thumbs/y.png", "__MACOSX/z.png", ".DS_Store"):
        write_picture(folder / f"{name}.png")
    for name in ("1.gif", "2.gif", "3.tif"):
        write_picture(folder / name)
    data = load()
    assert data.num_images == 3
    (note,) = data.notes
    assert "2 .gif, 1 .tif, 1 .txt" in note and "Left out of" in note


def test_a_folder_without_pictures_is_refused_with_what_it_holds(folder, load, tmp_path):
    folder.mkdir()
    with pytest.raises(InputError, match=r"holds no pictures .*\.webp\)\. Convert"):
        load()
    write_picture(folder / "1.tif")
    with pytest.raises(InputError, match="holds no pictures .*; it holds 1 .tif"):
        load()
    with pytest.raises(InputError, match="is not a folder"):
        image_folder(str(tmp_path / "nowhere"))
    with pytest.raises(InputError, match="Bind dataset.data_dir"):
        image_folder()


def test_a_renamed_or_changed_picture_is_another_cache_and_another_fingerprint(folder, load):
    write_pictures(folder)
    first = load().fingerprint
    write_picture(folder / "a.png", seed=7)
    changed = load()
    assert changed.fingerprint != first
    write_picture(folder / "a.png", seed=0)
    os.utime(folder / "a.png", (1, 1))
    assert load().fingerprint == first


def test_folders_of_classes_give_a_label_where_that_is_asked_for(folder, load):
    for name in ("cat/1", "cat/2", "dog/1", "eel/1"):
        write_picture(folder / f"{name}.png", seed=sum(map(ord, name)))
    data = load()
    assert data.num_factors == 0 and "lie in 3 folders: dataset.labels = 'fold" in data.notes[0]
    data = load(labels="folders")
    assert data.factor_names == ["folder"] and data.factors_num_values == [3]
    assert data.num_images == 4 and data.full_grid and not data.notes
    with Image.open(folder / "dog" / "1.png") as picture:
        dog = np.asarray(picture) / np.float32(255)
    found = data.sample_observations_from_factors(np.array([[1]]), np.random.RandomState(0))
    np.testing.assert_array_equal(found[0], dog)


def test_folders_in_folders_give_a_factor_a_level(folder, load):
    for hue in ("red", "green"):
        for size in ("9", "10"):
            write_picture(folder / hue / size / "1.png", seed=len(hue + size))
    data = load(labels="folders")
    assert data.factor_names == ["folder_1", "folder_2"] and data.factors_num_values == [2, 2]
    assert data.full_grid
    write_picture(folder / "loose.png")
    with pytest.raises(InputError, match="'loose.png' lies 0 deep, others 2 deep"):
        load(labels="folders")
    assert not load().notes


TABLE = "picture,hue,size,x\na.png,red,2,.5\nb/1.png,red,10,.25\nb/2.JPG,blue,2,.5\n"


@pytest.mark.parametrize("in_folder, in_table", [("ä", "a\u0308"), ("a\u0308", "ä")])
def test_accents_may_be_written_in_one_character_or_two(folder, load, in_folder, in_table):
    for place, name in enumerate((in_folder, "b")):
        write_picture(folder / f"{name}.png", seed=place)
    (folder / "labels.csv").write_text(f"picture,hue\n{in_table}.png,red\nb.png,blue\n")
    assert load(labels="labels.csv").factors_num_values == [2]


def test_names_of_folders_are_taken_as_they_are(folder, load):
    for place, name in enumerate(("a\\b", "c")):
        write_picture(folder / name / "1.png", seed=place)
    assert load(labels="folders").factors_num_values == [2]


def test_a_table_gives_labels(folder, load):
    write_pictures(folder)
    (folder / "labels.csv").write_text(TABLE + "\n")
    data = load(labels="labels.csv")
    assert data.factor_names == ["hue", "size", "x"]
    assert data.factors_num_values == [2, 2, 2] and not data.full_grid
    first = data.sample_observations_from_factors(np.array([[1, 0, 1]]), np.random.RandomState(0))
    with Image.open(folder / "a.png") as picture:
        np.testing.assert_array_equal(first[0], np.asarray(picture) / np.float32(255))
    assert "1 .txt" in data.notes[0] and ".csv" not in data.notes[0].partition(": ")[2]
    assert load(labels=str(folder / "labels.csv")).fingerprint == data.fingerprint
    (folder / "labels.csv").write_text(TABLE + "b/7.png,blue,2,.5\n")
    assert "no picture for 1 row of" in load(labels="labels.csv").notes[-1]


@pytest.mark.parametrize(
    "text, message",
    [
        (TABLE.replace("b/1.png", "b/3.png"), "no row for 1 of 3 pictures, such as 'b/1.png'"),
        (TABLE + "a.png,blue,2,1\n", "'a.png' stands twice"),
        (TABLE.replace(",red,2", ",red"), "row 2 has 3 cells, the first one 4"),
        ("picture\na.png\n", "is no table of labels"),
        ("", "is no table of labels"),
        ("picture,hue,hue\n" + "a.png,1,1\nb/1.png,2,2\nb/2.JPG,3,3\n", "a name each"),
        ("\x00\xff", "cannot be read|is no table"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_with_the_reason(folder, load, text, message):
    write_pictures(folder)
    (folder / "labels.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=message):
        load(labels="labels.csv")
    with pytest.raises(InputError, match="nowhere.csv cannot be read: No such file"):
        load(labels="nowhere.csv")
    with pytest.raises(InputError, match="have no labels: dataset.factor_sizes says nothing"):
        load(factor_sizes=(2,))


@pytest.mark.parametrize("first", ["{number}", "/elsewhere/{name}", "no/{name}"])
def test_a_table_that_names_no_picture_first_says_what_it_holds(folder, load, first):
    write_picture(folder / "a.png")
    write_picture(folder / "b.png")
    cells = [first.format(number=i, name=name) for i, name in enumerate(("a.png", "b.png"))]
    lines = ["picture,hue,size", *(f"{cell},red,2" for cell in cells)]
    (folder / "labels.csv").write_text("\n".join(lines))
    says = f"names none of the 2 pictures. It holds {cells[0]!r}, .* such as 'a.png'"
    with pytest.raises(InputError, match=says):
        load(labels="labels.csv")


def test_spaces_around_cells_belong_to_no_name(folder, load):
    write_picture(folder / "a.png")
    write_picture(folder / "b.png")
    (folder / "labels.csv").write_text("picture, hue\na.png, 0\nb.png, 1\n")
    assert load(labels="labels.csv").factor_names == ["hue"]
