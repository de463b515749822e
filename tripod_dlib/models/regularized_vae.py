"""The variational autoencoder of `families.regularized_vae`."""

from keras import ops

from tripod_dlib.errors import InputError
from tripod_dlib.models.dlib import DlibVAE


class RegularizedVAE(DlibVAE):
    """A variational autoencoder with the regularizer of its record."""

    def loss_terms(self, batch, outputs):
        terms = super().loss_terms(batch, outputs)
        object.__setattr__(self.parameters, "step", self.step)  # for regularizers that change
        value = self.parameters.regularizer(
            ops.mean(terms["kl"]), outputs["z_mean"], outputs["z_logvar"], outputs["latents"]
        )
        value = ops.convert_to_tensor(value, self.compute_dtype)
        if value.ndim > 1 or (value.ndim == 1 and value.shape[0] not in (None, 1, *_batch(terms))):
            raise InputError(
                f"{type(self.parameters).__name__}.regularizer gives a tensor of shape "
                f"{tuple(value.shape)}; it gives a scalar, or one value an image."
            )
        return {**terms, "regularizer": ops.broadcast_to(value, ops.shape(terms["kl"]))}

    def get_config(self):
        return {**super().get_config(), "family": "regularized_vae"}


def _batch(terms) -> tuple[int | None, ...]:
    return tuple(terms["kl"].shape)
