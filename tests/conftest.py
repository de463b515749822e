"""Every test starts with gin clear and leaves NumPy's global generator as it found it."""

import sys

import gin
import numpy as np
import pytest

from tripod_dlib.backend import one_thread_per_operation

pytest.register_assert_rewrite("models.contract")


def pytest_collection_modifyitems(items):
    """Files with slow tests come first, so that at the end no process works on one alone.

    Every process must name its tests alike, which an object's address in a name prevents.
    """
    changing = [item.nodeid for item in items if " at 0x" in item.nodeid]
    if changing:
        raise pytest.UsageError(f"names of tests that differ between processes: {changing}")
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish():
    """Threads as in the commands; tests without TensorFlow stay so.

    A run in this process and one of a command's own are equal to the bit on equal threads alone.
    """
    if "tensorflow" in sys.modules:
        one_thread_per_operation()  # raises if a test module computes while it is imported


@pytest.fixture
def say_threads(monkeypatch):
    """Has TensorFlow, where it is the backend, say that it was given these threads."""

    def say(within: int, at_a_time: int) -> None:
        if "tensorflow" in sys.modules:
            threads = sys.modules["tensorflow"].config.threading
            monkeypatch.setattr(threads, "get_intra_op_parallelism_threads", lambda: within)
            monkeypatch.setattr(threads, "get_inter_op_parallelism_threads", lambda: at_a_time)

    return say


@pytest.fixture(autouse=True)
def clear_gin():
    """gin's configuration is global: none leaks from one test into another."""
    gin.clear_config()
    yield
    gin.clear_config()


@pytest.fixture(autouse=True)
def restore_global_generator():
    """NumPy's global generator is moved by disentanglement_lib's boosting and by Keras' seeding."""
    state = np.random.get_state()
    yield
    np.random.set_state(state)
