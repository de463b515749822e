"""Latents that take one of several values by a relaxed draw."""

import keras
import numpy as np
from keras import ops

from tripod_dlib.functional.categorical import (
    codebook_logits,
    expected_value,
    gumbel,
    gumbel_softmax,
    hard_sample,
    uniform_kl,
)
from tripod_dlib.models.latents.base import Latents


class Categorical(Latents):
    """Each latent is a categorical variable whose logits the encoder gives; decoded is the scalar
    of its value, in training the mean of all values by Gumbel-softmax weights, or the value of the
    largest weight with their gradient (`straight_through`). The representation is the index of the
    likeliest value; the prior is uniform.

    Reference: Jang et al., 2017.
    """

    has_prior = True
    num_streams = 1

    def __init__(self, parameters, num_latents):
        super().__init__(parameters, num_latents)
        self.num_values_per_latent = parameters.num_values_per_latent
        self.straight_through = parameters.straight_through

    @staticmethod
    def outputs_per_latent(parameters):
        return parameters.num_values_per_latent

    def build(self, vectors_shape):
        self.codebook = self.add_weight(
            shape=(self.num_values_per_latent,),
            initializer=keras.initializers.RandomNormal(stddev=1.0),
            name="codebook",
        )

    def logits(self, vectors):
        """(batch, num_latents, num_values), unnormalized."""
        return ops.reshape(vectors, (-1, self.num_latents, self.num_values_per_latent))

    def encode(self, vectors):
        logits = self.logits(vectors)
        likeliest = ops.argmax(logits, axis=-1)
        return {"z_logits": logits, "representation": ops.cast(likeliest, "float32")}

    def draws(self, batch_size, seeds):
        shape = (batch_size, self.num_latents, self.num_values_per_latent)
        return {"uniform": keras.random.uniform(shape, seed=seeds(0))}

    def assignment(self, outputs, draws):
        """Gumbel-softmax weights of the values; `draws` holds "temperature" beside the noise."""
        noise = gumbel(draws["uniform"])
        return gumbel_softmax(outputs["z_logits"], noise, draws["temperature"])

    def sample(self, outputs, draws):
        weights = self.assignment(outputs, draws)
        if self.straight_through:
            weights = hard_sample(weights)
        return expected_value(weights, self.codebook)

    def embed(self, representation):
        indices = ops.cast(ops.round(representation), "int32")
        return ops.take(self.codebook, indices, axis=0)

    def divergence(self, outputs):
        return uniform_kl(outputs["z_logits"])

    def values(self):
        indices = np.arange(self.num_values_per_latent, dtype=float)
        return np.broadcast_to(indices, (self.num_latents, len(indices)))


class SoftCodebook(Categorical):
    """The encoder gives a number for each latent; its logits are minus the squared distances to the
    values of a learned codebook that all latents share.

    Reference: Baykal et al., 2024.
    """

    @staticmethod
    def outputs_per_latent(parameters):
        return 1

    def logits(self, vectors):
        return codebook_logits(vectors, self.codebook)
