"""disentanglement_lib's variational autoencoders, under its names and with its parameters.

All terms are sums over an image's pixels and over latents, in nats. On disentanglement_lib's
networks by `networks.architecture = 'disentanglement_lib'`, on Tripod's else.

Reference: Locatello et al., 2019.
"""

import dataclasses
from typing import ClassVar, Literal

from tripod_dlib.allowed import NonNegativeFloat, PositiveInt
from tripod_dlib.errors import InputError
from tripod_dlib.models.dlib_names import build_discriminator, reconstruction_loss
from tripod_dlib.models.family import Family, family

WITH_ACTIVATION = ("bernoulli", "bernoulli_minus_entropy", "l2")


@dataclasses.dataclass(frozen=True, kw_only=True)
class DlibFamily(Family):
    """What disentanglement_lib's families have in common.

    Attributes:
      reconstruction: "bernoulli" (cross-entropy), "bernoulli_minus_entropy" (less the images' own
        entropy) or "l2" (squared differences), sums over pixels; or another of
        `slots.reconstructions`, such as "bce", a mean. None: as `reconstruction_loss.loss_fn` says,
        else "bernoulli".
      activation: What the decoder gives: "logits" or "tanh". None: as
        `reconstruction_loss.activation` says, else "logits".
    """

    latents = "gaussian_logvar"
    optimizer: ClassVar[dict] = {"learning_rate": 1e-4, "clip_value": None}
    reconstruction: str | None = None
    activation: Literal["logits", "tanh"] | None = None

    def __post_init__(self):
        for name, value in reconstruction_loss().items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)
        super().__post_init__()
        if self.activation == "tanh" and self.reconstruction not in WITH_ACTIVATION:
            raise InputError(
                f"{self.name}.activation = 'tanh' goes with {', '.join(WITH_ACTIVATION)}; "
                f"{self.name}.reconstruction is {self.reconstruction!r}."
            )


@family("vae")
class VAEFamily(DlibFamily):
    """beta-VAE.

    Attributes:
      beta: Weight of the divergence from the prior.

    Reference: Higgins et al., 2017.
    """

    builds = "tripod_dlib.models.dlib:DlibVAE"

    beta: NonNegativeFloat

    def term_weights(self):
        return {"kl": self.beta}


@family("beta_vae")
class BetaVAEFamily(VAEFamily):
    """`vae` under its usual name."""


@family("annealed_vae")
class AnnealedVAEFamily(DlibFamily):
    """A variational autoencoder whose divergence is held at a capacity that grows.

    Attributes:
      gamma: Weight of the distance between divergence and capacity.
      c_max: Capacity at the end, in nats.
      iteration_threshold: Steps over which the capacity grows from 0.

    Reference: Burgess et al., 2018.
    """

    builds = "tripod_dlib.models.dlib:AnnealedVAE"

    gamma: NonNegativeFloat
    c_max: NonNegativeFloat
    iteration_threshold: PositiveInt

    def term_weights(self):
        return {"kl": 0.0, "capacity_gap": self.gamma}


@family("factor_vae")
class FactorVAEFamily(DlibFamily):
    """A variational autoencoder whose total correlation a discriminator estimates.

    The discriminator has an optimizer of its own, `discriminator/optimizer`.

    Attributes:
      gamma: Weight of the total correlation.

    Reference: Kim & Mnih, 2018.
    """

    builds = "tripod_dlib.models.dlib:FactorVAE"

    gamma: NonNegativeFloat

    def term_weights(self):
        return {"kl": 1.0, "total_correlation": self.gamma, "discriminator": 1.0}

    def networks(self, image_shape, num_inputs, num_outputs):
        networks = super().networks(image_shape, num_inputs, num_outputs)
        return {**networks, "discriminator": build_discriminator(num_inputs)}


@family("dip_vae")
class DIPVAEFamily(DlibFamily):
    """A variational autoencoder whose latents' covariance is drawn to the identity.

    Attributes:
      lambda_od: Weight of the squared entries off the diagonal.
      lambda_d_factor: Weight of the diagonal's squared distance from 1, in units of `lambda_od`.
      dip_type: "i" (covariance of the means) or "ii" (of the sampled latents).

    Reference: Kumar et al., 2018.
    """

    builds = "tripod_dlib.models.dlib:DIPVAE"
    lambda_od: NonNegativeFloat
    lambda_d_factor: NonNegativeFloat
    dip_type: Literal["i", "ii"] = "i"

    def term_weights(self):
        return {
            "kl": 1.0,
            "off_diagonal": self.lambda_od,
            "diagonal": self.lambda_od * self.lambda_d_factor,
        }


@family("beta_tc_vae")
class BetaTCVAEFamily(DlibFamily):
    """A variational autoencoder whose total correlation, estimated from the batch, has a weight.

    Attributes:
      beta: Weight of the total correlation; of the rest of the divergence it is 1.

    Reference: Chen et al., 2018.
    """

    builds = "tripod_dlib.models.dlib:DlibBetaTCVAE"

    beta: NonNegativeFloat

    def term_weights(self):
        return {"kl": 1.0, "total_correlation": self.beta - 1.0}
