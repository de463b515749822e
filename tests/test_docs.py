"""README and docs: links lead somewhere, commands run, the reference is generated."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from run_folders import TINY_RUN

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(language, pages=PAGES):
    text = "\n".join(page.read_text() for page in pages)
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


LINES = [line for block in blocks("sh") for line in block.splitlines() if line.strip()]
ONE_RUN = [  # in place of a study's
    "study.models = {'plain': ['gin/models/autoencoder.gin']}",
    "study.grids = {}",
    "study.tuning_seeds = []",
    "study.seeds = [0]",
    f"study.bindings = {TINY_RUN}",
]
COMMANDS = list(dict.fromkeys(LINES))  # each once, in the order of the pages


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_repository_exist(page):
    targets = re.findall(r"\]\(([^)#]+)\)", page.read_text())
    for target in targets:
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_reference_is_what_signatures_and_docstrings_say():
    command = [sys.executable, str(ROOT / "scripts" / "reference"), "--check"]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """A folder in which the README's commands run one after the other, with two files."""
    folder = tmp_path_factory.mktemp("readme")
    images = np.random.RandomState(0).randint(256, size=(12, 8, 8, 3)).astype(np.uint8)
    np.savez(folder / "mine.npz", images=images, labels=np.argwhere(np.ones((3, 4))))
    sources = np.random.RandomState(0).randint(4, size=(200, 3))
    latents = np.random.RandomState(1).normal(size=(200, 5)) + sources[:, [0, 1, 2, 0, 1]]
    np.savez(folder / "representation.npz", sources=sources, latents=latents)
    return folder


def run(command, workplace, monkeypatch):
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", str(workplace / "cache"))
    monkeypatch.setenv("DISENTANGLEMENT_LIB_DATA", str(workplace / "none"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # where nobody listens: no network
    folder = Path(sys.executable).parent
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    words = shlex.split(command)
    if words[0] == "scripts/quickstart":
        words = [words[0], "--no-install", *words[1:]]
    if words[0].startswith("scripts/"):
        words[0] = str(ROOT / words[0])
    trains = words[0].endswith(("quickstart", "tripod_train")) or "scores" in words
    if "scores" in words:
        words += ["--seeds", "0", "--variants", "tripod"]
    if words[0] == "tripod_sweep" and not {"--only_print", "--status"} & {*words}:
        words += [f"--gin_bindings={binding}" for binding in ONE_RUN if "--emit" not in command]
    if "--help" not in words and trains:
        own = any(word.startswith("--images") for word in words)  # whose factors are its own
        tiny = [binding for binding in TINY_RUN if not (own and "factor_sizes" in binding)]
        words += [f"--gin_bindings={binding}" for binding in tiny]
    return subprocess.run(words, cwd=workplace, capture_output=True, text=True)


@pytest.mark.slow
@pytest.mark.parametrize("command", [line for line in COMMANDS if line != "scripts/test"])
def test_a_command_of_the_pages_runs(command, workplace, monkeypatch):
    found = run(command, workplace, monkeypatch)
    if "falcor3d" in command:
        assert found.returncode == 2 and "falcor3d is not there" in found.stderr
    elif command == "tripod_data download shapes3d":
        assert found.returncode == 2 and "could not be downloaded" in found.stderr
    elif command == "tripod_data verify shapes3d":
        assert found.returncode == 2 and "shapes3d is not there" in found.stderr
    else:
        assert found.returncode == 0, found.stdout + found.stderr
        assert found.stdout


@pytest.mark.slow
@pytest.mark.parametrize("index", range(len(blocks("python"))))
def test_a_python_example_of_the_pages_runs(index, workplace, monkeypatch):
    code = blocks("python")[index]
    found = run(f"{sys.executable} -c {shlex.quote(code)}", workplace, monkeypatch)
    assert found.returncode == 0, found.stderr


def test_the_readme_shows_both_commands_on_its_first_screen():
    first = (ROOT / "README.md").read_text().splitlines()[:30]
    assert "scripts/quickstart" in first and "scripts/test" in first
