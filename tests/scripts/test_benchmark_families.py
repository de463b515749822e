"""The benchmark of families: what is compared with what, and that it runs."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture
def families(monkeypatch):
    monkeypatch.syspath_prepend(SCRIPTS / "benchmark_parts")
    return importlib.import_module("families")


def test_families_are_over_the_plain_autoencoder_and_beta_vae_over_keras(families):
    rows = families.rows_of(
        [
            {"vae_dlib": [(2.0, 1.0), (4.0, 1.0), (3.0, 1.0)], "vae_keras": [(2.0, 4.0)]},
            {"tripod": [(1.0, 3.0)], "autoencoder": [(0.5, 1.0)]},
            {"tripod": [(9.0, 4.0)], "autoencoder": [(3.0, 1.0)]},  # a slow minute
            {"tripod": [(1.0, 5.0)], "autoencoder": [(0.4, 1.0)]},
        ]
    )
    assert {name: (row["over"], row["cpu_over"]) for name, row in rows.items()} == {
        "vae_dlib": (1.5, 0.25),
        "vae_keras": (None, None),
        "tripod": (2.5, 4.0),
        "autoencoder": (None, None),
    }
    assert rows["tripod"]["steps_per_second"] == 1.0 and rows["autoencoder"]["seconds"] == 0.5


def test_each_is_timed_in_turn_with_what_it_is_compared_with(families):
    assert families.pairs_of(["vae_dlib", "vae_keras", "s2_vae"]) == [
        ("vae_dlib", "vae_keras"),
        ("s2_vae", "autoencoder"),
    ]
    assert families.pairs_of(["autoencoder"]) == [("autoencoder",)]


def test_every_file_of_a_model_is_timed(families):
    assert {"autoencoder", "dava", "group_vae", "s2_vae", "tripod"} <= set(families.FAMILIES)


@pytest.mark.slow
def test_beta_vae_and_a_family_with_labels_are_timed_in_one_run(tmp_path):
    output = tmp_path / "families.json"
    flags = ["--size=tiny", "--rounds=1", f"--output={output}", "--variants"]
    names = ["vae_dlib", "vae_keras", "s2_vae"]
    command = [sys.executable, SCRIPTS / "benchmarks", "families", *flags, *names]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    rows = json.loads(output.read_text())["rows"]
    assert list(rows) == [*names, "autoencoder"]
    for name, row in rows.items():
        assert row["seconds"] > 0 and name in found.stdout
        assert (row["over"] is None) == (name in ("vae_keras", "autoencoder"))
