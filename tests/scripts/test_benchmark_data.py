"""The benchmark of the pipeline, on a set of a few images."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "benchmarks"
TINY = ["--num_images=300", "--image_size=8", "--batch_size=4", "--seconds=0.1"]


@pytest.mark.parametrize(
    "ways",
    [["ahead", "map, given back"], pytest.param(["tf.data"], marks=pytest.mark.slow)],
    ids=["without TensorFlow", "TensorFlow"],
)
def test_rate_memory_and_waiting_of_every_way_are_shown_and_written(ways, tmp_path):
    command = [sys.executable, SCRIPT, "data", *TINY, "--step_seconds=0.01", "--ways", *ways]
    folders = [f"--folder={tmp_path}", f"--output={tmp_path}/new/data.json"]
    found = subprocess.run([*command, *folders], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    report = json.loads((tmp_path / "new" / "data.json").read_text())
    assert report["num_images"] == 300 and report["bytes"] == 300 * 8 * 8 * 3
    assert list(report["rows"]) == ways and len(report["load"]) == len(ways) + 1
    for way, row in report["rows"].items():
        assert row["images_per_second"] > 0 and 0 <= row["waiting_share"] < 1
        assert row["framework_bytes"] > 10_000_000
        assert f"{way:<18}{row['images_per_second']:>10.0f}" in found.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["new"], "the set is removed again"
