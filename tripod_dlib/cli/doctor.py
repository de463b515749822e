"""tripod_doctor: what this machine is, whether it computes rightly, how fast, what to change."""

import dataclasses
import importlib.metadata
import os
import platform
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import gin
from absl.flags import DEFINE_multi_string, FlagValues

from tripod_dlib.backend import BACKENDS, accelerator, require_backend
from tripod_dlib.cli.application import Command
from tripod_dlib.cli.binding_types import missing_bindings_named
from tripod_dlib.cli.configuration import parsed
from tripod_dlib.cli.timed_step import say, time_configuration
from tripod_dlib.cores import num_cores
from tripod_dlib.results.provenance import provenance
from tripod_dlib.storage.space import format_bytes, total_memory

QUICKSTART = "gin/quickstart.gin"
CHECKED = ["gin/models/beta_tcvae_mws.gin", "gin/models/beta_tcvae_mws/quickstart.gin"]
CHECKED_BINDINGS = ["networks.widths = (8, 8, 16, 16, 16)"]
CHECKED_SHAPE = (32, 32, 3)
LITTLE_MEMORY = 4e9  # TensorFlow, a full-size step and 10 000 samples of an evaluation
WHEELS = {  # of a backend, its own first
    "tensorflow": ("tensorflow", "tensorflow-cpu", "tf-nightly", "keras"),
    "jax": ("jax", "jaxlib", "jax-cuda12-plugin", "jax-cuda13-plugin", "keras"),
}


@dataclasses.dataclass(frozen=True)
class Machine:
    """What was found.

    Attributes:
      backend: "tensorflow" or "jax".
      wheels: Names and versions of what makes the backend.
      built_for: What the backend's wheel was built for, such as "CUDA 12.5"; "processors".
      accelerator: Name of the device that it sees; None if none.
      has_nvidia: Whether the system has a driver of NVIDIA's.
      cores: That this process may use.
      memory: Bytes in all.
      threads: How the backend uses cores.
    """

    backend: str
    wheels: tuple[str, ...]
    built_for: str
    accelerator: str | None
    has_nvidia: bool
    cores: int
    memory: int
    threads: str


def examine(values: FlagValues) -> int:
    """Prints what was found; 2 if the device computes otherwise than the processor."""
    configs = list(values.gin_config) or [QUICKSTART]
    with parsed(configs, values.gin_bindings):
        pass  # what is wrong in it is said before a framework is loaded
    backend = require_backend()
    machine = _machine(backend)
    for line in lines_of(machine):
        print(line, flush=True)
    agrees = _check(machine)
    if agrees:
        with parsed(configs, values.gin_bindings), missing_bindings_named():
            _time(configs)
    for advice in advice_for(machine, agrees):
        print(f"{'to change':<11}{advice}")
    return 0 if agrees else 2


def lines_of(machine: Machine) -> list[str]:
    """What is printed of a machine."""
    about = provenance()
    wheels = ", ".join(machine.wheels)
    rows = {
        "machine": f"{platform.system()} {platform.machine()}, {about['processor']}",
        "cores": f"{machine.cores}; threads: {machine.threads}",
        "memory": format_bytes(machine.memory),
        "python": f"{about['python']}; tripod_dlib {about['versions'].get('tripod_dlib', '?')}",
        "backend": f"{machine.backend}: {wheels}, built for {machine.built_for}",
        "device": machine.accelerator or "the processor; no other device is seen",
    }
    return [f"{name:<11}{text}" for name, text in rows.items()]


def advice_for(machine: Machine, agrees: bool) -> list[str]:
    """Sentences on what to change; "nothing" if there is nothing.

    Args:
      found: The machine.
      agrees: Whether the device computes what the processor does.
    """
    advice = []
    if not agrees:
        advice.append(
            "do not train here: another driver, wheel or backend (KERAS_BACKEND=jax or tensorflow) "
            "first. CUDA_VISIBLE_DEVICES= trains on the processor."
        )
    if machine.has_nvidia and machine.accelerator is None:
        hidden = os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1")
        wheel = "'tensorflow[and-cuda]'" if machine.backend == "tensorflow" else "'jax[cuda12]'"
        advice.append(
            "CUDA_VISIBLE_DEVICES hides this machine's GPU: unset it."
            if hidden
            else f"there is an NVIDIA driver, but {machine.backend} sees no GPU: pip install "
            f"{wheel} at the same version, and see docs/gpu.md."
        )
    if machine.memory < LITTLE_MEMORY:
        advice.append(
            f"{format_bytes(machine.memory)} of memory is little: bind a smaller model.batch_size "
            "and protocol.num_samples."
        )
    return advice or ["nothing"]


def _machine(backend: str) -> Machine:
    wheels = [name for name in WHEELS[backend] if _version(name)]
    built_for, threads = "what its plugins are for", "as XLA chooses"
    if backend == "tensorflow":
        import tensorflow as tf

        cuda = tf.sysconfig.get_build_info().get("cuda_version")
        built_for = f"CUDA {cuda}" if cuda else "processors"
        within = tf.config.threading.get_intra_op_parallelism_threads()
        beside = tf.config.threading.get_inter_op_parallelism_threads()
        threads = f"{within or 'all'} in an operation, {beside or 'all'} operations at a time"
    return Machine(
        backend=backend,
        wheels=tuple(f"{name} {_version(name)}" for name in wheels),
        built_for=built_for,
        accelerator=accelerator(),
        has_nvidia=Path("/proc/driver/nvidia/version").exists(),
        cores=num_cores(),
        memory=total_memory(),
        threads=threads,
    )


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _check(machine: Machine) -> bool:
    from tripod_dlib.training import device_check

    allowed = device_check.ALLOWED_ON_DEVICE
    if machine.accelerator is None:
        allowed = device_check.ALLOWED_ON_PROCESSOR
    say("checking one step of a small beta-TCVAE …")
    with parsed(CHECKED, CHECKED_BINDINGS):
        family = gin.get_bindings("model")["model"]
        difference = device_check.differ_from_processor(family, CHECKED_SHAPE)
    agrees = difference.within(allowed)
    print(
        f"{'check':<11}{'right' if agrees else 'WRONG'}: one compiled step on "
        f"{machine.accelerator or 'the processor'} and the same, uncompiled, on the processor "
        f"differ by {difference.loss:.1e} in the loss and {difference.gradient:.1e} in the "
        f"gradient (relative; allowed {allowed:.0e})",
        flush=True,
    )
    return agrees


def _time(configs: Sequence[str]) -> None:
    timed = time_configuration(configs)
    minutes = (timed.compile_seconds + timed.training_steps * timed.step_seconds) / 60
    print(
        f"{'speed':<11}{', '.join(configs)}: {timed.step_seconds:.4f} s a step, "
        f"{timed.batch_size / timed.step_seconds:.0f} images/s; compilation "
        f"{timed.compile_seconds:.0f} s; {timed.training_steps} steps in {minutes:.1f} minutes, "
        "evaluations besides",
        flush=True,
    )


COMMAND = Command(
    name="tripod_doctor",
    summary=(
        "Says what this machine is, whether its device computes what the processor does, what a "
        "step of a configuration takes here, and what to change."
    ),
    flags=(
        partial(DEFINE_multi_string, "gin_config", [], f"timed; without it {QUICKSTART}"),
        partial(DEFINE_multi_string, "gin_bindings", [], "a binding, besides"),
    ),
    main=examine,
    examples=("tripod_doctor", "tripod_doctor --gin_config=gin/shapes3d.gin"),
    closing=(
        "Exit codes: 0 all is well, 2 the device computes otherwise or something is missing "
        f"(backends: {', '.join(BACKENDS)}). Nothing is trained; the dataset's cache may be made."
    ),
    stops_at_once=True,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console command."""
    gin.clear_config()
    return COMMAND.run(argv)


if __name__ == "__main__":
    sys.exit(main())
