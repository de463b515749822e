"""Every test starts with gin clear and leaves NumPy's global generator as it found it."""

import gin
import numpy as np
import pytest

from tripod_dlib.backend import one_thread_per_operation

one_thread_per_operation()  # as the commands do, before anything imports TensorFlow


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
