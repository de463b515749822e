import importlib.util
import os
import subprocess
import sys

import pytest

from tripod_dlib import backend
from tripod_dlib.backend import THREADS, quiet_native_output, require_backend
from tripod_dlib.errors import InputError


def pretend_installed(monkeypatch, *installed):
    monkeypatch.delitem(sys.modules, "keras", raising=False)
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: object() if name in installed else None
    )


def test_torch_is_refused_with_the_backends_that_run(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    with pytest.raises(InputError, match="'torch'; the models run on tensorflow or jax"):
        require_backend()


def test_without_any_framework_the_extra_to_install_is_named(monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    pretend_installed(monkeypatch)
    with pytest.raises(InputError) as error:
        require_backend()
    assert 'pip install "tripod_dlib[tf]"' in str(error.value)
    assert "tensorflow, keras, tensorflow_probability, tf_keras" in str(error.value)


def test_jax_without_its_companions_names_its_own_extra(monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    pretend_installed(monkeypatch, "jax", "keras")
    with pytest.raises(InputError) as error:
        require_backend()
    assert "need tensorflow_probability, which is not installed" in str(error.value)
    assert 'pip install "tripod_dlib[jax]"' in str(error.value)


def test_what_native_code_prints_is_held_back(capfd):
    with quiet_native_output():
        os.write(2, b"start-up line\n")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_what_native_code_printed_is_shown_after_an_error(capfd):
    with pytest.raises(ImportError), quiet_native_output():
        os.write(2, b"the reason\n")
        raise ImportError
    assert "the reason" in capfd.readouterr().err


def test_the_default_backend_is_chosen_and_starts_quietly():
    code = "from tripod_dlib.backend import require_backend; print(require_backend())"
    environment = {key: text for key, text in os.environ.items() if key != "KERAS_BACKEND"}
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        env=environment,
    )
    installed = "tensorflow" if importlib.util.find_spec("tensorflow") else "jax"
    assert (found.returncode, found.stdout, found.stderr) == (0, f"{installed}\n", "")


@pytest.mark.parametrize(
    ("cores", "given", "found"),
    [
        (2, {}, ("1", "2")),
        (4, {}, ("1", "4")),
        (5, {}, (None, None)),
        (2, {THREADS[0]: "2"}, ("2", None)),
        (2, {THREADS[1]: "1"}, (None, "1")),
    ],
    ids=["two", "four", "many", "within set", "between set"],
)
def test_commands_give_an_operation_one_thread_on_few_cores(monkeypatch, cores, given, found):
    environment = dict(given)
    monkeypatch.setattr(os, "environ", environment)
    monkeypatch.setattr(backend, "num_cores", lambda: cores)
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    backend.one_thread_per_operation()
    assert tuple(environment.get(name) for name in THREADS) == found


def test_a_tensorflow_that_is_already_there_keeps_its_threads(monkeypatch):
    environment = {}
    monkeypatch.setattr(os, "environ", environment)
    monkeypatch.setattr(backend, "num_cores", lambda: 2)
    monkeypatch.setitem(sys.modules, "tensorflow", object())
    backend.one_thread_per_operation()
    assert not environment


@pytest.mark.skipif(
    importlib.util.find_spec("tensorflow") is None, reason="a matter of TensorFlow's threads"
)
def test_tensorflow_takes_the_threads_that_are_set():
    """One busy core where an operation has one thread, though a matrix product could use two."""
    code = (
        "import os, time; os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'\n"
        "import tensorflow as tf; x = tf.ones((2000, 2000)); (x @ x).numpy()\n"
        "wall, cpu = time.perf_counter(), time.process_time()\n"
        "for _ in range(5): (x @ x).numpy()\n"
        "print((time.process_time() - cpu) / (time.perf_counter() - wall))"
    )
    environment = {**os.environ, THREADS[0]: "1", THREADS[1]: "2"}
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    assert float(found.stdout) < 1.2
