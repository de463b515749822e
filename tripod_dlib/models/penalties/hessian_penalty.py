"""The original Hessian penalty."""

from tripod_dlib.functional import hessian
from tripod_dlib.models.penalties.base import Penalty
from tripod_dlib.models.penalties.published import require_float32


class HessianPenalty(Penalty):
    """Off-diagonal curvature itself, along directions of entries +-1: a decoder can meet it by
    shrinking its activations.

    Reference: Peebles et al., 2020; Hsu et al., 2024, Eq. 15.
    """

    scaled = False  # whether directions have the latents' standard deviations

    def __init__(self, parameters, decoder):
        """Raises ValueError where second differences would be noise."""
        super().__init__(parameters, decoder)
        require_float32(decoder.compute_dtype)

    def draws(self, batch_size, num_latents, seeds):
        shape = (batch_size, self.parameters.num_probes, num_latents)
        return {"rademacher": hessian.rademacher(shape, seeds(0))}

    def penalty(self, decoder, outputs):
        of_layers = hessian.hessian_penalty(
            lambda latents: decoder.activations(latents, self.layers),
            outputs["latents"],
            outputs["latent_std"] if self.scaled else 1.0,
            outputs["draws"]["rademacher"],
            self.parameters.step_size,
        )
        return sum(of_layers.values()), of_layers


class ScaledHessianPenalty(HessianPenalty):
    """The same along directions with the latents' standard deviations, as Tripod's authors do."""

    scaled = True
