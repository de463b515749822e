import json
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np

from tripod_dlib.results.provenance import git_revision, provenance


def git(folder, *arguments):
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_a_result_says_what_it_was_made_with():
    found = provenance()
    assert found["versions"]["numpy"] == np.__version__
    assert found["python"] == platform.python_version()
    assert found["protocol_version"] >= 1
    assert found["num_cpus"] >= 1


def test_neither_host_nor_home_is_told():
    text = json.dumps(provenance())
    assert str(Path.home()) + "/" not in text
    assert platform.node() not in text


def test_no_framework_is_imported_for_its_version():
    code = (
        "import sys; from tripod_dlib.results.provenance import provenance; provenance(); "
        "print(*{'tensorflow', 'keras', 'jax'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


def test_the_revision_says_whether_files_were_changed(tmp_path):
    assert git_revision(tmp_path) is None
    git(tmp_path, "init", "-q")
    assert git_revision(tmp_path) is None
    (tmp_path / "file").write_text("1")
    git(tmp_path, "add", "file")
    git(tmp_path, "commit", "-q", "-m", "a")
    revision = git(tmp_path, "rev-parse", "HEAD")
    assert git_revision(tmp_path) == revision
    (tmp_path / "file").write_text("2")
    assert git_revision(tmp_path) == f"{revision}+changes"
