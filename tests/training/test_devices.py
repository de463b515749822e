"""One run on several devices."""

import importlib.util
import json
import os
import subprocess
import sys

import keras
import numpy as np
import pytest
from training_runs import arguments, results

from tripod_dlib.cli.train import main

pytestmark = pytest.mark.slow
CODE = "import sys; from tripod_dlib.cli.train import main; sys.exit(main())"
SHORT = (
    *("model.training_steps = 2", "model.log_steps = 1", "tripod.ramp_steps = 1"),
    "tripod.nhp_weight = 0.0",  # of these networks it is rounding
)
needs_jax = pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="needs JAX")


def train(folder, devices, *bindings):
    """A run on so many virtual devices of the processor."""
    flags = f"--xla_force_host_platform_device_count={devices}"
    environment = {**os.environ, "KERAS_BACKEND": "jax", "XLA_FLAGS": flags}
    command = [sys.executable, "-c", CODE, *arguments(folder, *SHORT, *bindings)]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


@needs_jax
def test_a_batch_divided_among_devices_has_the_losses_of_one_device(tmp_path):
    parallel = "model.data_parallel = True"
    for name, devices, bindings in (("one", 1, ()), ("three", 3, (parallel,))):
        size = "model.batch_size = 6"
        done = train(tmp_path / name, devices, size, *bindings)
        assert done.returncode == 0, done.stderr
    losses = [
        [
            json.loads(line)
            for line in (tmp_path / name / "metrics.jsonl").read_text().splitlines()
            if "loss" in line
        ]
        for name in ("one", "three")
    ]
    assert [row["step"] for row in losses[0]] == [1, 2] and losses[0][1]["klm"] > 0
    for one, three in zip(*losses, strict=True):
        assert one.keys() == three.keys()
        for key in one:
            np.testing.assert_allclose(three[key], one[key], rtol=1e-4, err_msg=key)
    scores = [results(tmp_path / name)["psnr.psnr"] for name in ("one", "three")]
    assert scores[1] == pytest.approx(scores[0], rel=1e-3)


@needs_jax
def test_parts_that_would_be_unequal_are_refused(tmp_path):
    done = train(tmp_path / "run", 3, "model.data_parallel = True")
    assert done.returncode == 2
    assert "model.batch_size is 4, and this machine has 3 devices" in done.stderr


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="says what TensorFlow has not")
def test_tensorflow_says_that_it_cannot(tmp_path, capsys):
    assert main(arguments(tmp_path / "run", *SHORT, "model.data_parallel = True")) == 2
    assert "Set KERAS_BACKEND=jax" in capsys.readouterr().err
