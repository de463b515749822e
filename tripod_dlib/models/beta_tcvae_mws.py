"""beta-TCVAE with minibatch-weighted sampling."""

import math

from tripod_dlib.functional.total_correlation import decomposed_kl
from tripod_dlib.models.autoencoder import Autoencoder
from tripod_dlib.models.saving import constructor_arguments


class BetaTCVAE(Autoencoder):
    """A variational autoencoder whose total correlation has a weight of its own.

    All terms are in nats per pixel and channel, like the reconstruction.

    Reference: Chen et al., 2018; Hsu et al., 2024, appendix B.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **constructor_arguments("beta_tcvae_mws", kwargs))

    def loss_terms(self, batch, outputs):
        terms = super().loss_terms(batch, outputs)
        kl = decomposed_kl(
            outputs["latents"], outputs["z_mean"], outputs["z_std"], self.dataset_size
        )
        num_dimensions = math.prod(self.image_shape)
        return {**terms, **{name: value / num_dimensions for name, value in kl.items()}}
