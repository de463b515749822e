"""disentanglement_lib's classes of models, for scripts that subclass them."""

from typing import TYPE_CHECKING

import gin

from tripod_dlib.compat import graph_code
from tripod_dlib.compat.graph_code import GraphCodeError, explained, refused
from tripod_dlib.models.families.dlib import FactorVAEFamily
from tripod_dlib.models.families.regularized_vae import RegularizedVAEFamily

if TYPE_CHECKING:
    import keras

# Methods that scripts override, each of which was graph code -> what takes their place.
OVERRIDDEN = {
    "model_fn": graph_code.MODEL_FN,
    "gaussian_encoder": graph_code.ENCODER,
    "decode": graph_code.DECODER,
    "sample_from_latent_distribution": graph_code.SAMPLE,
}


class GaussianEncoderModel:
    """The base of that library's models, whose methods were graph code: each says what to use."""

    model_fn = refused("model_fn", "self features labels mode params", OVERRIDDEN["model_fn"])
    gaussian_encoder = refused(
        "gaussian_encoder", "self input_tensor is_training", OVERRIDDEN["gaussian_encoder"]
    )
    decode = refused(
        "decode", "self latent_tensor observation_shape is_training", OVERRIDDEN["decode"]
    )
    sample_from_latent_distribution = refused(
        "sample_from_latent_distribution",
        "self z_mean z_logvar",
        OVERRIDDEN["sample_from_latent_distribution"],
    )


class BaseVAE(RegularizedVAEFamily, GaussianEncoderModel):
    """A variational autoencoder whose subclasses give a regularizer.

    A subclass needs no constructor of its own, or one that calls no other; `gin.configurable` makes
    it known, and `model.model = @Its_name()` trains it. Its regularizer takes and gives tensors, by
    `keras.ops` or, with the TensorFlow backend, TensorFlow's functions.

    Attributes:
      step: Updates made so far, a scalar; there while it trains.
    """

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.name = cls.__name__
        if "regularizer" in vars(cls):
            cls.regularizer = _with_words(cls.regularizer)

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)  # a record is frozen; a script's object was not

    def __call__(self, **sizes):
        for name, replacement in OVERRIDDEN.items():
            if getattr(type(self), name) is not getattr(GaussianEncoderModel, name):
                raise GraphCodeError(
                    f"{type(self).__name__}.{name} was graph code of TensorFlow 1 and is not "
                    f"called here; {replacement}."
                )
        return super().__call__(**sizes)


def _with_words(regularizer):
    def call(self, kl_loss, z_mean, z_logvar, z_sampled):
        try:
            return regularizer(self, kl_loss, z_mean, z_logvar, z_sampled)
        except Exception as error:  # the user's own code can raise anything
            raise explained(error) from error

    call.__doc__ = regularizer.__doc__
    return call


class BetaVAE(BaseVAE):
    """beta-VAE; gin's `vae`.

    Reference: Higgins et al., 2017.
    """

    def __init__(self, beta: float = gin.REQUIRED):
        """Takes the weight of the divergence."""
        self.beta = beta

    def regularizer(self, kl_loss, z_mean, z_logvar, z_sampled):
        return self.beta * kl_loss


class DIPVAE(BaseVAE):
    """DIP-VAE; gin's `dip_vae`.

    Reference: Kumar et al., 2018.
    """

    def __init__(
        self,
        lambda_od: float = gin.REQUIRED,
        lambda_d_factor: float = gin.REQUIRED,
        dip_type: str = "i",
    ):
        """Takes the weights off the diagonal, on it in units of that, and the kind."""
        self.lambda_od = lambda_od
        self.lambda_d_factor = lambda_d_factor
        self.dip_type = dip_type

    def regularizer(self, kl_loss, z_mean, z_logvar, z_sampled):
        from tripod_dlib.compat.vae_functions import regularize_diag_off_diag_dip
        from tripod_dlib.functional.gaussian import gaussian_posterior
        from tripod_dlib.functional.posterior_covariance import posterior_covariance

        covariance = posterior_covariance(gaussian_posterior(z_mean, z_logvar), self.dip_type)
        lambda_d = self.lambda_d_factor * self.lambda_od
        return kl_loss + regularize_diag_off_diag_dip(covariance, self.lambda_od, lambda_d)


class BetaTCVAE(BaseVAE):
    """beta-TCVAE; gin's `beta_tc_vae`.

    Reference: Chen et al., 2018.
    """

    def __init__(self, beta: float = gin.REQUIRED):
        """Takes the weight of the total correlation."""
        self.beta = beta

    def regularizer(
        self,
        kl_loss: "keras.KerasTensor",
        z_mean: "keras.KerasTensor",
        z_logvar: "keras.KerasTensor",
        z_sampled: "keras.KerasTensor",
    ) -> "keras.KerasTensor":
        from tripod_dlib.compat.vae_functions import total_correlation

        return kl_loss + (self.beta - 1.0) * total_correlation(z_sampled, z_mean, z_logvar)


class AnnealedVAE(BaseVAE):
    """Annealed VAE; gin's `annealed_vae`.

    Reference: Burgess et al., 2018.
    """

    def __init__(
        self,
        gamma: float = gin.REQUIRED,
        c_max: float = gin.REQUIRED,
        iteration_threshold: int = gin.REQUIRED,
    ):
        """Takes the weight, the largest capacity and the steps until it is reached."""
        self.gamma = gamma
        self.c_max = c_max
        self.iteration_threshold = iteration_threshold

    def regularizer(self, kl_loss, z_mean, z_logvar, z_sampled):
        from keras import ops

        from tripod_dlib.compat.vae_functions import anneal

        capacity = anneal(self.c_max, self.step, self.iteration_threshold)
        return self.gamma * ops.abs(kl_loss - capacity)


class FactorVAE:
    """FactorVAE; gin's `factor_vae`, whose record this gives: it has a discriminator."""

    def __new__(cls, gamma: float = gin.REQUIRED) -> FactorVAEFamily:
        """Takes the weight of the total correlation."""
        return FactorVAEFamily(gamma=gamma)
