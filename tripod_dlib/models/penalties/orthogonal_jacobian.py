"""Orthogonal columns of the decoder's Jacobian."""

import keras

from tripod_dlib.functional import hessian
from tripod_dlib.functional.orthogonal_jacobian import (
    normalized_orthogonal_jacobian_penalty,
    orthogonal_jacobian_penalty,
)
from tripod_dlib.models.penalties.base import Penalty


class OrthogonalJacobian(Penalty):
    """As published for generators: a decoder can meet it by shrinking its activations.

    Reference: Wei et al., 2021.
    """

    def draws(self, batch_size, num_latents, seeds):
        shape = (batch_size, self.parameters.num_probes, num_latents)
        return {"rademacher": hessian.rademacher(shape, seeds(0))}

    def penalty(self, decoder, outputs):
        of_layers = orthogonal_jacobian_penalty(
            lambda latents: decoder.activations(latents, self.layers),
            outputs["latents"],
            outputs["draws"]["rademacher"],
            self.parameters.step_size,
        )
        return sum(of_layers.values()), of_layers


class NormalizedOrthogonalJacobian(Penalty):
    """The same as a share, as NHP is one of curvature; an addition of this package."""

    def draws(self, batch_size, num_latents, seeds):
        shape = (batch_size, self.parameters.num_probes, num_latents)
        return {
            "rademacher": hessian.rademacher(shape, seeds(0)),
            "gaussian": keras.random.normal(shape, seed=seeds(1)),
        }

    def penalty(self, decoder, outputs):
        of_layers = normalized_orthogonal_jacobian_penalty(
            lambda latents: decoder.activations(latents, self.layers),
            outputs["latents"],
            outputs["latent_std"],
            outputs["draws"]["rademacher"],
            outputs["draws"]["gaussian"],
            self.parameters.step_size,
        )
        return sum(of_layers.values()), of_layers
