"""Times the commands of a large study whose runs are all finished, and weighs each: the plan, the
status, the table, and the aggregation of all results. The run folders are made up.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from study_work import write_finished


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--study", default="unsupervised_study_v1", help="a shipped study")
    parser.add_argument("--seeds", type=int, default=50, help="runs of each setting")
    parser.add_argument("--output", type=Path, help="where the figures are written as JSON")


def main(arguments: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "study"
        sweep = [sys.executable, "-m", "tripod_dlib.cli.sweep", f"--output_dir={folder}"]
        bindings = [f"study.seeds = {list(range(arguments.seeds))}", "study.tuning_seeds = []"]
        whole = [*sweep, f"--study={arguments.study}"]
        whole += [f"--gin_bindings={binding}" for binding in bindings]
        rows = {"manifest": timed([*whole, "--emit=commands"])}
        num_runs = write_finished(folder)
        rows["plan"] = timed([*whole, "--only_print"])
        rows["status"] = timed([*sweep, "--status"])
        rows["table"] = timed(whole)
        pattern = folder / "runs" / "*" / "results" / "aggregate" / "train.json"
        rows["aggregate"] = timed(
            [
                *[sys.executable, "-m", "tripod_dlib.cli.aggregate"],
                *[f"--result_file_pattern={pattern}", f"--output_path={folder}/all.json"],
            ]
        )
    print(f"{num_runs} finished runs")
    print(f"{'command':<12}{'seconds':>10}{'processor':>12}{'peak MB':>10}")
    for name, row in rows.items():
        times = f"{row['seconds']:>10.1f}{row['processor_seconds']:>12.1f}"
        print(f"{name:<12}{times}{row['peak_bytes'] / 1e6:>10.0f}")
    if arguments.output:
        arguments.output.write_text(json.dumps({"runs": num_runs, **rows}, indent=2) + "\n")


def timed(command: list[str]) -> dict[str, float]:
    """Seconds by the clock and of processors, and peak resident bytes, of a command."""
    print(f"{time.strftime('%H:%M:%S')} {' '.join(command[2:])}", file=sys.stderr, flush=True)
    code = (
        "import json, resource, subprocess, sys; "
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); "
        "print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss])); "
        "sys.exit(done.returncode)"
    )
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    processor_seconds, peak = json.loads(done.stdout)
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "seconds": seconds,
        "processor_seconds": processor_seconds,
        "peak_bytes": peak * unit,
    }
