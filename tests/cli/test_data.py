"""tripod_data, as it is typed."""

import dataclasses
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from dataset_writers import cells, random_images, write_dsprites_npz, write_mpi3d, write_scream
from mirror_server import mirror_server, page, serve, status
from picture_writers import write_picture_grid
from PIL import Image

from tripod_dlib import registry
from tripod_dlib.cli.data import TOOL, main
from tripod_dlib.cli.train import main as train
from tripod_dlib.data.download import mirrors as downloading
from tripod_dlib.data.images.cache_inventory import list_caches
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.data.official.mpi3d import mpi3d_toy
from tripod_dlib.data.official.origin import OfficialFile
from tripod_dlib.data.official.picture_grid import PictureGrid

SIZES = (2, 2, 2, 1, 3, 2, 2)
GRID = "--factor_sizes=2,2,2,1,3,2,2"
PICTURES = (2, 1, 3, 1, 2, 1, 2)
PICTURE_GRID = "--factor_sizes=2,1,3,1,2,1,2"
ROOM = ["shapes3d_procedural", "--factor_sizes=2,2,2,1,2,3", "--image_size=16"]
SAVED = "; everything is saved. Run the same command to go on."
TESTS = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    monkeypatch.setenv("DISENTANGLEMENT_LIB_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(downloading, "SECONDS_BETWEEN_ATTEMPTS", 0.0)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def typed(capsys):
    """Runs a command; returns its exit code, what it printed, and its messages."""

    def run(*words):
        code = main(list(words))
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return code, shown.out, shown.err

    return run


@pytest.fixture
def mirror():
    with mirror_server() as running:
        yield running


@pytest.fixture
def tiny(mirror, tmp_path):
    """A dataset with a mirror on this machine; returns its file's bytes and images."""
    images = write_mpi3d(tmp_path / "source" / "tiny.npz", 96)
    content = (tmp_path / "source" / "tiny.npz").read_bytes()
    register(mirror.address, content)
    yield content, images
    registry.datasets.unregister("tiny")


def register(address, content):
    file = OfficialFile(
        folder="tiny_folder",
        name="tiny.npz",
        mirrors=(f"{address}/first", f"{address}/second"),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    declaration = dataclasses.replace(
        mpi3d_toy,
        name="tiny",
        file_names=("tiny.npz",),
        factor_sizes=SIZES,
        generations=(),
        origin=dataclasses.replace(mpi3d_toy.origin, files=(file,)),
    )
    registry.datasets.register("tiny", declaration)


def command(words, script="", stderr=subprocess.PIPE):
    """The command as a process of its own, after lines of Python."""
    code = f"import sys\nsys.path.insert(0, {str(TESTS)!r})\n{script}\n"
    code += f"from tripod_dlib.cli.data import main\nsys.exit(main({words!r}))"
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=stderr, text=True
    )


def wait_until(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("shown", [TOOL, *TOOL.commands], ids=lambda shown: shown.name)
def test_help_fits_a_screen_and_names_every_flag(shown, capsys):
    assert shown.run(["--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 40 and max(map(len, lines)) <= 100
    for command in shown.commands:
        assert any(line.split()[:1] == [command.name.split()[1]] for line in lines)
    for define in shown.flags:
        assert any(line.startswith(f"  --{define.args[-3]}") for line in lines)


@pytest.mark.parametrize(
    "words, message",
    [
        ([], "Missing: COMMAND"),
        (["lst"], "Unknown command 'lst'. Did you mean 'list'?"),
        (["--yes", "list"], "Unknown flag --yes"),
        (["download"], "Missing: NAME"),
        (["download", "a", "b"], "Unexpected argument 'b'. See tripod_data download --help"),
        (["list", "a"], "Unexpected argument 'a'. See tripod_data list --help"),
        (["download", "shapes3"], "Unknown dataset 'shapes3'. Did you mean 'shapes3d'"),
        (["verify", "nothing"], "Unknown dataset 'nothing'"),
        (["prepare", "shapes3d", "--factor_size=2"], "Did you mean --factor_sizes"),
        (["prepare", "shapes3d", "--factor_sizes=2,x"], "allowed are integers"),
        (["prepare", "shapes3d", "--image_size=big"], "image_size"),
        (["prepare", "dummy_data", "--image_size=8"], "dummy_data has no dataset.image_size"),
        (["import", "mine.npz"], "--name is missing"),
        (["import", "mine.npz", "--name=mine"], "mine.npz is not there"),
        (["show", "dummy_data", "--output=x.jpg"], "the picture is a .png file"),
        (["show", "identity_observations"], "are no images: their shape is 10"),
        (["download", "own_file"], "own_file is for data of your own"),
        (["prepare", "own_file"], "Bind dataset.data_dir"),
        (["clean", "--imports"], "--imports needs the NAMEs"),
        (["clean", "shapes3d"], "no cache of 'shapes3d'; there are caches of: none at all"),
        (["verify", "shapes3d"], "tripod_data download shapes3d"),
    ],
)
def test_what_cannot_be_done_is_said_with_exit_code_2(typed, words, message):
    code, out, err = typed(*words)
    assert code == 2 and not out and message in err and err.startswith("tripod_data")


def test_the_version_is_the_package_s(typed):
    assert typed("--version")[1] == typed("list", "--version")[1].replace(" list", "")


def test_a_dataset_goes_the_whole_way(typed, mirror, tiny, tmp_path):
    content, images = tiny
    mirror.answers["/second"] = serve(content, cuts=[5000])
    assert re.search(r"^tiny +no ", typed("list")[1], re.MULTILINE)
    code, out, _ = typed("download", "tiny")
    path = tmp_path / "data" / "tiny_folder" / "tiny.npz"
    assert code == 0 and path.read_bytes() == content
    assert f"{path}: downloaded; size, sha256 as published" in out
    assert "CC BY 4.0" in out and "Gondal et al., 2019" in out
    assert "there already" in typed("download", "tiny")[1]
    assert re.search(r"^tiny +yes +CC BY 4.0", typed("list")[1], re.MULTILINE)
    code, out, _ = typed("verify", "tiny")
    assert code == 0 and "size, sha256 as published" in out
    assert "tiny: 96 images read, one for each cell of object_color 2, object_shape 2" in out
    code, out, _ = typed("prepare", "tiny")
    assert code == 0 and "96 images, a full grid of object_color 2" in out
    assert re.search(r"^tiny +yes +1.2 MB +CC BY", typed("list")[1], re.MULTILINE)
    data = get_named_ground_truth_data("tiny")
    np.testing.assert_array_equal(data.images(np.arange(96)), images)
    assert typed("show", "tiny")[0] == 0 and (tmp_path / "tiny.png").is_file()
    assert sorted(os.listdir(path.parent)) == ["tiny.npz"]


def test_a_download_goes_into_the_folder_that_is_named(typed, mirror, tiny, tmp_path):
    content, _ = tiny
    mirror.answers["/first"] = serve(content)
    assert typed("download", "tiny", f"--data_dir={tmp_path / 'mine'}")[0] == 0
    assert (tmp_path / "mine" / "tiny.npz").read_bytes() == content
    assert not (tmp_path / "data").exists()
    assert typed("verify", "tiny", f"--data_dir={tmp_path / 'mine'}")[0] == 0
    assert typed("verify", "tiny", f"--data_dir={tmp_path / 'mine' / 'tiny.npz'}")[0] == 0


def test_every_mirror_s_reason_is_listed_once(typed, mirror, tiny):
    mirror.answers["/second"] = page("<html><title>Moved</title>")
    code, _, err = typed("download", "tiny")
    assert code == 2 and f"{mirror.address}/first: HTTP 404" in err
    assert f"{mirror.address}/second: a web page (Moved) in place of the file" in err
    mirror.answers["/first"] = serve(tiny[0], cuts=[5000])
    limited = mirror.answers["/first"]

    def once(handler):
        mirror.answers["/first"] = status(404)
        limited(handler)

    mirror.answers["/first"] = once
    assert typed("download", "tiny")[0] == 2
    assert re.search(r"^tiny +part \(5.0 kB\)", typed("list")[1], re.MULTILINE)


@pytest.mark.parametrize("name", ["shapes3d_procedural", "dummy_data"])
def test_what_is_made_here_needs_no_files(typed, name):
    assert "nothing to download" in typed("download", name)[1]
    assert "no files to verify" in typed("verify", name)[1]
    assert re.search(rf"^{name} +made here", typed("list")[1], re.MULTILINE)


REGISTER = """
from pathlib import Path
from test_data import register
register({address!r}, Path({path!r}).read_bytes())
"""


@pytest.mark.parametrize(
    "signum, code, message",
    [
        (signal.SIGKILL, -9, ""),
        pytest.param(signal.SIGTERM, 143, SAVED, marks=pytest.mark.slow),
        pytest.param(signal.SIGINT, 130, SAVED, marks=pytest.mark.slow),
    ],
)
def test_a_stopped_download_goes_on_where_it_stood(
    typed, mirror, tiny, tmp_path, signum, code, message
):
    content, _ = tiny
    gate = threading.Event()
    mirror.answers["/first"] = serve(content, cuts=[300_000], pause=gate, ETag='"1"')
    script = REGISTER.format(address=mirror.address, path=str(tmp_path / "source" / "tiny.npz"))
    script = f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n{script}"
    process = command(["download", "tiny"], script)
    partial = tmp_path / "data" / "tiny_folder" / "tiny.npz.partial"
    wait_until(lambda: partial.exists() and partial.stat().st_size == 300_000)
    process.send_signal(signum)
    _, err = process.communicate(timeout=60)
    gate.set()
    assert process.returncode == code and message in err and "Traceback" not in err
    assert not partial.with_suffix("").exists()
    assert typed("download", "tiny")[0] == 0
    assert mirror.ranges() == [None, "bytes=300000-"]
    assert partial.with_suffix("").read_bytes() == content
    assert os.listdir(partial.parent) == ["tiny.npz"]


SLOWLY = """
import time
from tripod_dlib.data.images import cache, source
from tripod_dlib.data.official import picture_grid
source.BYTES_PER_CHUNK = 1
cache.SECONDS_BETWEEN_NOTES = 0.0
decode = picture_grid.PictureGrid._decode
def slowly(*arguments):
    time.sleep(0.05)
    return decode(*arguments)
picture_grid.PictureGrid._decode = slowly
"""


@pytest.mark.parametrize(
    "signum, code",
    [(signal.SIGKILL, -9), pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow)],
)
def test_a_stopped_preparation_goes_on_where_it_stood(typed, tmp_path, monkeypatch, signum, code):
    write_picture_grid(
        tmp_path / "data" / "falcor3d", "Falcor3D_down128", "train-rec.labels", PICTURES
    )
    process = command(["prepare", "falcor3d", PICTURE_GRID], SLOWLY)

    def rows_done():
        found = list((tmp_path / "cache").glob("*/rows_done.json"))
        return json.loads(found[0].read_text())["rows"] if found else 0

    wait_until(lambda: rows_done() >= 5)
    process.send_signal(signum)
    process.communicate(timeout=60)
    assert process.returncode == code and 5 <= rows_done() < 24
    assert re.search(r"^falcor3d +yes +\S+ kB, unfinished", typed("list")[1], re.MULTILINE)
    done, decoded = rows_done(), []
    decode = PictureGrid._decode

    def counted(self, members, pictures, row, side):
        decoded.append(row)
        return decode(self, members, pictures, row, side)

    monkeypatch.setattr(PictureGrid, "_decode", counted)
    code, out, err = typed("prepare", "falcor3d", PICTURE_GRID)
    assert code == 0 and "24 images, a full grid" in out
    assert "preparing falcor3d: 24/24 images" in err and sorted(decoded) == [*range(done, 24)]
    resumed = get_named_ground_truth_data("falcor3d", factor_sizes=PICTURES)
    anew = get_named_ground_truth_data(
        "falcor3d", factor_sizes=PICTURES, cache_dir=str(tmp_path / "other")
    )
    everything = np.arange(24)
    np.testing.assert_array_equal(resumed.images(everything), anew.images(everything))


HELD = """
import os, time
from tripod_dlib.data.official import picture_grid
decode = picture_grid.PictureGrid._decode
def held(*arguments):
    while not os.path.exists({go!r}):
        time.sleep(0.01)
    return decode(*arguments)
picture_grid.PictureGrid._decode = held
"""


def test_of_two_preparations_at_once_one_waits_and_both_end_well(tmp_path):
    write_picture_grid(
        tmp_path / "data" / "falcor3d", "Falcor3D_down128", "train-rec.labels", PICTURES
    )
    go, notes = tmp_path / "go", [tmp_path / "first.txt", tmp_path / "second.txt"]
    words, held = ["prepare", "falcor3d", PICTURE_GRID], HELD.format(go=str(go))
    processes = []
    for path in notes:
        with path.open("w") as stderr:
            processes.append(command(words, held, stderr))

    def waited():
        # "another" until the first has written its number beside the lock
        note = re.compile("preparing falcor3d: waiting for (another )?process")
        return [bool(note.search(path.read_text())) for path in notes]

    wait_until(lambda: any(waited()))
    go.touch()
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], [*outputs, *waited()]
    assert all("24 images, a full grid" in out for out in outputs)
    assert sorted(waited()) == [False, True]
    assert len(list((tmp_path / "cache").glob("*/images.npy"))) == 1


def test_verify_finds_what_is_wrong(typed, mirror, tiny, tmp_path):
    content, _ = tiny
    path = tmp_path / "data" / "tiny_folder" / "tiny.npz"
    path.parent.mkdir(parents=True)
    for damaged, reason in [
        (content[:-1], f"it has {len(content) - 1} bytes; the official file has {len(content)}"),
        (content[:9000] + b"!" + content[9001:], "its sha256 is "),
        (b"<html>" + content[6:], "it is a web page"),
    ]:
        path.write_bytes(damaged)
        code, _, err = typed("verify", "tiny")
        assert code == 2 and f"{path}: " in err and reason in err
    code, _, err = typed("verify", "tiny", GRID)  # another grid is another file
    assert code == 2 and f"{path}" in err and "it is a web page" in err


def test_verify_reads_every_picture_and_every_label(typed, tmp_path):
    folder = tmp_path / "data" / "falcor3d"
    write_picture_grid(folder, "Falcor3D_down128", "train-rec.labels", PICTURES)
    code, out, _ = typed("verify", "falcor3d", PICTURE_GRID)
    assert code == 0 and "24 images read" in out and not (tmp_path / "cache").exists()
    picture = folder / "Falcor3D_down128" / "images" / "000017.png"
    picture.write_bytes(picture.read_bytes()[:-100])
    code, _, err = typed("verify", "falcor3d", PICTURE_GRID)
    assert code == 2 and "Row 17: " in err
    labels = folder / "Falcor3D_down128" / "train-rec.labels"
    with labels.open("rb") as file:
        table = np.load(file)
    table[9, 2] = 0.25
    with labels.open("wb") as file:
        np.save(file, table)
    code, _, err = typed("verify", "falcor3d", PICTURE_GRID)
    assert code == 2 and "row 9 " in err and "lighting_y is 0.25" in err


def test_verify_looks_at_the_painting_too(typed, tmp_path):
    sizes = (1, 3, 2, 2, 2, 2)
    write_dsprites_npz(tmp_path / "data" / "dsprites", sizes)
    words = ("verify", "scream_dsprites", "--factor_sizes=1,3,2,2,2,2")
    assert typed(*words)[0] == 2
    write_scream(tmp_path / "data" / "scream")
    assert typed(*words)[0] == 0
    (tmp_path / "data" / "scream" / "scream.jpg").write_bytes(b"<html>")
    assert "scream.jpg is not a whole picture" in typed(*words)[2]


def test_show_writes_a_row_of_pictures_a_factor(typed, tmp_path):
    code, out, _ = typed("show", *ROOM, f"--output={tmp_path / 'deep' / 'room.png'}")
    assert code == 0 and str(tmp_path / "deep" / "room.png") in out
    with Image.open(tmp_path / "deep" / "room.png") as picture:
        width, height = picture.size
    # six rows and three columns of 16 pixels enlarged four times, beside names, below a title
    assert height == 6 * 64 + 5 * 2 + 21 and width > 3 * 64 + 2 * 2 + 60
    (tmp_path / "file").touch()
    code, _, err = typed("show", *ROOM, f"--output={tmp_path / 'file' / 'x.png'}")
    assert code == 2 and "cannot be written" in err


@pytest.fixture
def mine(tmp_path):
    labels = cells((3, 4))
    images = random_images(12, 8, 8, 3)
    np.savez(tmp_path / "mine.npz", images=images, labels=labels, factor_names=["hue", "size"])
    return tmp_path / "mine.npz"


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


def test_clean_lists_and_removes_only_when_told(typed, tmp_path):
    typed("prepare", *ROOM)
    typed("prepare", *ROOM[:2], "--image_size=8")
    code, out, _ = typed("clean")
    assert code == 0 and out.count("today") == 2 and "--yes removes them" in out
    typed("clean", "shapes3d_procedural")
    assert len(list_caches()) == 2
    old = max(list_caches(), key=lambda cache: cache.num_bytes)
    for path in old.path.iterdir():
        os.utime(path, (time.time() - 40 * 86400,) * 2)
    assert "40 days old" in typed("clean")[1]
    assert "removed 1 caches" in typed("clean", "--older_than=30", "--yes")[1]
    (left,) = list_caches()
    assert left.path != old.path and not old.path.exists()
    assert "removed 1 caches" in typed("clean", left.path.name, "--yes")[1]
    assert list_caches() == [] and os.listdir(tmp_path / "cache") == []


def test_clean_never_touches_what_is_not_a_cache(typed, tmp_path):
    typed("prepare", *ROOM)
    cache = tmp_path / "cache"
    foreign = ["photos-0123456789ab/holiday.jpg", "notes/x.txt", "mixed-0123456789ab/key.json"]
    foreign += ["mixed-0123456789ab/my.txt", "deep-0123456789ab/key.json/x", "file-0123456789ab"]
    for name in foreign:
        (cache / name).parent.mkdir(parents=True, exist_ok=True)
        (cache / name).write_text("mine")
    (tmp_path / "elsewhere-0123456789ab").mkdir()
    (tmp_path / "elsewhere-0123456789ab" / "key.json").write_text("mine")
    (cache / "link-0123456789ab").symlink_to(tmp_path / "elsewhere-0123456789ab")
    (cache / "inner-0123456789ab").mkdir()
    (cache / "inner-0123456789ab" / "key.json").symlink_to(tmp_path / "elsewhere-0123456789ab")
    assert "removed 1 caches" in typed("clean", "--yes")[1]
    assert all((cache / name).read_text() == "mine" for name in foreign)
    assert (tmp_path / "elsewhere-0123456789ab" / "key.json").read_text() == "mine"
    assert (cache / "inner-0123456789ab").exists()


def test_a_cache_in_the_making_is_not_removed(typed, tmp_path):
    from tripod_dlib.storage import FolderLock

    typed("prepare", *ROOM)
    (cache,) = list_caches()
    with FolderLock(cache.path, "preparing"):
        code, _, err = typed("clean", "--yes")
    assert code == 2 and "is in use by process" in err and (cache.path / "images.npy").exists()


def test_variants_share_a_cache_and_imports_are_forgotten_on_request(typed, mine, tmp_path):
    sizes = (1, 3, 2, 2, 2, 2)
    write_dsprites_npz(tmp_path / "data" / "dsprites", sizes)
    assert typed("prepare", "color_dsprites", "--factor_sizes=1,3,2,2,2,2")[0] == 0
    assert "removed 1 caches" in typed("clean", "dsprites_full", "--yes")[1]
    typed("import", str(mine), "--name=my_shapes")
    assert "an import; its data stays" in typed("clean", "my_shapes", "--imports")[1]
    assert "my_shapes" in typed("list")[1]
    assert typed("clean", "my_shapes", "--imports", "--yes")[0] == 0
    assert "my_shapes" not in typed("list")[1] and mine.exists()


@pytest.mark.slow
def test_an_imported_folder_trains_and_its_table_has_psnr_alone(typed, tmp_path, capsys):
    (tmp_path / "photos").mkdir()
    for index, image in enumerate(random_images(9, 20, 30, 3)):
        Image.fromarray(image).save(tmp_path / "photos" / f"{index}.png")
    assert typed("import", str(tmp_path / "photos"), "--name=photos", "--image_size=32")[0] == 0
    bindings = [
        *("dataset.name = 'photos'", "dataset.factor_sizes = None", "dataset.image_size = None"),
        *("networks.widths = (2, 3, 4, 5, 6)", "networks.hidden_units = 8"),
        "networks.implementation = 'plain'",
        *("model.num_latents = 3", "model.batch_size = 4", "model.training_steps = 2"),
        *("protocol.num_samples = 40", "tripod.nhp_weight = 0.0"),
    ]
    words = ["--gin_config=gin/quickstart.gin", f"--model_dir={tmp_path / 'run'}"]
    code = train([*words, *(f"--gin_bindings={binding}" for binding in bindings)])
    shown = capsys.readouterr().out
    assert code == 0 and "PSNR (dB)" in shown and "InfoM" not in shown.partition("baseline")[2]
