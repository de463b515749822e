"""The normalized Hessian penalty as published."""

import keras

from tripod_dlib.functional import hessian
from tripod_dlib.models.penalties.base import Penalty


class Published(Penalty):
    """Share of the decoder's curvature that couples different latents, by finite differences.

    Reference: Hsu et al., 2024, Eq. 17.
    """

    def __init__(self, parameters, decoder):
        """Raises ValueError where second differences would be noise."""
        super().__init__(parameters, decoder)
        require_float32(decoder.compute_dtype)

    def draws(self, batch_size, num_latents, seeds):
        shape = (batch_size, self.parameters.num_probes, num_latents)
        return {
            "rademacher": hessian.rademacher(shape, seeds(0)),
            "gaussian": keras.random.normal(shape, seed=seeds(1)),
        }

    def penalty(self, decoder, outputs):
        draws, num_probes = outputs["draws"], self.parameters.num_probes

        def of_samples(decode, z, rademacher, gaussian, z_std):
            return hessian.normalized_hessian_penalty(
                decode,
                z,
                z_std,
                rademacher,
                gaussian,
                self.parameters.step_size,
                getattr(decoder, "normalized_ratio", hessian.stepwise_ratio),
            )

        per_sample = outputs["latents"], draws["rademacher"], draws["gaussian"]
        shared = (outputs["latent_std"],)
        return self.over_samples(decoder, of_samples, per_sample, shared, 4 * num_probes)


def require_float32(dtype: str) -> None:
    """Refuses types of numbers in which second differences are noise.

    Raises:
      ValueError: With what to do.
    """
    if dtype not in ("float32", "float64"):
        raise ValueError(
            f"The published normalized Hessian penalty cannot be computed in {dtype}: its second "
            "differences are as small as that type's rounding, and the penalty would be noise. "
            "Use the dtype policy float32, or tripod.nhp_weight = 0.0, or "
            "tripod.nhp_estimator = 'interaction_share'."
        )
