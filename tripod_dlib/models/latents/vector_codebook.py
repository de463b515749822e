"""Latents that are vectors, each the nearest of one learned codebook of all."""

import keras
import numpy as np
from keras import ops

from tripod_dlib.functional.codebook import nearest_vectors
from tripod_dlib.functional.quantization import straight_through
from tripod_dlib.models.latents.base import Latents


class VectorCodebook(Latents):
    """Each latent is a vector, the nearest of `num_values_per_latent` learned ones that all latents
    share; the representation is its index.

    Reference: van den Oord et al., 2017; Hsu et al., 2023, as a baseline.
    """

    def __init__(self, parameters, num_latents):
        super().__init__(parameters, num_latents)
        self.num_values_per_latent = parameters.num_values_per_latent
        self.num_dimensions = parameters.num_dimensions

    @staticmethod
    def outputs_per_latent(parameters):
        return parameters.num_dimensions

    @staticmethod
    def inputs_per_latent(parameters):
        return parameters.num_dimensions

    def build(self, vectors_shape):
        limit = (3.0 / self.num_dimensions) ** 0.5
        self.codebook = self.add_weight(
            shape=(self.num_values_per_latent, self.num_dimensions),
            initializer=keras.initializers.RandomUniform(-limit, limit),
            name="codebook",
        )

    def encode(self, vectors):
        z_continuous = ops.reshape(vectors, (-1, self.num_latents, self.num_dimensions))
        z_nearest, indices = nearest_vectors(z_continuous, self.codebook)
        return {
            "z_continuous": z_continuous,
            "z_nearest": z_nearest,  # with the codebook's gradient
            "z_quantized": straight_through(z_continuous, z_nearest),
            "representation": ops.cast(indices, "float32"),
        }

    def sample(self, outputs, draws):
        return self._flat(outputs["z_quantized"])

    def embed(self, representation):
        indices = ops.cast(ops.round(representation), "int32")
        return self._flat(ops.take(self.codebook, indices, axis=0))

    def _flat(self, vectors):
        return ops.reshape(vectors, (-1, self.num_latents * self.num_dimensions))

    def values(self):
        indices = np.arange(self.num_values_per_latent, dtype=float)
        return np.broadcast_to(indices, (self.num_latents, len(indices)))
