"""Families that look at where the latents of a batch lie."""

from tripod_dlib.allowed import NonNegativeFloat, PositiveInt
from tripod_dlib.models.families.dlib import DlibFamily
from tripod_dlib.models.family import Family, family


@family("hfs_vae")
class HFSVAEFamily(DlibFamily):
    """A variational autoencoder whose latents' values occur in all combinations.

    Attributes:
      gamma: Weight of the distance of pairs' supports to their factorized hulls.
      beta: Weight of the divergence from the prior; 0 in the paper's plain form.
      num_pairs: Pairs of latents at a step, drawn without replacement.

    Reference: Roth et al., 2023.
    """

    builds = "tripod_dlib.models.supports:HFSVAE"

    gamma: NonNegativeFloat
    beta: NonNegativeFloat = 0.0
    num_pairs: PositiveInt = 25

    def term_weights(self):
        return {"kl": self.beta, "hfs": self.gamma}


@family("cliff_autoencoder")
class CliffFamily(Family):
    """Cliff, known second-hand: its figures are not to be compared with the paper's.

    Attributes:
      entropy_weight: Weight of how widely a latent's density changes.
      divergence_weight: Weight of how much that depends on another latent.
      collapse_weight: Weight of each density's divergence from the uniform one.

    Reference: 2511.20927, by a summary; see `functional.cliff`.
    """

    builds = "tripod_dlib.models.supports:CliffAutoencoder"

    entropy_weight: NonNegativeFloat = 1e-2
    divergence_weight: NonNegativeFloat = 1e-2
    collapse_weight: NonNegativeFloat = 1e-2

    def term_weights(self):
        return {
            "entropy": self.entropy_weight,
            "divergence": self.divergence_weight,
            "collapse": self.collapse_weight,
        }
