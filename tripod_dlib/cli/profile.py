"""tripod_profile: the paper's profiling study (Hsu et al., 2024, appendix D) on this machine."""

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import gin
from absl.flags import (
    DEFINE_enum,
    DEFINE_float,
    DEFINE_multi_enum,
    DEFINE_multi_string,
    FlagValues,
)

from tripod_dlib.backend import accelerator, require_backend
from tripod_dlib.cli.application import Command
from tripod_dlib.cli.binding_types import missing_bindings_named
from tripod_dlib.cli.columns import aligned
from tripod_dlib.cli.configuration import parsed
from tripod_dlib.cli.path_flags import DEFINE_path
from tripod_dlib.cli.timed_step import say, time_configuration
from tripod_dlib.errors import InputError
from tripod_dlib.results.provenance import provenance
from tripod_dlib.storage import atomic_path
from tripod_dlib.storage.space import format_bytes

QUICKSTART = "gin/quickstart.gin"
ROWS = {  # name: configurations beside the dataset's, bindings, seconds a step in the paper
    "beta_tcvae": (["gin/models/beta_tcvae_mws.gin"], [], 0.040),
    "qlae": (["gin/models/qlae.gin"], [], 0.040),
    "qlae_klm": (["gin/models/qlae_klm.gin"], [], 0.040),
    "tripod": (
        ["gin/models/tripod.gin"],
        ["tripod.nhp_estimator = 'published'", "tripod.nhp_weight = 1e-3"],
        0.106,
    ),
    "tripod_interaction_share": (
        ["gin/models/tripod.gin"],
        ["tripod.nhp_estimator = 'interaction_share'", "tripod.nhp_weight = 1e-3"],
        None,
    ),
}


def profile(values: FlagValues) -> int:
    """Times each row in a process of its own, one after the other; prints a table, writes JSON."""
    configs = list(values.gin_config) or [QUICKSTART]
    if values.alone is not None:
        return _time_alone(values, configs)
    names = list(dict.fromkeys(values.models)) or list(ROWS)
    for name in names:  # what is wrong in a configuration is said before anything is timed
        with parsed([*configs, *ROWS[name][0]], [*ROWS[name][1], *values.gin_bindings]):
            pass
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, name in enumerate(names, start=1):
            say(f"{name} ({number} of {len(names)})")
            rows[name] = _in_a_process(name, values, configs, Path(folder) / f"{name}.json")
    report = {"configurations": configs, "bindings": list(values.gin_bindings), "rows": rows}
    for line in table_of(rows):
        print(line)
    if values.output is not None:
        with atomic_path(Path(values.output)) as temporary:
            text = json.dumps({**report, "provenance": provenance()}, indent=2, default=str)
            temporary.write_text(text + "\n")
    return 0


def table_of(rows: dict[str, dict]) -> list[str]:
    """Lines of the table.

    Args:
      rows: By name, what `_time_alone` wrote.
    """
    heads = ("model", "s a step", "images/s", "compiling, s", "peak memory", "paper, s")
    cells = [heads]
    for name, row in rows.items():
        paper = ROWS[name][2]
        cells.append(
            (
                name,
                f"{row['step_seconds']:.4f}",
                f"{row['images_per_second']:.0f}",
                f"{row['compile_seconds']:.1f}",
                format_bytes(row["peak_bytes"]),
                "-" if paper is None else f"{paper:.3f}",
            )
        )
    devices = dict.fromkeys(row["device"] for row in rows.values())
    return [
        f"on {', '.join(devices)}; the paper's seconds are of its own hardware, at full size",
        *aligned(cells, figures=True),
    ]


def _in_a_process(name: str, values: FlagValues, configs: list[str], output: Path) -> dict:
    flags = [f"--gin_config={config}" for config in configs]
    flags += [f"--gin_bindings={binding}" for binding in values.gin_bindings]
    flags += [f"--seconds={values.seconds}", f"--output={output}", f"--alone={name}"]
    done = subprocess.run([sys.executable, "-m", "tripod_dlib.cli.profile", *flags])
    if done.returncode:
        raise InputError(f"{name} could not be timed; what it said stands above.")
    return json.loads(output.read_text())


def _time_alone(values: FlagValues, configs: list[str]) -> int:
    """One row in this process, so that its peak of memory is its own."""
    beside, bindings, _ = ROWS[values.alone]
    require_backend()
    with parsed([*configs, *beside], [*bindings, *values.gin_bindings]), missing_bindings_named():
        timed = time_configuration(configs, values.seconds)
    row = {
        "step_seconds": timed.step_seconds,
        "images_per_second": timed.batch_size / timed.step_seconds,
        "compile_seconds": timed.compile_seconds,
        "peak_bytes": _peak_bytes(),
        "batch_size": timed.batch_size,
        "device": accelerator() or "the processor",
    }
    Path(values.output).write_text(json.dumps(row))
    return 0


def _peak_bytes() -> int:
    """The device's peak of memory, or on a processor that of this process."""
    if accelerator() is None:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    if os.environ["KERAS_BACKEND"] == "jax":
        import jax

        return jax.devices()[0].memory_stats()["peak_bytes_in_use"]
    import tensorflow as tf

    return tf.config.experimental.get_memory_info("GPU:0")["peak"]


COMMAND = Command(
    name="tripod_profile",
    summary=(
        "Times a training step of beta-TCVAE, QLAE, QLAE + KLM and Tripod (both estimators of its "
        "penalty) on this machine, each in a process of its own: seconds, images per second, time "
        "of compilation, peak memory."
    ),
    flags=(
        partial(DEFINE_multi_string, "gin_config", [], f"dataset; without it {QUICKSTART}"),
        partial(DEFINE_multi_string, "gin_bindings", [], "a binding, besides"),
        partial(DEFINE_multi_enum, "models", [], list(ROWS), "which ones; without it all"),
        partial(DEFINE_float, "seconds", 5.0, "about so long steps are timed", lower_bound=0.01),
        partial(DEFINE_path, "output", None, "a JSON file of the figures"),
        partial(DEFINE_enum, "alone", None, list(ROWS), "one, in this process, for the command"),
    ),
    main=profile,
    examples=("tripod_profile", "tripod_profile --gin_config=gin/shapes3d.gin --output=here.json"),
    closing="Nothing is trained; the dataset's cache may be made.",
    stops_at_once=True,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console command."""
    gin.clear_config()
    return COMMAND.run(argv)


if __name__ == "__main__":
    sys.exit(main())
