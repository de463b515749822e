"""A variational autoencoder whose regularizer is a method of its record."""

from typing import TYPE_CHECKING

from tripod_dlib.models.families.dlib import DlibFamily
from tripod_dlib.models.family import family

if TYPE_CHECKING:
    import keras


@family("regularized_vae")
class RegularizedVAEFamily(DlibFamily):
    """A variational autoencoder whose regularizer a subclass gives by a method; as it is, a VAE.

    The loss is the reconstruction's plus the regularizer. A saved model is one of this family,
    whatever subclass trained it: its networks are all that is needed to encode and decode.
    """

    builds = "tripod_dlib.models.regularized_vae:RegularizedVAE"

    def term_weights(self):
        return {"kl": 0.0, "regularizer": 1.0}

    def regularizer(
        self,
        kl_loss: "keras.KerasTensor",
        z_mean: "keras.KerasTensor",
        z_logvar: "keras.KerasTensor",
        z_sampled: "keras.KerasTensor",
    ) -> "keras.KerasTensor":
        """What is added to the reconstruction's loss.

        Args:
          kl_loss: Divergence of the posterior from the prior in nats, the mean over the batch.
          z_mean, z_logvar: float (batch, num_latents), the posterior.
          z_sampled: float (batch, num_latents), a sample of it.

        Returns:
          regularizer: A scalar, or one value an image.
        """
        del z_mean, z_logvar, z_sampled
        return kl_loss

    def __call__(self, **sizes):
        self.__post_init__()  # again: a subclass's own constructor may not have called this one
        return super().__call__(**sizes)
