"""Latents of a Gaussian posterior whose logarithm of the variance the encoder gives."""

from keras import ops

from tripod_dlib.models.latents.gaussian import Gaussian

LARGEST_LOGVAR = 40.0  # beyond which densities leave float32


class GaussianLogvar(Gaussian):
    """The encoder gives means and logarithms of variances, as disentanglement_lib's do.

    Logarithms of variances are held within +-40, where disentanglement_lib's go on to infinity.
    """

    def encode(self, vectors):
        z_mean, z_logvar = ops.split(vectors, 2, axis=-1)
        z_logvar = ops.clip(z_logvar, -LARGEST_LOGVAR, LARGEST_LOGVAR)
        z_std = ops.exp(z_logvar / 2.0)
        return {
            "z_mean": z_mean,
            "z_logvar": z_logvar,
            "z_std": z_std,
            "representation": z_mean,
        }
