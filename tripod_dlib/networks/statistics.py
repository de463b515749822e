"""Small networks of pairs of numbers."""

import keras
from keras import layers, ops

UNITS = 20


@keras.saving.register_keras_serializable(package="tripod_dlib")
class PairStatistics(layers.Layer):
    """A network of one hidden layer (20, ELU) for each pair of a factor and a latent.

    Reference: Belghazi et al., 2018; Locatello et al., 2020 (few labels).
    """

    def __init__(
        self,
        num_factors: int,
        num_latents: int,
        name: str = "statistics",
        dtype: str = "float32",
        **kwargs,
    ):
        """Creates the weights, of all pairs side by side."""
        super().__init__(name=name, dtype=dtype, **kwargs)
        self.num_factors = num_factors
        self.num_latents = num_latents
        shape = (num_factors, num_latents, UNITS)
        limit = (6.0 / (1 + UNITS)) ** 0.5
        uniform = keras.initializers.RandomUniform(-limit, limit)

        def weight(shape, initializer, name):
            return self.add_weight(shape=shape, initializer=initializer, name=name)

        self.of_latents = weight(shape, uniform, "of_latents")
        self.of_labels = weight(shape, uniform, "of_labels")
        self.hidden_bias = weight(shape, "zeros", "hidden_bias")
        self.outputs = weight(shape, uniform, "outputs")
        self.built = True

    def call(self, z, labels):
        """The statistics at pairs: (batch, num_latents), (batch, num_factors) to (batch,
        num_factors, num_latents)."""
        hidden = z[:, None, :, None] * self.of_latents + self.hidden_bias
        hidden = ops.elu(hidden + labels[:, :, None, None] * self.of_labels)
        return ops.sum(hidden * self.outputs, axis=-1)
