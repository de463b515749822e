"""tripod_data as it is typed, and a dataset with a mirror on this machine."""

import dataclasses
import hashlib
import subprocess
import sys
import time
from pathlib import Path

from tripod_dlib import registry
from tripod_dlib.data.official.mpi3d import mpi3d_toy
from tripod_dlib.data.official.origin import OfficialFile

SIZES = (2, 2, 2, 1, 3, 2, 2)
GRID = "--factor_sizes=2,2,2,1,3,2,2"
PICTURES = (2, 1, 3, 1, 2, 1, 2)
PICTURE_GRID = "--factor_sizes=2,1,3,1,2,1,2"
ROOM = ["shapes3d_procedural", "--factor_sizes=2,2,2,1,2,3", "--image_size=16"]
TESTS = Path(__file__).parent


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
    # As in a terminal: in the background of a script SIGINT is ignored from birth.
    code = "import signal, sys\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
    code += f"sys.path.insert(0, {str(TESTS)!r})\n{script}\n"
    code += f"from tripod_dlib.cli.data import main\nsys.exit(main({words!r}))"
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=stderr, text=True
    )


def wait_until(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
