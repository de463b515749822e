import importlib.util
import json
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


CODE = """
from tripod_dlib.backend import require_backend
print(require_backend())
from tripod_dlib.functional.execution import compiled
from keras import Sequential, layers, ops
compiled(lambda x: ops.einsum("bhc,bhd->bcd", x, x))(ops.ones((2, 3, 4)))
for _ in range(6):  # from the fifth on TensorFlow takes it for one that is traced in vain
    Sequential([layers.Dense(1)]).predict_on_batch(ops.ones((1, 1)))
"""


def test_the_default_backend_is_chosen_and_starts_and_compiles_quietly():
    environment = {key: text for key, text in os.environ.items() if key != "KERAS_BACKEND"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CODE],
        capture_output=True,
        text=True,
        env=environment,
    )
    installed = "tensorflow" if importlib.util.find_spec("tensorflow") else "jax"
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{installed}\n", "")


needs_tensorflow = pytest.mark.skipif(
    importlib.util.find_spec("tensorflow") is None, reason="a matter of TensorFlow"
)


@needs_tensorflow
@pytest.mark.parametrize(
    ("cores", "given", "expected"),
    [
        (2, (), [1, 2]),
        (4, (), [1, 4]),
        (5, (), []),
        (2, THREADS[:1], []),
        (2, THREADS[1:], []),
    ],
    ids=["two", "four", "many", "within set", "between set"],
)
def test_an_operation_is_given_one_thread_on_few_cores(monkeypatch, cores, given, expected):
    import tensorflow as tf

    for name in THREADS:
        monkeypatch.delenv(name, raising=False)
    for name in given:
        monkeypatch.setenv(name, "1")
    asked = []
    for name in ("set_intra_op_parallelism_threads", "set_inter_op_parallelism_threads"):
        monkeypatch.setattr(tf.config.threading, name, asked.append)
    monkeypatch.setattr(backend, "num_cores", lambda: cores)
    backend.one_thread_per_operation()
    assert asked == expected


@needs_tensorflow
def test_a_tensorflow_that_computes_already_keeps_its_threads(monkeypatch):
    import tensorflow as tf

    tf.zeros(())
    before = tf.config.threading.get_inter_op_parallelism_threads()
    for name in THREADS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(backend, "num_cores", lambda: 3)
    with pytest.raises(RuntimeError, match="after initialization"):
        backend.one_thread_per_operation()
    assert tf.config.threading.get_inter_op_parallelism_threads() == before


def run_python(code: str, **environment: str) -> str:
    command = [sys.executable, "-W", "ignore", "-c", code]
    kept = {key: text for key, text in os.environ.items() if key not in THREADS}
    done = subprocess.run(
        command, capture_output=True, text=True, env={**kept, **environment}, check=True
    )
    assert done.stderr == ""
    return done.stdout


@needs_tensorflow
@pytest.mark.parametrize("takes", [True, False], ids=["a command", "a user"])
def test_threads_are_those_of_a_command_in_its_own_process_alone(takes):
    """With one thread an operation a matrix product keeps one core busy, though there are more."""
    code = (
        "import time\n"
        "from tripod_dlib import backend, cores\n"
        f"backend.take_process() if {takes} else None\n"
        "backend.require_backend()\n"
        "import tensorflow as tf; x = tf.ones((2000, 2000)); (x @ x).numpy()\n"
        "wall, cpu = time.perf_counter(), time.process_time()\n"
        "for _ in range(5): (x @ x).numpy()\n"
        "busy = (time.process_time() - cpu) / (time.perf_counter() - wall)\n"
        "print(cores.num_cores(), tf.config.threading.get_intra_op_parallelism_threads(), busy)"
    )
    cores, threads, busy = run_python(code, KERAS_BACKEND="tensorflow").split()
    assert int(threads) == (1 if takes and int(cores) <= backend.MOST_CORES else 0)
    if threads == "1":
        assert float(busy) < 1.2


def test_a_command_draws_into_files_whatever_its_environment_says():
    """A notebook hands its own backend down, which another environment's Python may not have."""
    code = (
        "from tripod_dlib import backend; backend.take_process(); import matplotlib; "
        "print(matplotlib.get_backend())"
    )
    assert run_python(code, MPLBACKEND="module://a_notebook.backend").strip() == "agg"


SETTINGS = (
    {"floatx": "float16", "image_data_format": "channels_first", "epsilon": 1e-3},
    {"floatx": "int8"},
    ["not a table"],
)


@pytest.mark.parametrize("settings", SETTINGS, ids=["other work's", "invalid", "a list"])
def test_a_command_s_keras_has_its_own_defaults_whatever_keras_json_says(settings, tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps(settings))
    code = (
        "from tripod_dlib import backend; backend.take_process(); backend.require_backend()\n"
        "import os; from keras import config\n"
        "print(config.floatx(), config.image_data_format(), config.epsilon(),\n"
        "    config.max_epochs(), os.environ['KERAS_HOME'])"
    )
    shown = run_python(code, KERAS_HOME=str(tmp_path), KERAS_MAX_EPOCHS="1")
    assert shown.split() == ["float32", "channels_last", "1e-07", "None", str(tmp_path)]
    assert json.loads((tmp_path / "keras.json").read_text()) == settings


def test_python_without_docstrings_is_refused_on_tensorflow():
    pytest.importorskip("tensorflow")
    call = "from tripod_dlib.backend import require_backend; require_backend()"
    environment = {**os.environ, "KERAS_BACKEND": "tensorflow"}
    run = [sys.executable, "-OO", "-c", call]
    found = subprocess.run(run, capture_output=True, text=True, env=environment)
    assert "Python runs without docstrings (-OO" in found.stderr and found.returncode
