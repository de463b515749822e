"""The benchmark of scores: runs of several variants and seeds, and their table."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from run_folders import TINY_RUN

SCRIPT = Path(__file__).parents[2] / "scripts" / "benchmarks"


def scores(folder, *flags):
    tiny = [f"--gin_bindings={binding}" for binding in TINY_RUN]
    command = [sys.executable, SCRIPT, "scores", f"--folder={folder}", *tiny, *flags]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.slow
def test_variants_and_seeds_are_trained_once_and_shown_as_means_over_seeds(tmp_path):
    variants = ["quantization_klm", "quantization"]  # a step without NHP compiles sooner
    flags = ["--seeds", "0", "1", "--variants", *variants, "--processes=2"]
    first = scores(tmp_path / "runs", *flags, f"--output={tmp_path}/scores.json")
    assert first.returncode == 0, first.stdout + first.stderr
    report = json.loads((tmp_path / "scores.json").read_text())
    assert list(report) == variants
    for variant, of in report.items():
        for seed, psnr in enumerate(of["PSNR (dB)"]):
            path = tmp_path / "runs" / f"{variant}-{seed}" / "results" / "aggregate" / "train.json"
            result = json.loads(path.read_text())
            assert result["train_results.psnr.psnr"] == psnr
            assert result["train_config.model.random_seed"] == f"{seed}"
    mean = sum(report["quantization_klm"]["PSNR (dB)"]) / 2
    assert f"| PSNR (dB) | {mean:.{2 if mean >= 10 else 3}f} ± " in first.stdout
    assert "quantization_klm minus quantization: " in first.stdout
    losses = tmp_path / "runs" / "quantization_klm-0" / "metrics.jsonl"
    written = losses.read_bytes()
    again = scores(tmp_path / "runs", *flags)
    assert again.returncode == 0, again.stderr
    assert losses.read_bytes() == written
    assert again.stdout.splitlines()[-1] == first.stdout.splitlines()[-1]


@pytest.mark.slow
def test_a_run_that_fails_is_named_with_the_place_of_its_output(tmp_path):
    found = scores(tmp_path, "--seeds", "0", "--gin_bindings=model.batch_size = 'four'")
    assert found.returncode == 1
    assert "Failed: tripod-0, quantization-0" in found.stderr
    assert "batch_size" in (tmp_path / "tripod-0.output.txt").read_text()
