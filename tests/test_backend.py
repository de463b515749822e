import importlib.util
import os
import subprocess
import sys

import pytest

from tripod_dlib.backend import quiet_native_output, require_backend
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
