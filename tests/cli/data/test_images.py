"""tripod_data prepare, show, import."""

import io
import os
import re
import zipfile

import numpy as np
import pytest
from data_commands import ROOM
from dataset_writers import cells, random_images
from picture_writers import write_picture
from PIL import Image

from tripod_dlib.cli.train import main as train


def random_picture():
    stream = io.BytesIO()
    Image.fromarray(random_images(1, 8, 8, 3)[0]).save(stream, "png")
    return stream.getvalue()


def test_show_writes_a_row_of_pictures_a_factor(typed, tmp_path):
    code, out, _ = typed("show", *ROOM, f"--output={tmp_path / 'deep' / 'room.png'}")
    assert code == 0 and str(tmp_path / "deep" / "room.png") in out
    with Image.open(tmp_path / "deep" / "room.png") as picture:
        width, height = picture.size
    # six rows and three columns of 16 pixels enlarged six times, framed by gaps of 4, beside names
    # and below a title
    assert height == 6 * 96 + 7 * 4 + 21 and width > 3 * 96 + 4 * 4 + 60
    (tmp_path / "file").touch()
    code, _, err = typed("show", *ROOM, f"--output={tmp_path / 'file' / 'x.png'}")
    assert code == 2 and "cannot be written" in err


def test_show_without_a_name_for_its_picture_writes_over_its_own_alone(typed, mine, tmp_path):
    words = "show", "own_file", f"--data_dir={mine}"
    assert typed(*words)[0] == typed(*words)[0] == 0
    for content in (b"precious", random_picture()):
        (tmp_path / "own_file.png").write_bytes(content)
        code, _, err = typed(*words)
        assert code == 2 and "own_file.png is there, and is no picture of this command's" in err
        assert (tmp_path / "own_file.png").read_bytes() == content
    assert typed(*words, "--output=own_file.png")[0] == 0


def test_a_file_is_imported_under_a_name(typed, mine, tmp_path):
    code, out, _ = typed("import", str(mine), "--name=my_shapes")
    assert code == 0 and "my_shapes: 12 images, a full grid of hue 3, size 4" in out
    assert "dataset.name = 'my_shapes'" in out
    assert re.search(rf"^my_shapes +imported .*{mine}", typed("list")[1], re.MULTILINE)
    assert typed("verify", "my_shapes")[0] == typed("show", "my_shapes")[0] == 0
    assert typed("prepare", "my_shapes", "--image_size=4")[0] == 0
    assert "already taken" in typed("import", str(mine), "--name=my_shapes")[2]
    assert "has letters, digits" in typed("import", str(mine), "--name=../x")[2]
    mine.rename(tmp_path / "moved.npz")
    assert re.search(r"^my_shapes +imported, but gone", typed("list")[1], re.MULTILINE)
    assert typed("verify", "my_shapes")[0] == 2


def test_verify_compares_checksums_that_mapping_does_not_look_at(typed, mine):
    assert typed("import", str(mine), "--name=my_shapes")[0] == 0
    with zipfile.ZipFile(mine) as archive:
        start = archive.getinfo("images.npy").header_offset
    content = bytearray(mine.read_bytes())
    content[start + 400] ^= 0xFF
    mine.write_bytes(content)
    code, _, err = typed("verify", "my_shapes")
    assert code == 2 and "its member images.npy is damaged: the checksum differs" in err


def test_an_incomplete_grid_is_shown_with_gaps_and_said_to_be_one(typed, tmp_path):
    keep = np.arange(12) != 5
    np.savez(
        tmp_path / "eleven.npz", images=random_images(12, 8, 8, 3)[keep], labels=cells((3, 4))[keep]
    )
    code, out, _ = typed("import", str(tmp_path / "eleven.npz"), "--name=eleven")
    assert code == 0 and "eleven: 11 images, an incomplete grid of" in out
    assert typed("show", "eleven")[0] == 0


def test_a_folder_of_pictures_is_imported_and_trains_with_psnr_alone(typed, tmp_path):
    (tmp_path / "photos").mkdir()
    for index, image in enumerate(random_images(9, 20, 30, 3)):
        Image.fromarray(image).save(tmp_path / "photos" / f"{index}.png")
    code, out, _ = typed("import", str(tmp_path / "photos"), "--name=photos", "--image_size=16")
    assert code == 0 and "9 images, no factors: it trains, with PSNR alone" in out
    assert typed("show", "photos")[0] == 0 and typed("verify", "photos")[0] == 0
    assert sorted(os.listdir(tmp_path / "photos")) == [f"{index}.png" for index in range(9)]


@pytest.mark.slow
def test_an_imported_folder_trains_and_its_table_has_psnr_alone(typed, tmp_path, capsys):
    (tmp_path / "photos").mkdir()
    for index, image in enumerate(random_images(9, 20, 30, 3)):
        Image.fromarray(image).save(tmp_path / "photos" / f"{index}.png")
    assert typed("import", str(tmp_path / "photos"), "--name=photos", "--image_size=32")[0] == 0
    bindings = [
        *("dataset.name = 'photos'", "dataset.factor_sizes = None", "dataset.image_size = None"),
        "networks.architecture = 'disentanglement_lib'",
        *("model.num_latents = 3", "model.batch_size = 4", "model.training_steps = 2"),
        *("protocol.num_samples = 40", "tripod.nhp_weight = 0.0"),
    ]
    words = ["--gin_config=gin/quickstart.gin", f"--model_dir={tmp_path / 'run'}"]
    code = train([*words, *(f"--gin_bindings={binding}" for binding in bindings)])
    shown = capsys.readouterr().out
    assert code == 0 and "PSNR (dB)" in shown and "InfoM" not in shown.partition("baseline")[2]


def test_what_the_networks_do_not_take_is_said_with_the_resize_that_would_do(typed, mine):
    note = "sides are multiples of 16 pixels, and these are 8x8: --image_size=32"
    assert note in typed("import", str(mine), "--name=small")[1]
    assert note in typed("prepare", "small")[1]
    assert note not in typed("prepare", "small", "--image_size=32")[1]


def test_folders_of_classes_and_what_is_left_out_are_said(typed, tmp_path):
    for name in ("cat/1.png", "dog/1.png", "dog/2.gif"):
        write_picture(tmp_path / "pets" / name, seed=ord(name[0]))
    code, out, _ = typed("import", str(tmp_path / "pets"), "--name=pets", "--image_size=32")
    assert code == 0 and "lie in 2 folders: dataset.labels = 'folders'" in out and "1 .gif" in out
    words = ["--name=labelled", "--labels=folders"]
    code, out, _ = typed("import", str(tmp_path / "pets"), *words)
    assert code == 0 and "2 images, a full grid of folder 2" in out
    assert "Left out" in typed("prepare", "labelled")[2]


@pytest.mark.slow
def test_one_command_leads_from_pictures_to_a_trained_run_with_pictures(tmp_path, capsys):
    for index in range(9):
        write_picture(tmp_path / "photos" / f"{index}.png", (24, 30), seed=index)
    bindings = [
        "networks.architecture = 'disentanglement_lib'",
        *("model.batch_size = 4", "model.training_steps = 2", "protocol.num_samples = 40"),
    ]
    words = ["--images=photos", f"--model_dir={tmp_path / 'run'}"]
    code = train([*words, *(f"--gin_bindings={binding}" for binding in bindings)])
    shown = capsys.readouterr()
    assert code == 0 and "PSNR (dB)" in shown.out
    assert list((tmp_path / "run" / "pictures").glob("*.png"))
    assert train(["--images=nowhere", *words[1:], "--overwrite"]) == 2
    assert "nowhere is not there" in capsys.readouterr().err


def test_observations_that_are_no_images_are_prepared_without_a_word_of_their_size(typed):
    code, out, _ = typed("prepare", "identity_observations")
    assert code == 0 and "shape 10" in out and "multiples" not in out
