"""The distributions of TensorFlow Probability that fit the Keras backend in use."""

import warnings

import keras

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it reads names that others will drop
    if keras.backend.backend() == "jax":
        import jax

        if jax.__version_info__ >= (0, 7):  # which TensorFlow Probability 0.25 does not know
            jax.interpreters.xla.pytype_aval_mappings = jax._src.core.pytype_aval_mappings
        from tensorflow_probability.substrates.jax import distributions as tfd
    else:
        from tensorflow_probability import distributions as tfd

__all__ = ["tfd"]
