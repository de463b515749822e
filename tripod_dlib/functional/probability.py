"""The distributions of TensorFlow Probability that fit the Keras backend in use."""

import keras

if keras.backend.backend() == "jax":
    import jax

    if not hasattr(jax.interpreters.xla, "pytype_aval_mappings"):  # gone from jax 0.7 on
        jax.interpreters.xla.pytype_aval_mappings = jax._src.core.pytype_aval_mappings
    from tensorflow_probability.substrates.jax import distributions as tfd
else:
    from tensorflow_probability import distributions as tfd

__all__ = ["tfd"]
