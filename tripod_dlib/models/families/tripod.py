"""Tripod and what differs from it in parameters alone."""

from typing import Annotated, Literal

from tripod_dlib.allowed import (
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    Range,
)
from tripod_dlib.models import slots
from tripod_dlib.models.family import Family, family

BandwidthRule = Literal["std", "silverman_joint", "silverman_1d", "fixed"]
NumValues = Annotated[int, Range(low=2)]


@family("tripod")
class TripodFamily(Family):
    """Latent quantization, latent multiinformation, normalized Hessian penalty.

    Attributes:
      klm_weight: Weight of the kernel-based latent multiinformation; of 0 it is not computed.
      nhp_weight: Weight of the normalized Hessian penalty; of 0 it is not computed.
      latents: Kind of latents, "grid" (finite scalar quantization), "codebook", "continuous", or
        one of another package in `slots.latents`.
      num_values_per_latent: Values on each latent's grid.
      ramp_steps: Both weights grow linearly from 0 over so many steps; 0 for none.
      bandwidth_rule: Rule of the marginal kernel densities; see `functional.multiinformation`.
        "fixed": all kernels, the joint density's too, have `bandwidth`.
      bandwidth: Of "fixed" alone, in units of the latents.
      nhp_estimator: "published" (Hsu et al., 2024, Eq. 17: finite differences around each code) or
        "interaction_share" (exchanged codes of pairs of samples; an addition of this package);
        "hessian_penalty", "hessian_penalty_scaled", "orthogonal_jacobian",
        "orthogonal_jacobian_normalized" and "ima_contrast" are other penalties in its place; see
        `models.penalties`.
      nhp_layers: Decoder activations that are regularized.
      num_probes: Directions of each kind per sample; of "published" alone, as `step_size`.
      step_size: Finite-difference step in units of a latent's standard deviation.

    Reference: Hsu et al., 2024, Algorithm 1.
    """

    builds = "tripod_dlib.models.tripod:Tripod"
    readable_latents = ("grid", "codebook", "continuous")

    klm_weight: NonNegativeFloat
    nhp_weight: NonNegativeFloat
    latents: str = "grid"
    num_values_per_latent: NumValues = 12
    ramp_steps: NonNegativeInt = 0
    bandwidth_rule: BandwidthRule = "std"
    bandwidth: PositiveFloat = 0.1
    nhp_estimator: str = "published"
    nhp_layers: tuple[str, ...] = ("cond", "block0", "block1", "block2")
    num_probes: PositiveInt = 2
    step_size: PositiveFloat = 0.1

    def __post_init__(self):
        super().__post_init__()
        slots.penalties.target(self.nhp_estimator)

    def term_weights(self):
        weights = {"klm": self.klm_weight} if self.klm_weight else {}
        if self.nhp_weight:
            weights |= {
                "nhp": self.nhp_weight,
                **{f"nhp_{layer}": 0.0 for layer in self.nhp_layers},
            }
        return weights

    def default_schedules(self):
        if not self.ramp_steps:
            return {}
        ramped = [term for term in ("klm", "nhp") if term in self.term_weights()]
        return {term: ("ramp", self.ramp_steps) for term in ramped}
