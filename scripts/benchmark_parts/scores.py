"""Trains Tripod, its ablations and beta-TCVAE on the quickstart's dataset, seed by seed, and prints
the scores of the report sample as mean ± standard deviation over the seeds (n - 1).

The same command again goes on where it was stopped, and prints the table of finished runs. The
dataset is procedural: its scores are not Shapes3D scores.
"""

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import fmean

CONFIG = "gin/quickstart.gin"
WITHOUT_NHP = ("tripod.nhp_weight = 0.0",)
# Name to (further configuration, bindings). The steps of the last two take the time of tripod's, by
# `scripts/benchmarks step --size=quickstart`.
VARIANTS = {
    "tripod": (None, ()),
    "quantization": ("gin/models/tripod_without_klm_and_nhp.gin", ()),
    "quantization_klm": (None, WITHOUT_NHP),
    "beta_tcvae_mws": ("gin/models/beta_tcvae_mws.gin", ()),
    "quantization_klm_equal_time": (None, (*WITHOUT_NHP, "model.training_steps = 6200")),
    "published_equal_time": ("gin/quickstart_published.gin", ()),
}
SHARES = [f"decoder.{kind}.block2" for kind in ("interaction_share", "curvature")]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument(
        "--variants", nargs="+", choices=VARIANTS, default=["tripod", "quantization"]
    )
    parser.add_argument(
        "--folder", type=Path, default=Path("runs/scores"), help="where the runs are kept"
    )
    parser.add_argument(
        "--processes",
        type=int,
        default=1,
        help="runs at a time, which share the cores; 1 has all cores, so its minutes compare",
    )
    parser.add_argument(
        "--gin_bindings", action="append", default=[], help="for all runs; may be given again"
    )
    parser.add_argument("--output", type=Path, help="where the scores are written as JSON")


def main(arguments: argparse.Namespace) -> None:
    runs = [(variant, seed) for seed in arguments.seeds for variant in arguments.variants]
    with ThreadPoolExecutor(max(1, arguments.processes)) as pool:
        failed = [name for name in pool.map(lambda run: train(*run, arguments), runs) if name]
    if failed:
        raise SystemExit(
            f"Failed: {', '.join(failed)}; NAME.output.txt in {arguments.folder} says why. "
            "The same command tries them again."
        )
    report = {variant: scores_of(variant, arguments) for variant in arguments.variants}
    show(report)
    if arguments.output:
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        arguments.output.write_text(json.dumps(report, indent=2) + "\n")


def train(variant: str, seed: int, arguments: argparse.Namespace) -> str | None:
    """Trains one run, or goes on with it; its name if that failed."""
    name = f"{variant}-{seed}"
    config, bindings = VARIANTS[variant]
    flags = [f"--gin_config={path}" for path in (CONFIG, config) if path]
    bindings = (*bindings, f"model.random_seed = {seed}", *arguments.gin_bindings)
    flags += [f"--gin_bindings={binding}" for binding in bindings]
    flags.append(f"--model_dir={arguments.folder / name}")
    environment = dict(os.environ)
    if arguments.processes > 1:
        from tripod_dlib.backend import THREADS
        from tripod_dlib.cores import num_cores

        each = max(1, num_cores() // arguments.processes)
        environment |= dict.fromkeys((*THREADS, "OMP_NUM_THREADS"), str(each))
    program = "import sys; from tripod_dlib.cli.train import main; sys.exit(main())"
    arguments.folder.mkdir(parents=True, exist_ok=True)
    print(f"{name} ...", flush=True)
    with open(arguments.folder / f"{name}.output.txt", "a", encoding="utf-8") as output:
        command = [sys.executable, "-c", program, *flags]
        code = subprocess.run(
            command, stdout=output, stderr=subprocess.STDOUT, env=environment
        ).returncode
    print(f"{name}: " + ("done" if code == 0 else f"exit code {code}"), flush=True)
    return name if code else None


def scores_of(variant: str, arguments: argparse.Namespace) -> dict[str, list[float | None]]:
    """Score to its values, in the order of the seeds; None where it is undefined."""
    from tripod_dlib.results.aggregate import read_results
    from tripod_dlib.results.scores import TABLE

    keys = [*TABLE, *((key, key) for key in SHARES), ("minutes", "elapsed_time")]
    scores: dict[str, list[float | None]] = {heading: [] for heading, _ in keys}
    for seed in arguments.seeds:
        path = arguments.folder / f"{variant}-{seed}" / "results" / "aggregate" / "train.json"
        (result,) = read_results(str(path))
        for heading, key in keys:
            value = result.get(f"train_results.{key}")
            scores[heading].append(value / 60 if value and heading == "minutes" else value)
    return scores


def show(report: dict[str, dict[str, list[float | None]]]) -> None:
    """A Markdown table, and how far the first variant is ahead of the others."""
    from tripod_dlib.results.table import score_cell
    from tripod_dlib.results.table_files import as_markdown

    defined = {
        variant: {
            heading: [value for value in values if value is not None]
            for heading, values in scores.items()
        }
        for variant, scores in report.items()
    }
    headings = list(next(iter(defined.values())))
    rows = [
        [heading, *(score_cell(of[heading]) for of in defined.values())] for heading in headings
    ]
    print(as_markdown(["", *defined], rows))
    first, *others = defined
    for other in others:
        differences = [
            f"{heading} {fmean(defined[first][heading]) - fmean(defined[other][heading]):+.3f}"
            for heading in ("InfoM", "InfoC", "D")
            if defined[first][heading] and defined[other][heading]
        ]
        print(f"{first} minus {other}: {', '.join(differences) or 'undefined'}")
