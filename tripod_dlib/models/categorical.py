"""Autoencoders with categorical latents."""

import keras
from keras import ops

from tripod_dlib.functional import density_ratio
from tripod_dlib.functional.categorical import annealed_temperature
from tripod_dlib.models.autoencoder import Autoencoder


class GumbelVAE(Autoencoder):
    """Latents by Gumbel-softmax, of a temperature that falls. Reference: Jang et al., 2017."""

    def sample(self, outputs, draws):
        return self.latents.sample(outputs, self.with_temperature(draws))

    def with_temperature(self, draws):
        """The draws, and the temperature of the present step."""
        rate, least = self.parameters.temperature_rate, self.parameters.least_temperature
        return {**draws, "temperature": annealed_temperature(self.step, rate, least)}

    def loss_terms(self, batch, outputs):
        kl = ops.mean(self.divergence(outputs), axis=-1)
        return {**super().loss_terms(batch, outputs), "kl": kl}


class FactorQVAE(GumbelVAE):
    """The same with a discriminator of the weights and of weights permuted latent by latent.

    The permuted ones are of the same batch, as in disentanglement_lib's FactorVAE, where the paper
    takes the other half of a batch twice as large.

    Reference: Baykal et al., 2024.
    """

    def draw(self, batch_size):
        shape = (batch_size, self.num_latents)
        draws = {"permutation": keras.random.uniform(shape, seed=self.seed_of_step(15))}
        return {**super().draw(batch_size), **draws}

    def loss_terms(self, batch, outputs):
        terms = super().loss_terms(batch, outputs)
        draws = outputs["draws"]
        weights = self.latents.assignment(outputs, self.with_temperature(draws))
        judged = self.held("discriminator", _flat(weights))
        terms["total_correlation"] = density_ratio.density_ratio(judged)
        real = ops.stop_gradient(weights)
        permuted = density_ratio.permute_latents(real, draws["permutation"])
        judge = self.networks["discriminator"]
        terms["discriminator"] = density_ratio.discriminator_loss(
            judge(_flat(real)), judge(_flat(permuted)), clip=False
        )
        return terms

    def optimizer_groups(self):
        variables = self.networks["discriminator"].trainable_variables
        return {"discriminator": (variables, {"clip_value": None})}


def _flat(weights):
    return ops.reshape(weights, (-1, weights.shape[1] * weights.shape[2]))
