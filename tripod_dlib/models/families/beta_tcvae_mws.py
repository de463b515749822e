"""beta-TCVAE, minibatch-weighted."""

from tripod_dlib.allowed import NonNegativeFloat
from tripod_dlib.models.family import Family, family


@family("beta_tcvae_mws")
class BetaTCVAEFamily(Family):
    """A variational autoencoder whose total correlation has a weight of its own.

    Attributes:
      tc_weight: Weight of the total correlation; mutual information and dimension-wise divergence
        have weight 1.

    Reference: Chen et al., 2018; Hsu et al., 2024, appendix B.
    """

    builds = "tripod_dlib.models.beta_tcvae_mws:BetaTCVAE"
    latents = "gaussian"

    tc_weight: NonNegativeFloat

    def term_weights(self):
        return {
            "total_correlation": self.tc_weight,
            "mutual_information": 1.0,
            "dimensionwise_kl": 1.0,
        }
