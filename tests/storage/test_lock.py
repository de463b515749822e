import os
import subprocess
import sys

import pytest

from tripod_dlib.errors import InputError
from tripod_dlib.storage import FolderLock

HOLD = """
import sys, time
from tripod_dlib.storage import FolderLock
with FolderLock(sys.argv[1], "training"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_process_is_refused_with_the_holders_name(tmp_path, holder):
    with pytest.raises(InputError, match=rf"process {holder.pid} on .* \(training\)"):
        FolderLock(tmp_path, "evaluation").__enter__()


def test_a_killed_holder_leaves_the_folder_free(tmp_path, holder):
    holder.kill()
    holder.wait()
    with FolderLock(tmp_path, "training"):
        assert (tmp_path / ".lock.owner").exists()
    assert not (tmp_path / ".lock.owner").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be written"):
        FolderLock(tmp_path / "run", "training").__enter__()


def test_a_folder_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        FolderLock(tmp_path / "file" / "run", "training").__enter__()
