"""Times a training step of each variant, alternating, in one run, and weighs each in a process of
its own. Threads are set as the commands set them.

Counted are the multiplications and additions of convolutions and dense layers as the networks are
defined (an upsampling's convolution on the upsampled map), forward times three. A share is the
counted work over the time of a step, relative to the machine's rate on these convolutions alone.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

from step_work import convolution_gflops, counted_gflop
from timed import SIZES, VARIANTS, Timed, say, versions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--size", choices=SIZES, default="quickstart", help="tiny only shows that it runs"
    )
    parser.add_argument("--output", type=Path, help="where the figures are written as JSON")
    parser.add_argument("--rounds", type=int, default=3, help="rounds over all variants")
    parser.add_argument(
        "--variants",
        nargs="+",
        choices=VARIANTS,
        default=list(VARIANTS),
        metavar="VARIANT",
        help=f"which ones, of {', '.join(VARIANTS)} (default all)",
    )
    parser.add_argument(
        "--only_seconds",
        action="store_true",
        help="neither peak memory nor the machine's rate on convolutions, which take their time",
    )
    parser.add_argument("--weigh", choices=VARIANTS, help=argparse.SUPPRESS)


def main(arguments: argparse.Namespace) -> None:
    from tripod_dlib.backend import require_backend, take_process

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    take_process()
    require_backend()
    size = SIZES[arguments.size]
    if arguments.weigh:
        Timed(arguments.weigh, size).steps(3)
        print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _rss_unit()))
        return
    peaks = {} if arguments.only_seconds else weigh_all(arguments.variants, arguments.size)
    times_of, rates, loads = time_in_turn(
        arguments.variants, size, arguments.rounds, with_rates=not arguments.only_seconds
    )
    rate = statistics.median(rates) if rates else None
    report = {
        "size": arguments.size,
        "image_size": size["image"],
        "batch_size": size["batch"],
        "widths": size["widths"],
        "load": loads,
        "convolution_gflops": rate,
        "convolution_gflops_rounds": rates,
        "versions": versions(),
        "rows": {
            name: _row(name, size, times, rate, peaks.get(name)) for name, times in times_of.items()
        },
    }
    show(report)
    if arguments.output:
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        arguments.output.write_text(json.dumps(report, indent=2) + "\n")


def time_in_turn(
    variants: list[str], size: dict, rounds: int, with_rates: bool
) -> tuple[dict[str, list[tuple[float, float]]], list[float], list[float]]:
    """Wall and processor seconds of steps by variant, convolution rates, loads of the machine."""
    timed = {}
    for number, name in enumerate(variants, start=1):
        say(f"compiling {name} ({number} of {len(variants)})")
        timed[name] = Timed(name, size)
        timed[name].steps(2)  # compiles
    loads = [os.getloadavg()[0]]
    times_of = {name: [] for name in timed}
    rates = _rate_now(size, with_rates)
    for number in range(1, rounds + 1):
        for name, variant in timed.items():
            times_of[name] += variant.steps(size["steps"] + 1)[1:]
            say(f"round {number} of {rounds}: {name} {times_of[name][-1][0]:.4f} s a step")
        loads.append(os.getloadavg()[0])
        rates += _rate_now(size, with_rates)
    return times_of, rates, loads


def _rate_now(size: dict, with_rates: bool) -> list[float]:
    if not with_rates:
        return []
    say("the machine's rate on convolutions")
    return [convolution_gflops(size)]


def _row(
    name: str,
    size: dict,
    times: list[tuple[float, float]],
    rate: float | None,
    peak: int | None,
) -> dict:
    seconds, cpu_seconds = (statistics.median(column) for column in zip(*times, strict=True))
    counted = counted_gflop(name, size)
    return {
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "counted_gflop": counted,
        "share": rate and counted / seconds / rate,
        "peak_bytes": peak,
    }


def weigh_all(variants: list[str], size: str) -> dict[str, int]:
    """Peak resident bytes of each variant."""
    peaks = {}
    for number, name in enumerate(variants, start=1):
        say(f"peak memory of {name} ({number} of {len(variants)})")
        peaks[name] = weigh(name, size)
    return peaks


def weigh(name: str, size: str) -> int:
    """Peak resident bytes of a process that makes three steps of one variant."""
    command = [sys.executable, str(Path(__file__).parents[1] / "benchmarks"), "step"]
    done = subprocess.run(
        [*command, f"--size={size}", f"--weigh={name}"], capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"Weighing {name} failed:\n{done.stderr[-2000:]}")
    return int(done.stdout.split()[-1])


def show(report: dict) -> None:
    print(
        f"{report['size']}: {report['image_size']} px, batch {report['batch_size']}, load "
        f"{' '.join(f'{load:.1f}' for load in report['load'])}; convolutions alone "
        f"{_shown(report['convolution_gflops'], '.0f')} GFLOP/s"
    )
    print(f"{'variant':<20}{'s a step':>10}{'CPU s':>10}{'GFLOP':>10}{'share':>8}{'peak GB':>9}")
    for name, row in report["rows"].items():
        print(
            f"{name:<20}{row['seconds']:>10.4f}{row['cpu_seconds']:>10.3f}"
            f"{row['counted_gflop']:>10.1f}{_shown(row['share'], '.2f'):>8}"
            f"{_shown(row['peak_bytes'] and row['peak_bytes'] / 1e9, '.2f'):>9}"
        )


def _shown(figure: float | None, form: str) -> str:
    return "-" if figure is None else format(figure, form)


def _rss_unit() -> int:
    return 1 if sys.platform == "darwin" else 1024
