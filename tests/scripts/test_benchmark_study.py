import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "benchmarks"


@pytest.mark.slow
def test_every_command_of_a_study_is_timed_and_weighed(tmp_path):
    output = tmp_path / "study.json"
    command = [sys.executable, SCRIPT, "study", "--study=tiny", "--seeds=2", f"--output={output}"]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    report = json.loads(output.read_text())
    assert report.pop("runs") == 6 and "6 finished runs" in found.stdout
    assert list(report) == ["manifest", "plan", "status", "table", "aggregate"]
    for name, row in report.items():
        assert row["seconds"] > 0 and row["peak_bytes"] > 10_000_000
        assert row["processor_seconds"] > 0
        assert f"{name:<12}{row['seconds']:>10.1f}" in found.stdout
