import os
import subprocess
import sys

import pytest

from tripod_dlib.cli.application import Command

SAYS = """
import pathlib, sys
from tripod_dlib.cli.application import Command
def main(values):
    for number in range(3000):
        print("caf\\u00e9", number, flush=True)
        print("progress", number, file=sys.stderr, flush=True)
    pathlib.Path("done").touch()
sys.exit(Command("tripod_test", "", (), main).run([]))
"""


def run(redirections, folder, **environment):
    """Runs a command that prints much, from a folder, its streams as a shell redirects them."""
    (folder / "says.py").write_text(SAYS)
    line = f"set -o pipefail; {sys.executable} says.py {redirections}"
    environment = {**os.environ, **environment}
    return subprocess.run(
        ["bash", "-c", line], cwd=folder, capture_output=True, text=True, env=environment
    )


@pytest.mark.parametrize(
    "redirections, code, message",
    [
        ("", 0, ""),
        (">&-", 0, ""),
        ("2>&-", 0, ""),
        ("<&- >&- 2>&-", 0, ""),
        ("| head -1", 0, ""),
        ("2>/dev/full", 0, ""),
        ("2>&1 | head -1", 0, ""),
        (">/dev/full", 2, "standard output could not be written (No space left on device)"),
        (">/dev/full 2>/dev/full", 2, ""),
    ],
)
def test_the_work_is_done_whatever_becomes_of_the_streams(redirections, code, message, tmp_path):
    found = run(redirections, tmp_path)
    assert found.returncode == code
    assert (tmp_path / "done").exists()
    assert message in found.stderr
    assert not {"Traceback", "Exception"} & set(found.stderr.replace(":", " ").split())


def test_a_stream_that_was_closed_does_not_lend_its_number_to_a_file(tmp_path):
    (tmp_path / "says.py").write_text(
        SAYS.replace("    for", "    print(open('file', 'w').fileno(), file=sys.stderr)\n    for")
    )
    line = f"{sys.executable} says.py >&-"
    found = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True)
    assert int(found.stderr.split()[0]) > 2


def test_a_terminal_of_ascii_alone_shows_the_rest_as_escapes(tmp_path):
    found = run("", tmp_path, PYTHONIOENCODING="ascii")
    assert found.returncode == 0
    assert found.stdout.startswith("caf\\xe9 0\n")


@pytest.mark.parametrize(
    "text, shown",
    [
        ("plain caf\xe9 \U0001f40d\n\tindented\n", "plain caf\xe9 \U0001f40d\n\tindented\n"),
        ("\x1b]0;title\x07\x1b[31mred", "\\x1b]0;title\\x07\\x1b[31mred"),
        ("\x00\x7f\x9b2J", "\\x00\\x7f\\x9b2J"),
        ("name\u202egnp.exe", "name\\u202egnp.exe"),
        ("\r 50%", "\r 50%"),
        ("all is well\rrm -rf", "all is well\\rrm -rf"),
    ],
)
def test_control_characters_are_printed_as_escapes(text, shown, capsys):
    Command("tripod_test", "", (), lambda values: print(text, end="")).run([])
    assert capsys.readouterr().out == shown


def test_a_working_folder_that_was_deleted_is_named(tmp_path, monkeypatch, capsys):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert Command("tripod_test", "", (), lambda values: print("done")).run([]) == 2
    assert "The working folder is gone" in capsys.readouterr().err
