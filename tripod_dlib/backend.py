"""The framework under Keras: chosen, checked and imported quietly."""

import contextlib
import importlib.util
import logging
import os
import sys
import tempfile
from collections.abc import Iterator

from tripod_dlib.cores import num_cores
from tripod_dlib.errors import InputError

BACKENDS = {"tensorflow": "tf", "jax": "jax"}  # Keras' name, and the extra that installs it
NEEDED = {
    "tensorflow": ("tensorflow", "keras", "tensorflow_probability", "tf_keras"),
    "jax": ("jax", "keras", "tensorflow_probability"),
}
MOST_CORES = 4  # up to which a core goes through a part of the batch alone
THREADS = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")  # a user's word, for TensorFlow
KERAS_LIMITS = ("KERAS_MAX_EPOCHS", "KERAS_MAX_STEPS_PER_EPOCH", "KERAS_NNX_ENABLED")

_own_process = False


def take_process() -> None:
    """Says that this process is a command of this package: `require_backend` then sets it up.

    TensorFlow's threads and Keras' defaults are settings of a whole process, so that only this
    package's commands make them. In a process of the user's they are left as they are. Pictures are
    drawn into files, whatever a notebook, whose environment its shell hands down, shows its own on.
    """
    global _own_process
    _own_process = True
    os.environ["MPLBACKEND"] = "agg"


def one_thread_per_operation() -> None:
    """Has TensorFlow carry out several operations at a time, each on one thread.

    On few cores that is faster than all threads in one operation: the networks then work on parts
    of a batch side by side (`functional.execution.side_by_side`). What the environment says is left
    as it is, as is all of it where there are more cores.

    Raises:
      RuntimeError: If TensorFlow has begun to compute: its threads are settled then.
    """
    cores = num_cores()
    if cores > MOST_CORES or set(THREADS) & set(os.environ):
        return
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(cores)


def require_backend() -> str:
    """Imports Keras on the backend in use, after checks that name what is missing.

    The backend is $KERAS_BACKEND, else TensorFlow, else JAX, whichever is installed. In a command's
    own process Keras starts with its own defaults, whatever `keras.json` says.

    Returns:
      backend: "tensorflow" or "jax".

    Raises:
      InputError: If the backend is another one or is not installed, or Python runs without
        docstrings.
    """
    chosen = _chosen()
    missing = [name for name in NEEDED[chosen] if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError(
            f"Models need {', '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not "
            f'installed. Install the extra: pip install "tripod_dlib[{BACKENDS[chosen]}]".'
        )
    if chosen == "tensorflow" and sys.flags.optimize > 1:
        raise InputError(
            "Python runs without docstrings (-OO, or PYTHONOPTIMIZE=2), and TensorFlow's packages "
            "change theirs when they are imported: use -O at most."
        )
    os.environ["KERAS_BACKEND"] = chosen
    with quiet_native_output():
        with keras_defaults() if _own_process else contextlib.nullcontext():
            import keras

        if _own_process and chosen == "tensorflow":
            with contextlib.suppress(RuntimeError):
                one_thread_per_operation()
        keras.ops.zeros(())  # finds the devices, which prints too
        if chosen == "tensorflow":
            import tensorflow as tf

            # as do the first compilation, and the first of an einsum
            tf.function(lambda x: tf.einsum("ij,ij->i", x, x), jit_compile=True)(tf.zeros((1, 1)))
            logging.getLogger("tensorflow").addFilter(_concerns_a_user)
    if keras.config.backend() != chosen:
        raise InputError(
            f"KERAS_BACKEND is {chosen!r}, but Keras is already imported on "
            f"{keras.config.backend()!r}. Set it before anything imports Keras."
        )
    return chosen


def _concerns_a_user(record: logging.LogRecord) -> bool:
    """Whether a message is shown: not the one on Keras' own functions, made anew for each model.

    TensorFlow takes those of the fifth model in a process for one that is traced again and again.
    """
    message = record.getMessage()
    return not ("TensorFlowTrainer" in message and "triggered tf.function retracing" in message)


def accelerator() -> str | None:
    """The name of the first device beside the processor, of the backend in use; None if none."""
    if _chosen() == "jax":
        import jax

        device = jax.devices()[0]
        return None if device.platform == "cpu" else device.device_kind
    import tensorflow as tf

    devices = tf.config.list_physical_devices("GPU")
    if not devices:
        return None
    return tf.config.experimental.get_device_details(devices[0]).get("device_name", "GPU")


def _chosen() -> str:
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
    return chosen


@contextlib.contextmanager
def keras_defaults() -> Iterator[None]:
    """Hides settings of other work from a Keras that is imported within: precision, place of the
    channels and epsilon of `keras.json`, and limits on training from the environment."""
    for name in KERAS_LIMITS:
        os.environ.pop(name, None)
    home = os.environ.get("KERAS_HOME")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KERAS_HOME"] = folder
        try:
            yield
        finally:
            del os.environ["KERAS_HOME"]
            if home is not None:
                os.environ["KERAS_HOME"] = home


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
