"""Folders of pictures with links, and with what may not be read."""

import os

import pytest
from picture_writers import write_picture

from tripod_dlib.data.own.image_folder import image_folder
from tripod_dlib.errors import InputError


@pytest.fixture
def load(tmp_path):
    """Opens the folder `photos`."""
    return lambda **bound: image_folder(
        str(tmp_path / "photos"), image_size=8, cache_dir=str(tmp_path / "cache"), **bound
    )


def test_links_are_followed_and_circles_are_not(tmp_path, load):
    write_picture(tmp_path / "elsewhere" / "1.png")
    write_picture(tmp_path / "photos" / "dog" / "2.png")
    (tmp_path / "photos" / "cat").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "photos" / "dog" / "up").symlink_to(tmp_path / "photos")
    (tmp_path / "photos" / "dog" / "3.png").symlink_to(tmp_path / "elsewhere" / "1.png")
    data = load(labels="folders")
    assert data.num_images == 3 and data.factors_num_values == [2]


@pytest.mark.parametrize("place", ["nowhere", "pipe"])
def test_a_picture_that_is_no_file_is_named(tmp_path, load, place):
    write_picture(tmp_path / "photos" / "1.png")
    path = tmp_path / "photos" / "2.png"
    path.symlink_to("/nowhere/at/all") if place == "nowhere" else os.mkfifo(path)
    with pytest.raises(InputError, match="2.png is a link that leads nowhere, or no file"):
        load()


def test_a_folder_that_may_not_be_read_is_not_left_out_in_silence(tmp_path, load, monkeypatch):
    write_picture(tmp_path / "photos" / "1.png")
    write_picture(tmp_path / "photos" / "locked" / "2.png")
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(InputError, match="photos/locked cannot be read: Permission denied"):
        load()


def test_what_is_no_picture_is_said_without_python_s_words(tmp_path, load):
    write_picture(tmp_path / "photos" / "1.png")
    (tmp_path / "photos" / "2.png").write_text("no picture")
    with pytest.raises(InputError, match=r"2.png is not a whole picture \(it is no PNG, JPEG"):
        load()
