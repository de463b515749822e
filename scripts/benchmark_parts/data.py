"""Draws training batches from a warm cache in several ways, each in a process of its own: images a
second, resident memory, and how long a consumer waits that works a given time on every batch.

Memory is what the process holds beyond what it held once the framework was imported; the largest of
many looks. The consumer multiplies matrices, so that it takes the processors as a training step
does. With --full the set has the size of Shapes3D: 480 000 images, at 64 px 5.9 GB on the disk.
"""

import argparse
import contextlib
import json
import mmap
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tripod_dlib.cores import num_cores

FULL = 480_000
WAYS = {
    "read": "single images read from the file, nothing ahead",
    "ahead": "the same, made ahead by a thread (JAX)",
    "tf.data": "the same, made ahead by tf.data (TensorFlow)",
    "map": "images indexed through the memory map",
    "map, given back": "the same, pages given back every 100 batches",
}
AHEAD = {"ahead": "jax", "tf.data": "tensorflow"}
BATCHES_BETWEEN_LOOKS = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--num_images", type=int, default=48_000)
    parser.add_argument("--full", action="store_true", help=f"{FULL} images")
    parser.add_argument("--image_size", type=int, default=64)
    parser.add_argument("--batch_size", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    parser.add_argument("--step_seconds", type=float, default=0.05, help="the consumer's")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--folder", type=Path, help="where the set is made, and removed again")
    parser.add_argument("--output", type=Path, help="where the figures are written as JSON")
    parser.add_argument("--measure", choices=WAYS, help=argparse.SUPPRESS)


def main(arguments: argparse.Namespace) -> None:
    if arguments.full:
        arguments.num_images = FULL
    if arguments.measure:
        print(json.dumps(measure(arguments.measure, arguments)))
        return
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        arguments.folder = folder
        open_images(arguments)
        loads = [os.getloadavg()[0]]
        rows = {}
        for way in arguments.ways:
            rows[way] = measure_in_a_process(way, arguments)
            loads.append(os.getloadavg()[0])
    report = {
        "num_images": arguments.num_images,
        "image_size": arguments.image_size,
        "batch_size": arguments.batch_size,
        "bytes": arguments.num_images * arguments.image_size**2 * 3,
        "step_seconds": arguments.step_seconds,
        "load": loads,
        "processors": num_cores(),
        "rows": rows,
    }
    show(report)
    if arguments.output:
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        arguments.output.write_text(json.dumps(report, indent=2) + "\n")


def open_images(arguments: argparse.Namespace) -> np.ndarray:
    """The package's own cache of noise, made at the first call."""
    from tripod_dlib.data.images.cache import cached_images

    side = arguments.image_size
    noise = np.random.default_rng(0).integers(0, 256, (1000, side, side, 3), np.uint8)
    shape = (arguments.num_images, side, side, 3)
    return cached_images(
        "benchmark", {}, shape, lambda start, stop: noise[: stop - start], Path(arguments.folder)
    )


def measure_in_a_process(way: str, arguments: argparse.Namespace) -> dict[str, float | str]:
    command = [sys.executable, str(Path(__file__).parents[1] / "benchmarks"), "data"]
    names = ("num_images", "image_size", "batch_size", "seconds", "step_seconds", "folder")
    command += [f"--{name}={getattr(arguments, name)}" for name in names]
    done = subprocess.run([*command, f"--measure={way}"], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"Measuring {way} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def measure(way: str, arguments: argparse.Namespace) -> dict[str, float | str]:
    """What is measured of one way, in this process."""
    if way == "tf.data":
        try:
            import tensorflow as tf
        except ImportError:
            return {"left_out": "TensorFlow is not installed"}
        list(tf.data.Dataset.range(2))  # the framework's own share is there before the data
    before = resident_bytes()
    images = open_images(arguments)
    with opened(way, images, arguments.batch_size) as batches:
        rate, peak = drawn(batches, arguments.seconds, arguments.batch_size)
    with opened(way, images, arguments.batch_size) as batches:
        waiting = share_of_waiting(batches, arguments.seconds, arguments.step_seconds)
    return {
        "images_per_second": rate,
        "resident_bytes": peak - before,
        "framework_bytes": before,
        "waiting_share": waiting,
    }


@contextlib.contextmanager
def opened(way: str, images: np.ndarray, batch_size: int) -> Iterator[Iterator[object]]:
    from tripod_dlib.data.grid_data import GridData
    from tripod_dlib.data.pipeline import training_batches
    from tripod_dlib.data.training_input import training_input

    data = GridData("benchmark", ["image"], [len(images)], images)
    if way in AHEAD:
        with training_input(data, 0, 0, batch_size, AHEAD[way]) as batches:
            yield iter(batches)
    elif way == "read":
        yield training_batches(data, 0, 0, batch_size)
    else:
        yield mapped_batches(images, batch_size, give_back=way != "map")


def mapped_batches(
    images: np.memmap, batch_size: int, give_back: bool
) -> Iterator[tuple[np.ndarray]]:
    generator = np.random.RandomState(0)
    while True:
        for _ in range(100):
            yield (np.asarray(images[generator.randint(len(images), size=batch_size)]),)
        if give_back:
            images._mmap.madvise(mmap.MADV_DONTNEED)


def drawn(batches: Iterator[object], seconds: float, batch_size: int) -> tuple[float, int]:
    """Images a second, after a first batch, and the largest resident memory seen."""
    next(batches)
    peak, num, start = resident_bytes(), 0, time.perf_counter()
    while time.perf_counter() < start + seconds:
        next(batches)
        num += 1
        if num % BATCHES_BETWEEN_LOOKS == 0:
            peak = max(peak, resident_bytes())
    return num * batch_size / (time.perf_counter() - start), max(peak, resident_bytes())


def share_of_waiting(batches: Iterator[object], seconds: float, step_seconds: float) -> float:
    """The part of its time that a consumer spends waiting for the next batch."""
    matrix = np.random.default_rng(0).normal(size=(512, 512)).astype(np.float32)
    next(batches)
    waited, start = 0.0, time.perf_counter()
    while time.perf_counter() < start + seconds:
        begin = time.perf_counter()
        next(batches)
        waited += time.perf_counter() - begin
        work(matrix, step_seconds)
    return waited / (time.perf_counter() - start)


def work(matrix: np.ndarray, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        matrix @ matrix


def resident_bytes() -> int:
    """What this process holds now; where that is not told, the most that it ever held."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except FileNotFoundError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return pages * os.sysconf("SC_PAGE_SIZE")


def show(report: dict) -> None:
    print(
        f"{report['num_images']} images of {report['image_size']} px, "
        f"{report['bytes'] / 1e9:.2f} GB; batches of {report['batch_size']}; "
        f"{report['processors']} processors, load "
        f"{' '.join(f'{load:.1f}' for load in report['load'])}"
    )
    print(f"{'way':<18}{'images/s':>10}{'memory MB':>11}{'waiting, of a step of ':>25}", end="")
    print(f"{report['step_seconds'] * 1e3:.0f} ms")
    for way, row in report["rows"].items():
        if "left_out" in row:
            print(f"{way:<18}{row['left_out']}")
            continue
        print(
            f"{way:<18}{row['images_per_second']:>10.0f}{row['resident_bytes'] / 1e6:>11.0f}"
            f"{row['waiting_share']:>25.1%}   {WAYS[way]}"
        )
