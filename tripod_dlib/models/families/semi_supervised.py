"""disentanglement_lib's semi-supervised families: its autoencoders with a few labelled images."""

import dataclasses
from typing import Annotated, Literal

from tripod_dlib.allowed import (
    BinCount,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    Probability,
    Range,
)
from tripod_dlib.errors import InputError
from tripod_dlib.models.dlib_labels import settings_of_labels
from tripod_dlib.models.dlib_names import build_discriminator
from tripod_dlib.models.families.dlib import DlibFamily
from tripod_dlib.models.family import family

Share = Annotated[float, Range(low=0, high=1, excluded=(0,))]


@dataclasses.dataclass(frozen=True, kw_only=True)
class SupervisedFamily(DlibFamily):
    """What they have in common.

    A None is what `supervised_loss`, `annealer` or `labeller` says, disentanglement_lib's names.

    Attributes:
      gamma_sup: Weight of the supervised loss.
      supervision: "l2" (of a trained scale), "sigmoid_l2", "xent", "cov" or "embed". None: as
        `supervised_loss.loss_fn` says, else "xent".
      annealer: "fixed"; "anneal", the weight grows from 0 over `iteration_threshold` steps;
        "fine_tune", it is 0 until then. None: as `annealer.anneal_fn` says, else "fixed".
      iteration_threshold: Steps. None: `annealer.iteration_threshold`.
      sharpness: Of "embed" alone: of the logits of a factor's values. None: `embed.sigma`, else 1.
      supervised_seed: Seed of the labelled images and of their labels.
      num_labelled_samples: Labelled images in all.
      train_percentage: Share of them that is trained on.
      labeller: "perfect", "bin", "noisy", "permuted" or "partial". None: as `labeller.labeller_fn`
        says, else "perfect".
      num_bins: Values of a factor that "bin" leaves. None: `bin_labeller.num_bins`, else 5.
      prob_random: Probability of a label drawn anew, of "noisy". None:
        `noisy_labeller.prob_random`, else 0.1.
      num_observed_factors: Factors that "partial" labels. None:
        `partial_labeller.num_observed_factors`, else 2.
      factor_sizes: Values of each labelled factor; None for those of the dataset and the labeller.

    Reference: Locatello et al., 2020 (few labels).
    """

    batches = "labelled"

    gamma_sup: NonNegativeFloat = 1.0
    supervision: Literal["l2", "sigmoid_l2", "xent", "cov", "embed"] | None = None
    annealer: Literal["fixed", "anneal", "fine_tune"] | None = None
    iteration_threshold: NonNegativeInt | None = None
    sharpness: PositiveFloat | None = None
    supervised_seed: NonNegativeInt = 0
    num_labelled_samples: PositiveInt = 100
    train_percentage: Share = 0.9
    labeller: Literal["perfect", "bin", "noisy", "permuted", "partial"] | None = None
    num_bins: BinCount | None = None
    prob_random: Probability | None = None
    num_observed_factors: PositiveInt | None = None
    factor_sizes: tuple[PositiveInt, ...] | None = None

    def __post_init__(self):
        for name, value in settings_of_labels().items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)
        if self.annealer != "fixed" and not self.iteration_threshold:
            raise InputError(
                f"{self.name}.annealer needs {self.name}.iteration_threshold, or "
                "annealer.iteration_threshold."
            )
        super().__post_init__()
        if self.labeller == "partial" and self.supervision not in ("l2", "cov"):
            raise InputError(
                f"{self.name}.labeller = 'partial' leaves open which factors are labelled, and "
                f"{self.supervision!r} needs their sizes; choose l2 or cov as supervision."
            )

    def term_weights(self):
        return {**super().term_weights(), "supervised": self.gamma_sup}

    def default_schedules(self):
        threshold = self.iteration_threshold
        schedules = {"anneal": ("ramp", threshold), "fine_tune": ("steps", threshold + 1, 1.0)}
        return {"supervised": schedules[self.annealer]} if self.annealer in schedules else {}


@family("s2_vae")
class S2VAEFamily(SupervisedFamily):
    """beta-VAE with a few labels.

    Attributes:
      beta: Weight of the divergence from the prior.
    """

    builds = "tripod_dlib.models.semi_supervised:S2VAE"

    beta: NonNegativeFloat

    def term_weights(self):
        return {"kl": self.beta, **super().term_weights()}


@family("s2_factor_vae")
class S2FactorVAEFamily(SupervisedFamily):
    """FactorVAE with a few labels.

    Attributes:
      gamma: Weight of the total correlation.
    """

    builds = "tripod_dlib.models.semi_supervised:S2FactorVAE"

    gamma: NonNegativeFloat

    def term_weights(self):
        own = {"kl": 1.0, "total_correlation": self.gamma, "discriminator": 1.0}
        return {**own, **super().term_weights()}

    def networks(self, image_shape, num_inputs, num_outputs):
        networks = super().networks(image_shape, num_inputs, num_outputs)
        return {**networks, "discriminator": build_discriminator(num_inputs)}


@family("s2_dip_vae")
class S2DIPVAEFamily(SupervisedFamily):
    """DIP-VAE with a few labels.

    Attributes:
      lambda_od: Weight of the squared entries off the diagonal.
      lambda_d_factor: Weight of the diagonal's squared distance from 1, in units of `lambda_od`.
      dip_type: "i" (covariance of the means) or "ii" (of the sampled latents).
    """

    builds = "tripod_dlib.models.semi_supervised:S2DIPVAE"

    lambda_od: NonNegativeFloat
    lambda_d_factor: NonNegativeFloat
    dip_type: Literal["i", "ii"] = "i"

    def term_weights(self):
        diagonal = self.lambda_od * self.lambda_d_factor
        own = {"kl": 1.0, "off_diagonal": self.lambda_od, "diagonal": diagonal}
        return {**own, **super().term_weights()}


@family("s2_beta_tc_vae")
class S2BetaTCVAEFamily(SupervisedFamily):
    """disentanglement_lib's beta-TCVAE with a few labels.

    Attributes:
      beta: Weight of the total correlation; of the rest of the divergence it is 1.
    """

    builds = "tripod_dlib.models.semi_supervised:S2BetaTCVAE"

    beta: NonNegativeFloat

    def term_weights(self):
        own = {"kl": 1.0, "total_correlation": self.beta - 1.0}
        return {**own, **super().term_weights()}


@family("supervised")
class SupervisedOnlyFamily(SupervisedFamily):
    """An encoder that the labels alone train, and a decoder of what it gives."""

    builds = "tripod_dlib.models.semi_supervised:SupervisedVAE"

    def term_weights(self):
        return {"kl": 0.0, **super().term_weights()}


@family("s2_mine_vae")
class S2MineVAEFamily(SupervisedFamily):
    """beta-VAE whose latents are to tell nothing of factors that are not theirs, by trained bounds
    of mutual information; `supervision` has no meaning here.

    Attributes:
      beta: Weight of the divergence from the prior.
    """

    builds = "tripod_dlib.models.semi_supervised:S2MineVAE"

    beta: NonNegativeFloat

    def term_weights(self):
        return {"kl": self.beta, "statistic": 1.0, **super().term_weights()}
