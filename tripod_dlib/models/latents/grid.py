"""Finite scalar quantization."""

import numpy as np
from keras import ops

from tripod_dlib.functional.quantization import quantize
from tripod_dlib.models.latents.base import Latents


class Grid(Latents):
    """Each latent takes `num_values_per_latent` equally spaced values in [-1, 1].

    Reference: Hsu et al., 2024, Eq. 10.
    """

    def __init__(self, parameters, num_latents):
        super().__init__(parameters, num_latents)
        self.num_values_per_latent = parameters.num_values_per_latent

    def encode(self, vectors):
        z_continuous = ops.tanh(vectors)
        z_quantized = quantize(z_continuous, self.num_values_per_latent)
        return {
            "z_continuous": z_continuous,
            "z_quantized": z_quantized,
            "representation": z_quantized,
        }

    def values(self):
        grid = np.linspace(-1.0, 1.0, self.num_values_per_latent)
        return np.broadcast_to(grid, (self.num_latents, len(grid)))
