"""Seeds of random draws as a pure function of the model's seed and of the step."""

import keras
from keras import ops

NUM_STREAMS = 16


class StepSeeds:
    """One seed generator for each stream of draws; the streams of a step are independent.

    Not tracked by Keras: the step is all the state there is.
    """

    def __init__(self, seed: int, step: keras.Variable):
        """Takes the model's seed and the variable that counts its updates."""
        self._of_streams = [_StepSeed(seed, stream, step) for stream in range(NUM_STREAMS)]

    def __call__(self, stream: int) -> keras.random.SeedGenerator:
        """The seed generator of one draw of the present step."""
        return self._of_streams[stream]


class _StepSeed(keras.random.SeedGenerator):
    """Hands out one seed made from (seed, stream, step)."""

    def __init__(self, seed: int, stream: int, step: keras.Variable):
        self._first = (seed * NUM_STREAMS + stream) % 2**32
        self._step = step
        super().__init__(self._first, name=f"stream_{stream}")

    def next(self, ordered: bool = True) -> keras.KerasTensor:
        first = ops.convert_to_tensor(self._first, dtype="uint32")
        return ops.stack([first, ops.cast(self._step, "uint32")])
