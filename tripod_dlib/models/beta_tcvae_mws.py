"""beta-TCVAE with minibatch-weighted sampling."""

import math

import keras
from keras import ops

from tripod_dlib.functional.probability import tfd
from tripod_dlib.functional.total_correlation import decomposed_kl
from tripod_dlib.models.autoencoder import Autoencoder


@keras.saving.register_keras_serializable(package="tripod_dlib")
class BetaTCVAE(Autoencoder):
    """A variational autoencoder whose total correlation has a weight of its own.

    The encoder gives the mean and, through a softplus, the standard deviation of a Gaussian
    posterior; the mean is the representation. All terms are in nats per pixel and channel, like
    the reconstruction.

    Reference: Chen et al., 2018; Hsu et al., 2024, appendix B.
    """

    has_prior = True

    def __init__(
        self,
        encoder: keras.layers.Layer,
        decoder: keras.layers.Layer,
        dataset_size: int = 1,
        tc_weight: float = 1.0,
        **kwargs,
    ):
        """Takes the networks and the weight.

        Args:
          encoder: See `Autoencoder`; gives 2 num_latents numbers.
          decoder: See `Autoencoder`.
          dataset_size: Images in the dataset.
          tc_weight: Weight of the total correlation; mutual information and dimension-wise
            divergence have weight 1.
          **kwargs: Those of `Autoencoder`.
        """
        terms = ("total_correlation", "mutual_information", "dimensionwise_kl")
        super().__init__(encoder, decoder, terms=terms, **kwargs)
        self.dataset_size = dataset_size
        self.tc_weight = tc_weight

    def encode(self, images):
        encoded = super().encode(images)["representation"]
        z_mean, rho = ops.split(encoded, 2, axis=-1)
        return {"z_mean": z_mean, "z_std": ops.softplus(rho), "representation": z_mean}

    def divergence(self, outputs):
        prior = tfd.Normal(ops.zeros_like(outputs["z_mean"]), ops.ones_like(outputs["z_std"]))
        return tfd.kl_divergence(tfd.Normal(outputs["z_mean"], outputs["z_std"]), prior)

    def draw(self, batch_size):
        shape = (batch_size, self.num_latents)
        return {"noise": keras.random.normal(shape, seed=self.seed_of_step(0))}

    def sample(self, outputs, draws):
        return outputs["z_mean"] + outputs["z_std"] * draws["noise"]

    def loss_terms(self, images, outputs, draws):
        terms = super().loss_terms(images, outputs, draws)
        kl = decomposed_kl(
            outputs["latents"], outputs["z_mean"], outputs["z_std"], self.dataset_size
        )
        num_dimensions = math.prod(self.image_shape)
        return {**terms, **{name: value / num_dimensions for name, value in kl.items()}}

    def term_weights(self):
        return {
            **super().term_weights(),
            "total_correlation": self.tc_weight,
            "mutual_information": 1.0,
            "dimensionwise_kl": 1.0,
        }

    def get_config(self):
        return {
            **super().get_config(),
            "dataset_size": self.dataset_size,
            "tc_weight": self.tc_weight,
        }
