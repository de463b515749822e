"""Times a training step of every file of gin/models, each in turn with one of the plain
autoencoder, and of beta-VAE on disentanglement_lib's networks in turn with the same networks
written plainly in Keras; all in one run.

`vae_dlib` and `vae_keras` have 64 x 64 images and batches of 64 at sizes but "tiny". `over` is the
time over that of the other one beside it, which is `vae_keras` for `vae_dlib` and `autoencoder` for
all others: the median over the rounds. `CPU` is that of processor time, which other work on the
machine moves less.
"""

import argparse
import dataclasses
import json
import os
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from timed import SIZES, Timed, for_ever, say, versions

ROOT = Path(__file__).parents[2]
FAMILIES = sorted(path.stem for path in (ROOT / "gin" / "models").glob("*.gin"))
PLAIN = ("vae_dlib", "vae_keras")
BASES = ("vae_keras", "autoencoder")  # what others are compared with
FACTOR_SIZES = (10, 10, 10, 8, 4, 15)
BETA = 4.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--size", choices=SIZES, default="quickstart", help="tiny only shows that it runs"
    )
    parser.add_argument("--output", type=Path, help="where the figures are written as JSON")
    parser.add_argument("--rounds", type=int, default=3, help="rounds over all of them")
    parser.add_argument(
        "--variants",
        nargs="+",
        choices=[*PLAIN, *FAMILIES],
        default=[*PLAIN, *FAMILIES],
        metavar="VARIANT",
        help=f"which ones, of {', '.join(PLAIN)} and the files of gin/models (default all)",
    )
    parser.add_argument(
        "--own_threads",
        action="store_true",
        help="leave TensorFlow's threads as they are, where a command of this package sets them",
    )


def main(arguments: argparse.Namespace) -> None:
    from tripod_dlib.backend import require_backend, take_process

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if not arguments.own_threads:
        take_process()
    require_backend()
    size, timed = SIZES[arguments.size], {}
    names = list(dict.fromkeys(name for pair in pairs_of(arguments.variants) for name in pair))
    for number, name in enumerate(names, start=1):
        say(f"compiling {name} ({number} of {len(names)})")
        timed[name] = made(name, size)
        timed[name].steps(2)  # compiles
    loads = [os.getloadavg()[0]]
    rounds = []
    for number in range(1, arguments.rounds + 1):
        for pair in pairs_of(arguments.variants):
            rounds.append({name: timed[name].steps(size["steps"] + 1)[1:] for name in pair})
            seconds = ", ".join(f"{name} {times[-1][0]:.4f}" for name, times in rounds[-1].items())
            say(f"round {number} of {arguments.rounds}, seconds a step: {seconds}")
        loads.append(os.getloadavg()[0])
    report = {
        "size": arguments.size,
        "load": loads,
        "own_threads": arguments.own_threads,
        "versions": versions(),
        "rows": rows_of(rounds),
    }
    show(report)
    if arguments.output:
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        arguments.output.write_text(json.dumps(report, indent=2) + "\n")


def pairs_of(names: Sequence[str]) -> list[tuple[str, ...]]:
    """What is timed in turn: each with what it is compared with; that alone if it has no other."""
    others = [name for name in names if name not in BASES]
    pairs = [(name, "vae_keras" if name == "vae_dlib" else "autoencoder") for name in others]
    beside = {base for _, base in pairs}
    return [*pairs, *((name,) for name in names if name in BASES and name not in beside)]


def rows_of(rounds: Sequence[Mapping[str, list[tuple[float, float]]]]) -> dict[str, dict]:
    """Medians of seconds, and of the shares over what each is compared with.

    Args:
      rounds: Of each pair of each round both names to wall and processor seconds of steps, the
        compared one last.

    Returns:
      rows: By name; "over" and "cpu_over" are None for what others are compared with.
    """
    times_of, shares_of = {}, {}
    for pair in rounds:
        for name, times in pair.items():
            times_of.setdefault(name, []).extend(times)
        if len(pair) == 2:
            own, base = ([*map(statistics.median, zip(*t, strict=True))] for t in pair.values())
            shares_of.setdefault(next(iter(pair)), []).append([own[0] / base[0], own[1] / base[1]])
    rows = {}
    for name, times in times_of.items():
        seconds, cpu_seconds = map(statistics.median, zip(*times, strict=True))
        shares = zip(*shares_of.get(name, ()), strict=True)
        over, cpu_over = map(statistics.median, shares) if name in shares_of else (None, None)
        rows[name] = {
            "seconds": seconds,
            "cpu_seconds": cpu_seconds,
            "steps_per_second": 1.0 / seconds,
            "over": over,
            "cpu_over": cpu_over,
        }
    return rows


def show(report: dict) -> None:
    loads = " ".join(f"{load:.1f}" for load in report["load"])
    print(f"{report['size']}; load {loads}")
    print(f"{'variant':<28}{'s a step':>10}{'CPU s':>10}{'steps/s':>10}{'over':>8}{'CPU':>8}")
    for name, row in report["rows"].items():
        shares = ["-" if row[key] is None else f"{row[key]:.2f}" for key in ("over", "cpu_over")]
        print(
            f"{name:<28}{row['seconds']:>10.4f}{row['cpu_seconds']:>10.3f}"
            f"{row['steps_per_second']:>10.1f}{shares[0]:>8}{shares[1]:>8}"
        )


class TimedModel(Timed):
    """A model that is made already, and its batch."""

    def __init__(self, model, batch, optimizer):
        import keras

        self.model = model
        model.compile(optimizer, jit_compile=keras.backend.backend() == "jax")
        optimizer.build(model.trainable_variables)
        self._batches = for_ever(batch)


def made(name: str, size: dict) -> TimedModel:
    """One of them, ready to be timed."""
    import keras
    import numpy as np

    keras.utils.set_random_seed(0)
    batch, side = size["batch"], size["image"]
    if name in PLAIN and size is not SIZES["tiny"]:
        batch, side = 64, 64
    generator = np.random.default_rng(0)

    def images():
        return generator.integers(0, 256, (batch, side, side, 3), np.uint8)

    if name == "vae_keras":
        from vae_plain import PlainVAE

        optimizer = keras.optimizers.Adam(1e-4, epsilon=1e-8)
        return TimedModel(PlainVAE((side, side, 3), 10, BETA), images(), optimizer)
    model, optimizer = own_model(name, (side, side, 3), size)
    kinds = {
        "images": lambda: images(),
        "pairs": lambda: {
            "images": images(),
            "partner": images(),
            "labels": generator.integers(0, 6, batch).astype(np.int32),
        },
        "labelled": lambda: {
            "images": images(),
            "labelled_images": images(),
            "labels": (generator.uniform(size=(batch, 6)) * FACTOR_SIZES // 1).astype(np.float32),
        },
    }
    return TimedModel(model, kinds[model.parameters.batches](), optimizer)


def own_model(name: str, image_shape: tuple[int, int, int], size: dict):
    """This package's model and its optimizer, as the files of gin/ make it."""
    import gin

    from tripod_dlib.cli.configuration import parsed
    from tripod_dlib.models.optimizers import build_optimizer

    networks = [f"networks.widths = {tuple(size['widths'])}"]
    file = f"gin/models/{name}.gin"
    if name == "vae_dlib":
        file = "gin/models/vae.gin"
        networks += ["networks.architecture = 'disentanglement_lib'", f"vae.beta = {BETA}"]
    with parsed(["gin/quickstart.gin", file], networks):
        record = gin.query_parameter("model.model").scoped_configurable_fn()
        if getattr(record, "factor_sizes", ()) is None:
            record = dataclasses.replace(record, factor_sizes=FACTOR_SIZES)
        model = record(image_shape=image_shape, num_latents=10, dataset_size=480_000, seed=0)
        return model, build_optimizer(1_000, model)
