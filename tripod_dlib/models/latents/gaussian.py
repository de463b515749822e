"""Latents of a Gaussian posterior."""

import keras
from keras import ops

from tripod_dlib.functional.probability import tfd
from tripod_dlib.models.latents.base import Latents


class Gaussian(Latents):
    """The encoder gives the mean and, through a softplus, the standard deviation; the prior is the
    standard normal. The mean is the representation.
    """

    has_prior = True
    num_streams = 1

    @staticmethod
    def outputs_per_latent(parameters):
        return 2

    def encode(self, vectors):
        z_mean, rho = ops.split(vectors, 2, axis=-1)
        return {"z_mean": z_mean, "z_std": ops.softplus(rho), "representation": z_mean}

    def draws(self, batch_size, seeds):
        return {"noise": keras.random.normal((batch_size, self.num_latents), seed=seeds(0))}

    def sample(self, outputs, draws):
        return outputs["z_mean"] + outputs["z_std"] * draws["noise"]

    def divergence(self, outputs):
        prior = tfd.Normal(ops.zeros_like(outputs["z_mean"]), ops.ones_like(outputs["z_std"]))
        return tfd.kl_divergence(tfd.Normal(outputs["z_mean"], outputs["z_std"]), prior)
