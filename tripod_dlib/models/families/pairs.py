"""disentanglement_lib's weakly supervised families: pairs of images that share factors."""

from typing import Annotated, ClassVar, Literal

import gin

from tripod_dlib.allowed import NonNegativeFloat, Range
from tripod_dlib.errors import InputError
from tripod_dlib.models.dlib_names import dynamics, is_bound
from tripod_dlib.models.families.dlib import DlibFamily
from tripod_dlib.models.family import family

NumChanged = Annotated[int, Range(low=-1)]


@family("group_vae")
class GroupVAEFamily(DlibFamily):
    """Adaptive group-VAE: shared latents have the averages of both posteriors.

    Attributes:
      beta: Weight of the divergence from the prior. None: as the family without a suffix binds it.
      num_changed: k: 1 or k factors of a pair differ; -1, any number. None: as `dynamics.k` says.
      redraw: "locatello" (as disentanglement_lib: a changed factor may keep its value, 1 or k),
        "uniform" (exactly k), "uniform_fixed" (and each has another value).

    Reference: Locatello et al., 2020; Hosoya, 2019.
    """

    builds = "tripod_dlib.models.pairs:PairVAE"
    batches = "pairs"
    rule: ClassVar[str] = "group_vae"
    shared: ClassVar[str] = "argmax"  # or "labels": what tells the latents that are shared

    beta: NonNegativeFloat | None = None
    num_changed: NumChanged | None = None
    redraw: Literal["locatello", "uniform", "uniform_fixed"] = "locatello"

    def __post_init__(self):
        if self.num_changed is None:
            object.__setattr__(self, "num_changed", dynamics())
        if self.num_changed == 0:
            raise InputError(f"{self.name}.num_changed is 0; choose -1 or 1 and more.")
        if self.beta is None:
            bound = is_bound(f"{self.rule}.beta")
            if not bound:
                raise InputError(f"{self.name}.beta is not bound; bind it, or {self.rule}.beta.")
            object.__setattr__(self, "beta", gin.query_parameter(f"{self.rule}.beta"))
        super().__post_init__()

    def term_weights(self):
        return {"kl": self.beta}


@family("group_vae_argmax")
class GroupVAEArgmaxFamily(GroupVAEFamily):
    """`group_vae` under its full name: the latents that differ more are each image's own."""


@family("group_vae_labels")
class GroupVAELabelsFamily(GroupVAEFamily):
    """Group-VAE that is told the changed factor: all latents but that of its number are shared."""

    shared: ClassVar[str] = "labels"


@family("mlvae")
class MLVAEFamily(GroupVAEFamily):
    """Adaptive ML-VAE: shared latents have the normalized product of both posteriors.

    Reference: Locatello et al., 2020; Bouchacourt et al., 2018.
    """

    rule: ClassVar[str] = "mlvae"


@family("mlvae_argmax")
class MLVAEArgmaxFamily(MLVAEFamily):
    """`mlvae` under its full name: the latents that differ more are each image's own."""


@family("mlvae_labels")
class MLVAELabelsFamily(MLVAEFamily):
    """ML-VAE that is told the changed factor: all latents but that of its number are shared."""

    shared: ClassVar[str] = "labels"
