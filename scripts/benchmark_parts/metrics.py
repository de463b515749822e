"""Times the metrics against plain loops over scikit-learn calls in one run, one BLAS thread pinned.

Sources are drawn uniformly; latents are noisy mixtures of them, squashed by tanh and, where
discrete, rounded to 12 values: inputs on which all 100 iterations of the published fit are used.
"""

import argparse
import json
import os
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import metrics_dci
import numpy as np
from metrics_plain import plain_continuous_information, plain_infomec, plain_information

from tripod_dlib.cores import num_cores

FACTOR_SIZES = {
    "falcor3d": (5, 6, 6, 6, 6, 6, 6),
    "shapes3d": (10, 10, 10, 8, 4, 15),
    "mpi3d": (4, 4, 2, 3, 3, 40, 40),
}
NUM_LATENTS = 14
NUM_VALUES = 12
NUM_SAMPLES = 10_000
QUICK_SAMPLES = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", type=Path, help="where the figures are written as JSON")
    parser.add_argument("--rounds", type=int, default=3, help="each time is the median of so many")
    parser.add_argument("--quick", action="store_true", help="few samples: shows that it runs")
    parser.add_argument("--skip_dci", action="store_true", help="leave out forests and boosting")
    parser.add_argument(
        "--published_boosting",
        action="store_true",
        help="boosting at 10 000 / 5 000 points, discrete, which takes minutes; else a tenth",
    )


def main(arguments: argparse.Namespace) -> None:
    from threadpoolctl import threadpool_limits

    warnings.simplefilter("ignore")  # the truncated fits of the plain form say so every time
    loads = [os.getloadavg()[0]]
    with threadpool_limits(1):
        rows = information_rows(arguments.quick, 1 if arguments.quick else arguments.rounds)
        if not arguments.skip_dci:
            rows += metrics_dci.rows(arguments.quick, arguments.published_boosting)
    loads.append(os.getloadavg()[0])
    report = {
        "num_cores": num_cores(),
        "blas_threads": 1,
        "load": loads,
        "versions": _versions(),
        "rows": rows,
    }
    show(report)
    if arguments.output:
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        arguments.output.write_text(json.dumps(report, indent=2) + "\n")


def information_rows(quick: bool, rounds: int) -> list[dict]:
    """InfoMEC, mutual information and the whole protocol: plain and ours, and their difference."""
    from tripod_dlib import metrics
    from tripod_dlib.metrics.levels import rank_values
    from tripod_dlib.metrics.mutual_information import (
        continuous_mutual_information,
        discrete_mutual_information,
    )

    rows = []
    for name in ("falcor3d",) if quick else FACTOR_SIZES:
        sources, latents = inputs(name, quick, discrete=True)

        def ours(sources=sources, latents=latents):
            return metrics.compute_infomec(sources, latents, discrete=True, held_out=False)

        rows.append(
            compared(
                f"InfoMEC discrete, {name}",
                lambda sources=sources, latents=latents: plain_infomec(sources, latents),
                ours,
                lambda plain, scores: abs(plain["infoe"] - scores["infoe"]),
                (sources, latents),
                rounds,
            )
        )
    sources, latents = inputs("falcor3d", quick, discrete=True)
    levels = rank_values(latents)
    rows.append(
        compared(
            f"mutual information of {sources.shape[1] * NUM_LATENTS} pairs",
            lambda: plain_information(sources, levels),
            lambda: discrete_mutual_information(sources, levels),
            largest_difference,
            (sources, latents),
            rounds,
        )
    )
    for name in ("falcor3d",) if quick else ("falcor3d", "mpi3d"):
        rows.append(continuous_row(name, quick, rounds, continuous_mutual_information))
    rows += [protocol_row(discrete, quick) for discrete in (True, False)]
    return rows


def continuous_row(name: str, quick: bool, rounds: int, function: Callable) -> dict:
    sources, latents = inputs(name, quick, discrete=False)
    return compared(
        f"continuous NMI, {name}",
        lambda: plain_continuous_information(sources, latents),
        lambda: function(sources, latents, seed=0),
        largest_difference,
        (sources, latents),
        rounds,
    )


def protocol_row(discrete: bool, quick: bool) -> dict:
    """Everything that an evaluation of the paper's protocol computes on its encoded sample."""
    from tripod_dlib import metrics

    sources, latents = inputs("falcor3d", quick, discrete)
    parts = {
        "infomec": lambda: metrics.compute_infomec(sources, latents, discrete=discrete),
        "dci_random_forest": lambda: metrics.compute_dci_random_forest(sources, latents),
        "mig": lambda: metrics.compute_mig(sources, latents, discrete=discrete),
        "baselines": lambda: metrics.permutation_baselines(sources, latents, discrete=discrete),
    }
    seconds = {name: timed(function)[0] for name, function in parts.items()}
    return {
        "work": f"the paper's protocol, {'discrete' if discrete else 'continuous'}",
        "num_samples": len(sources),
        "factor_sizes": list(FACTOR_SIZES["falcor3d"]),
        "seconds": sum(seconds.values()),
        "parts": seconds,
    }


def compared(
    work: str,
    plain: Callable,
    ours: Callable,
    difference: Callable,
    arrays: tuple[np.ndarray, np.ndarray],
    rounds: int,
) -> dict:
    """Plain and ours in turn; ours once more on a single core, where the system can say which."""
    times: dict[str, list[float]] = {"plain": [], "ours": [], "ours_one_core": []}
    for _ in range(rounds):
        seconds, expected = timed(plain)
        times["plain"].append(seconds)
        seconds, result = timed(ours)
        times["ours"].append(seconds)
        times["ours_one_core"].append(timed_on_one_core(ours))
    medians = {name: statistics.median(values) for name, values in times.items()}
    return {
        "work": work,
        "num_samples": len(arrays[0]),
        "factor_sizes": (arrays[0].max(axis=0) + 1).tolist(),
        "num_latents": arrays[1].shape[1],
        "plain_seconds": medians["plain"],
        "seconds": medians["ours"],
        "seconds_one_core": medians["ours_one_core"],
        "ratio": medians["plain"] / medians["ours"],
        "ratio_one_core": medians["plain"] / medians["ours_one_core"],
        "difference": float(difference(expected, result)),
    }


def inputs(name: str, quick: bool, discrete: bool) -> tuple[np.ndarray, np.ndarray]:
    """Sources of a dataset's factor sizes and latents that mix them."""
    generator = np.random.RandomState(0)
    sizes = FACTOR_SIZES[name]
    num = QUICK_SAMPLES if quick else NUM_SAMPLES
    sources = np.stack([generator.randint(size, size=num) for size in sizes], axis=1)
    centred = sources / (np.array(sizes) - 1) * 2 - 1
    mixed = centred[:, np.arange(NUM_LATENTS) % len(sizes)]
    mixing = np.eye(NUM_LATENTS) + 0.25 * generator.normal(size=(NUM_LATENTS, NUM_LATENTS))
    noise = 0.2 * generator.normal(size=mixed.shape)
    latents = np.tanh(mixed @ mixing + noise)
    if discrete:
        latents = 2 * np.round((latents + 1) / 2 * (NUM_VALUES - 1)) / (NUM_VALUES - 1) - 1
    return sources, latents


def largest_difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one - other).max())


def timed(function: Callable) -> tuple[float, object]:
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


def timed_on_one_core(function: Callable) -> float:
    """Seconds with all threads on one core; of all cores where the system does not say which."""
    if not hasattr(os, "sched_setaffinity"):
        return timed(function)[0]
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        return timed(function)[0]
    finally:
        os.sched_setaffinity(0, cores)


def show(report: dict) -> None:
    print(f"{report['num_cores']} cores, one BLAS thread, load {report['load']}")
    print(f"{'work':42}{'plain s':>9}{'ours s':>9}{'ratio':>8}{'one core':>10}{'difference':>12}")
    for row in report["rows"]:
        cells = [f"{row['work']:42}"]
        for key, width, form in _COLUMNS:
            cells.append(f"{row[key]:{width}{form}}" if key in row else " " * width)
        if "identical" in row:
            cells.append("identical" if row["identical"] else "NOT identical")
        print("".join(cells))


_COLUMNS = (
    ("plain_seconds", 9, ".3f"),
    ("seconds", 9, ".3f"),
    ("ratio", 8, ".1f"),
    ("ratio_one_core", 10, ".1f"),
    ("difference", 12, ".1e"),
)


def _versions() -> dict[str, str]:
    import scipy
    import sklearn

    return {"numpy": np.__version__, "scipy": scipy.__version__, "sklearn": sklearn.__version__}
