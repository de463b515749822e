"""TensorFlow Probability under JAX, and how long it needs help to be imported."""

import subprocess
import sys

import keras
import pytest

from tripod_dlib.functional.probability import tfd


def test_the_standard_normal_s_density_at_0_is_half_the_logarithm_of_2_pi_below_0():
    assert float(tfd.Normal(0.0, 1.0).log_prob(0.0)) == pytest.approx(-0.9189385332)


@pytest.mark.skipif(keras.backend.backend() != "jax", reason="is about JAX")
def test_the_line_that_helps_the_import_is_used_just_as_long_as_it_is_needed():
    """With JAX 0.6 the substrate imports by itself. From 0.7 on it must fail by itself; when this
    fails there, TensorFlow Probability has caught up and the guarded line can go."""
    import jax

    code = "import tensorflow_probability.substrates.jax"
    alone = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (alone.returncode == 0) == (jax.__version_info__ < (0, 7)), alone.stderr[-500:]
