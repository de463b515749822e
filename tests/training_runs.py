"""Small trainings of the command: their flags, starting and stopping them, what they left."""

import json
import subprocess
import sys
import time

import numpy as np

SMALL = [
    "dataset.factor_sizes = (2, 2, 2, 2, 2, 1)",
    "networks.architecture = 'disentanglement_lib'",  # a tenth of the layers to compile
    "model.num_latents = 4",
    "optimizer.learning_rate = 3e-5",  # at which latents still vary after ten steps
    "model.batch_size = 4",
    "model.eval_steps = 4",
    "model.log_steps = 2",
    "model.training_steps = 10",
    "protocol.num_samples = 60",
    "tripod.ramp_steps = 3",
]
TRIPOD_NETWORKS = (
    "networks.architecture = 'tripod'",
    "networks.widths = (2, 3, 4, 5, 6)",
    "networks.hidden_units = 8",
    "networks.cond_units = 8",
)


def arguments(folder, *bindings, config="gin/quickstart.gin", model=None):
    flags = [f"--gin_config={config}"]
    if model:
        flags.append(f"--gin_config=gin/models/{model}.gin")
    flags += [f"--gin_bindings={binding}" for binding in (*SMALL, *bindings)]
    return [*flags, f"--model_dir={folder}"]


def checkpoint(folder):
    path = max((folder / "checkpoints").glob("step_*.npz"))
    with np.load(path) as file:
        return {name: file[name] for name in file.files if name.startswith("variable/")}


def assert_same_end(one, two):
    first, second = checkpoint(one), checkpoint(two)
    assert first.keys() == second.keys() and len(first) > 60
    for name in first:
        np.testing.assert_array_equal(first[name], second[name], err_msg=name)


def results(folder):
    return json.loads((folder / "results" / "json" / "train_results.json").read_text())


def start(folder, *bindings):
    code = "import sys; from tripod_dlib.cli.train import main; sys.exit(main())"
    command = [sys.executable, "-c", code]
    return subprocess.Popen(
        [*command, *arguments(folder, *bindings)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def wait_for(condition, process, seconds=240):
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, process.communicate()[1].decode()[-2000:]
        assert time.monotonic() < end
        time.sleep(0.02)


def steps_logged(folder):
    path = folder / "metrics.jsonl"
    return path.read_text().count("\n") if path.exists() else 0
