"""The framework under Keras: chosen, checked and imported quietly."""

import contextlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterator

from tripod_dlib.errors import InputError

BACKENDS = {"tensorflow": "tf", "jax": "jax"}  # Keras' name, and the extra that installs it
NEEDED = {
    "tensorflow": ("tensorflow", "keras", "tensorflow_probability", "tf_keras"),
    "jax": ("jax", "keras", "tensorflow_probability"),
}
MOST_CORES = 4  # up to which a core goes through a part of the batch alone
THREADS = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")  # TensorFlow's own variables


def one_thread_per_operation() -> None:
    """Has TensorFlow carry out several operations at a time, each on one thread.

    On few cores that is faster than all threads in one operation: the networks then work on parts
    of a batch side by side (`functional.execution.side_by_side`). It is a setting of the whole
    process, so that only this package's commands make it. What is set in the environment already
    is left as it is, as is all of it where there are more cores or TensorFlow is already there.
    """
    cores = num_cores()
    if cores > MOST_CORES or "tensorflow" in sys.modules or set(THREADS) & set(os.environ):
        return
    os.environ.update(zip(THREADS, ("1", str(cores)), strict=True))


def num_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def require_backend() -> str:
    """Imports Keras on the backend in use, after checks that name what is missing.

    The backend is $KERAS_BACKEND, else TensorFlow, else JAX, whichever is installed.

    Returns:
      backend: "tensorflow" or "jax".

    Raises:
      InputError: If the backend is another one or is not installed.
    """
    chosen = os.environ.get("KERAS_BACKEND")
    installed = [name for name in BACKENDS if importlib.util.find_spec(name)]
    if chosen is None and "keras" in sys.modules:
        chosen = sys.modules["keras"].backend.backend()
    if chosen is None:
        chosen = installed[0] if installed else "tensorflow"
    if chosen not in BACKENDS:
        raise InputError(
            f"KERAS_BACKEND is {chosen!r}; the models run on tensorflow or jax (TensorFlow "
            "Probability has no other). Set KERAS_BACKEND to one of these, or unset it."
        )
    missing = [name for name in NEEDED[chosen] if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError(
            f"Models need {', '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not "
            f'installed. Install the extra: pip install "tripod_dlib[{BACKENDS[chosen]}]".'
        )
    os.environ["KERAS_BACKEND"] = chosen
    with quiet_native_output():
        import keras

        keras.ops.zeros(())  # finds the devices, which prints too
        if chosen == "tensorflow":
            import tensorflow as tf

            tf.function(lambda: tf.zeros(()), jit_compile=True)()  # as does the first compilation
    if keras.config.backend() != chosen:
        raise InputError(
            f"KERAS_BACKEND is {chosen!r}, but Keras is already imported on "
            f"{keras.config.backend()!r}. Set it before anything imports Keras."
        )
    return chosen


@contextlib.contextmanager
def quiet_native_output() -> Iterator[None]:
    """Holds back what native code prints on standard error; shows it after an error.

    TensorFlow 2.21 prints start-up lines that its own environment variables do not silence.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(kept, held.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
