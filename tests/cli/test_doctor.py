import dataclasses

import pytest

from tripod_dlib.cli.doctor import Machine, advice_for, lines_of, main

MACHINE = Machine(
    backend="tensorflow",
    wheels=("tensorflow 2.21.0", "keras 3.15.1"),
    built_for="CUDA 12.5",
    accelerator=None,
    has_nvidia=False,
    cores=2,
    memory=16_000_000_000,
    threads="1 in an operation, 2 operations at a time",
)


def advice(agrees=True, **found):
    return " ".join(advice_for(dataclasses.replace(MACHINE, **found), agrees))


def test_a_machine_in_order_needs_nothing():
    assert advice() == "nothing"
    assert advice(has_nvidia=True, accelerator="NVIDIA H100") == "nothing"


def test_a_gpu_that_the_backend_does_not_see_is_said_with_the_wheel_or_what_hides_it(monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert "pip install 'tensorflow[and-cuda]'" in advice(has_nvidia=True)
    assert "pip install 'jax[cuda12]'" in advice(has_nvidia=True, backend="jax")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert "CUDA_VISIBLE_DEVICES hides" in advice(has_nvidia=True)


def test_wrong_results_and_little_memory_are_said():
    assert advice(agrees=False).startswith("do not train here")
    assert advice(memory=2_000_000_000).startswith("2.0 GB of memory is little")


def test_lines_name_backend_wheels_and_device():
    text = "\n".join(lines_of(MACHINE))
    assert "backend    tensorflow: tensorflow 2.21.0, keras 3.15.1, built for CUDA 12.5" in text
    assert "device     the processor; no other device is seen" in text
    named = lines_of(dataclasses.replace(MACHINE, accelerator="NVIDIA H100"))
    assert named[-1] == "device     NVIDIA H100"


@pytest.mark.parametrize(
    "flag, message",
    [("--gin_config=nowhere.gin", "nowhere.gin"), ("--gin_bindings=model.batch = 1", "batch")],
)
def test_a_wrong_configuration_is_refused_before_a_framework_is_loaded(flag, message, capsys):
    assert main([flag]) == 2
    assert message in capsys.readouterr().err
