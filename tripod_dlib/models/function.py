"""A function of a model's present weights, compiled on either backend and applied to arrays."""

from collections.abc import Callable

import keras
import numpy as np

from tripod_dlib.models.precision import PRECISION

CHUNK = 250


class ModelFunction(keras.Model):
    """Such a function as a model of its own, which is how Keras compiles it on either backend."""

    def __init__(self, model: keras.Model, function: Callable, name: str):
        """Takes the function; later changes of the weights are seen.

        Args:
          model: Whose weights it uses.
          function: Tensors, or dictionaries of them, to such.
          name: For Keras.
        """
        super().__init__(name=name, dtype=PRECISION)
        self.wrapped = model
        self._function = function
        self.compile(jit_compile=keras.backend.backend() == "jax")

    def call(self, inputs):
        return self._function(inputs)

    def on_chunks(self, array: np.ndarray) -> np.ndarray:
        """Applies the function to equal chunks of rows; the last is padded, so nothing recompiles.

        Args:
          array: (num, ...); of no rows, a chunk of zeros says the outputs' shape.

        Returns:
          outputs: float32 (num, ...).
        """
        outputs, size = [], _chunk()
        for start in range(0, max(len(array), 1), size):
            chunk = array[start : start + size]
            padding = [(0, size - len(chunk))] + [(0, 0)] * (array.ndim - 1)
            outputs.append(self.predict_on_batch(np.pad(chunk, padding))[: len(chunk)])
        return np.concatenate(outputs).astype(np.float32, copy=False)


def _chunk() -> int:
    """Rows at a time: as many for each device, where work is divided among several."""
    if keras.distribution.distribution() is None:
        return CHUNK
    return CHUNK + -CHUNK % len(keras.distribution.list_devices())
