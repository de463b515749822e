"""Times a training step of every file of gin/models, over that of the plain autoencoder, and of
beta-VAE on disentanglement_lib's networks beside the same networks written plainly in Keras; all in
turn, in one run.

`vae_dlib` and `vae_keras` have 64 x 64 images and batches of 64 at sizes but "tiny"; `over` is the
first one's time over the second's. Of all others it is that over `autoencoder`'s.
"""

import argparse
import dataclasses
import json
import os
import statistics
from pathlib import Path

from timed import SIZES, Timed, for_ever, say, versions

ROOT = Path(__file__).parents[2]
FAMILIES = sorted(path.stem for path in (ROOT / "gin" / "models").glob("*.gin"))
PLAIN = ("vae_dlib", "vae_keras")
BASE = "autoencoder"
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
    size = SIZES[arguments.size]
    timed = {}
    for number, name in enumerate(arguments.variants, start=1):
        say(f"compiling {name} ({number} of {len(arguments.variants)})")
        timed[name] = made(name, size)
        timed[name].steps(2)  # compiles
    loads = [os.getloadavg()[0]]
    times = {name: [] for name in timed}
    for number in range(1, arguments.rounds + 1):
        for name, variant in timed.items():
            times[name] += variant.steps(size["steps"] + 1)[1:]
            say(f"round {number} of {arguments.rounds}: {name} {times[name][-1][0]:.4f} s a step")
        loads.append(os.getloadavg()[0])
    report = {
        "size": arguments.size,
        "load": loads,
        "own_threads": arguments.own_threads,
        "versions": versions(),
        "rows": rows_of(times),
    }
    show(report)
    if arguments.output:
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        arguments.output.write_text(json.dumps(report, indent=2) + "\n")


def rows_of(times_of: dict[str, list[tuple[float, float]]]) -> dict[str, dict]:
    """Medians of seconds, and the share over what each is compared with; None without that."""
    medians = {
        name: [statistics.median(column) for column in zip(*times, strict=True)]
        for name, times in times_of.items()
    }
    compared = {name: {"vae_dlib": "vae_keras"}.get(name, BASE) for name in times_of}
    return {
        name: {
            "seconds": seconds,
            "cpu_seconds": cpu_seconds,
            "steps_per_second": 1.0 / seconds,
            "over": seconds / medians[compared[name]][0] if _has_base(name, medians) else None,
        }
        for name, (seconds, cpu_seconds) in medians.items()
    }


def _has_base(name: str, medians: dict) -> bool:
    return name != "vae_keras" and (PLAIN[1] if name == "vae_dlib" else BASE) in medians


def show(report: dict) -> None:
    loads = " ".join(f"{load:.1f}" for load in report["load"])
    print(f"{report['size']}; load {loads}")
    print(f"{'variant':<36}{'s a step':>10}{'CPU s':>10}{'steps/s':>10}{'over':>8}")
    for name, row in report["rows"].items():
        over = "-" if row["over"] is None else f"{row['over']:.2f}"
        print(
            f"{name:<36}{row['seconds']:>10.4f}{row['cpu_seconds']:>10.3f}"
            f"{row['steps_per_second']:>10.1f}{over:>8}"
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
