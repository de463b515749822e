"""Latents that take the nearest of learned values, each latent of its own."""

import numpy as np
from keras import ops

from tripod_dlib.functional.codebook import nearest_scalars
from tripod_dlib.functional.quantization import straight_through
from tripod_dlib.models.latents.base import Latents

LARGEST_AT_START = 0.5


class Codebook(Latents):
    """Each latent takes the nearest of `num_values_per_latent` learned values, which start equally
    spaced in [-0.5, 0.5]; the encoder's vector is not bounded.

    Reference: Hsu et al., 2023, section 3.
    """

    def __init__(self, parameters, num_latents):
        super().__init__(parameters, num_latents)
        self.num_values_per_latent = parameters.num_values_per_latent

    def build(self, vectors_shape):
        shape = (self.num_latents, self.num_values_per_latent)
        start = np.linspace(-LARGEST_AT_START, LARGEST_AT_START, shape[1])
        self.codebooks = self.add_weight(
            shape=shape,
            initializer=lambda shape, dtype: ops.cast(np.broadcast_to(start, shape), dtype),
            name="codebooks",
        )

    def encode(self, vectors):
        z_nearest, _ = nearest_scalars(vectors, self.codebooks)
        z_quantized = straight_through(vectors, z_nearest)
        return {
            "z_continuous": vectors,
            "z_nearest": z_nearest,  # with the codebooks' gradient
            "z_quantized": z_quantized,
            "representation": z_quantized,
        }

    def values(self):
        return np.sort(ops.convert_to_numpy(self.codebooks), axis=1)
