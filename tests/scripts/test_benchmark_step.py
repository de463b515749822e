"""The benchmark of training steps: what it counts, and that it runs."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture
def step(monkeypatch):
    monkeypatch.syspath_prepend(SCRIPTS / "benchmark_parts")
    return importlib.import_module("step")


def test_counted_work_is_that_of_the_networks_at_full_size(step):
    """Multiply-accumulates an image: encoder 604 M, decoder 840 M, of which 38 M are the first
    convolution, made once a step, and 158 M the last block; counted times 3 * 2 * 64 images.

    beta-TCVAE: 604 + 840 - 38 = 1406 M. Eight full perturbed decodings add 8 * 802 M, eight that
    stop before the last block 8 * 644 M.
    """
    full = step.SIZES["full"]
    unit = 3 * 2 * 64 / 1000
    beta = step.counted_gflop("beta_tcvae_mws", full)
    assert beta == pytest.approx(unit * 1406, rel=0.01)
    assert step.counted_gflop("separate", full) == pytest.approx(unit * (1406 + 8 * 802), rel=0.01)
    assert step.counted_gflop("fused", full) == pytest.approx(unit * (1406 + 8 * 644), rel=0.01)
    assert step.counted_gflop("plain", full) == step.counted_gflop("fused", full)
    assert step.counted_gflop("no_nhp", full) == step.counted_gflop("quantization", full) == beta


@pytest.mark.slow
def test_a_variant_is_timed_and_weighed_apart(tmp_path):
    output = tmp_path / "new" / "step.json"
    flags = ["--size=tiny", "--rounds=1", f"--output={output}", "--variants", "quantization"]
    command = [sys.executable, SCRIPTS / "benchmarks", "step", *flags]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    report = json.loads(output.read_text())
    assert report["convolution_gflops"] > 0 and list(report["rows"]) == flags[-1:]
    for name, row in report["rows"].items():
        assert {"seconds", "cpu_seconds", "counted_gflop", "share", "peak_bytes"} == set(row)
        assert row["seconds"] > 0 and row["peak_bytes"] > 1e8
        rate = row["counted_gflop"] / row["seconds"] / report["convolution_gflops"]
        assert row["share"] == pytest.approx(rate) and name in found.stdout
        assert f"round 1 of 1: {name}" in found.stderr and f"peak memory of {name}" in found.stderr


@pytest.mark.slow
def test_two_variants_are_timed_in_turn_alone(tmp_path):
    output = tmp_path / "step.json"
    flags = ["--size=tiny", "--rounds=1", f"--output={output}", "--only_seconds", "--variants"]
    command = [sys.executable, SCRIPTS / "benchmarks", "step", *flags, "quantization", "no_nhp"]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    rows = json.loads(output.read_text())["rows"]
    assert list(rows) == ["quantization", "no_nhp"]
    for row in rows.values():
        assert row["seconds"] > 0 and row["share"] is row["peak_bytes"] is None
