"""Commands that are stopped, or run twice at once."""

import json
import os
import re
import signal
import threading

import numpy as np
import pytest
from data_commands import PICTURE_GRID, PICTURES, command, wait_until
from mirror_server import serve
from picture_writers import write_picture_grid

from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.data.official.picture_grid import PictureGrid

SAVED = "; what was done is kept. Run the same command to go on."


REGISTER = """
from pathlib import Path
from data_commands import register
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
