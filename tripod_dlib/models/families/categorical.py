"""Families with categorical latents."""

from tripod_dlib.allowed import NonNegativeFloat, PositiveFloat
from tripod_dlib.models.dlib_names import build_discriminator
from tripod_dlib.models.families.tripod import NumValues
from tripod_dlib.models.family import Family, family


@family("gumbel_vae")
class GumbelVAEFamily(Family):
    """A variational autoencoder with categorical latents by Gumbel-softmax.

    Attributes:
      kl_weight: Weight of the divergence from the uniform distribution, a mean over latents.
      num_values_per_latent: Values of each latent; their scalars are shared by all latents.
      temperature_rate: The temperature is exp(-rate * step).
      least_temperature: At which it stays.
      straight_through: Whether training decodes the value of the largest weight alone, with the
        gradient of the weights, in place of the mean of all values by their weights.

    Reference: Jang et al., 2017; Baykal et al., 2024, as a baseline.
    """

    builds = "tripod_dlib.models.categorical:GumbelVAE"
    latents = "categorical"

    kl_weight: NonNegativeFloat = 5e-3
    num_values_per_latent: NumValues = 64
    temperature_rate: NonNegativeFloat = 1e-5
    least_temperature: PositiveFloat = 0.5
    straight_through: bool = False

    def term_weights(self):
        return {"kl": self.kl_weight}


@family("factor_qvae")
class FactorQVAEFamily(GumbelVAEFamily):
    """Soft assignment to a shared codebook, and a discriminator of the latents' independence.

    Attributes:
      gamma: Weight of the total correlation that the discriminator estimates.

    Reference: Baykal et al., 2024.
    """

    builds = "tripod_dlib.models.categorical:FactorQVAE"
    latents = "soft_codebook"

    kl_weight: NonNegativeFloat = 1e-3
    gamma: NonNegativeFloat = 1e-4
    temperature_rate: NonNegativeFloat = 2e-5
    least_temperature: PositiveFloat = 0.1

    def term_weights(self):
        return {
            **super().term_weights(),
            "total_correlation": self.gamma,
            "discriminator": 1.0,
        }

    def networks(self, image_shape, num_inputs, num_outputs):
        networks = super().networks(image_shape, num_inputs, num_outputs)
        judged = num_inputs * self.num_values_per_latent
        return {**networks, "discriminator": build_discriminator(judged)}
