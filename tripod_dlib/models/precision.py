"""Models are float32, whatever Keras is set to for other work in the same process."""

import keras

from tripod_dlib.errors import InputError

PRECISION = "float32"  # the policy of models, latents and functions; networks have their own


def require_precision() -> None:
    """Refuses another default of Keras for tensors without a type, such as its draws.

    Raises:
      InputError: With what to do.
    """
    if keras.config.floatx() != PRECISION:
        raise InputError(
            f"Keras makes {keras.config.floatx()} numbers where none are named (keras.json, or "
            "keras.config.set_floatx), and these models are float32. Call "
            "keras.config.set_floatx('float32') before a model is made or loaded."
        )
