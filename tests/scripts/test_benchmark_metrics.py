import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "benchmarks"


@pytest.mark.slow
def test_the_metrics_are_timed_beside_the_plain_form_and_agree_with_it(tmp_path):
    """On few samples times say nothing; that both forms give the same numbers does."""
    output = tmp_path / "figures" / "metrics.json"
    command = [sys.executable, SCRIPT, "metrics", "--quick", f"--output={output}"]
    found = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert found.returncode == 0, found.stderr
    rows = {row["work"]: row for row in json.loads(output.read_text())["rows"]}
    assert all(work in found.stdout for work in rows)
    agreement = {"InfoMEC discrete": 1e-4, "mutual information": 1e-12, "continuous NMI": 1e-10}
    for kind, tolerance in agreement.items():
        differences = [row["difference"] for work, row in rows.items() if work.startswith(kind)]
        assert differences and max(differences) <= tolerance, kind
    for kind in ("discrete", "continuous"):
        assert rows[f"DCI boosting, 60 / 30, {kind}"]["identical"]
        assert rows[f"DCI forest, 200, {kind}"]["identical"]
        parts = rows[f"the paper's protocol, {kind}"]["parts"]
        assert set(parts) == {"infomec", "dci_random_forest", "mig", "baselines"}
