"""The contrast of independent mechanisms."""

import keras
from keras import ops

from tripod_dlib.functional.mechanism_contrast import jacobian_columns, pair_contrast
from tripod_dlib.models.penalties.base import Penalty


class MechanismContrast(Penalty):
    """The contrast's second order by one random pair of latents a step, unbiased.

    Reference: Gresele et al., 2021.
    """

    def draws(self, batch_size, num_latents, seeds):
        return {"uniform": keras.random.uniform((num_latents,), seed=seeds(0))}

    def penalty(self, decoder, outputs):
        order = ops.argsort(outputs["draws"]["uniform"])
        num_latents = order.shape[0]
        chosen = ops.one_hot(order[:2], num_latents, dtype=outputs["latents"].dtype)
        columns = jacobian_columns(
            lambda latents: decoder.activations(latents, self.layers),
            outputs["latents"],
            chosen,
            self.parameters.step_size,
        )
        of_layers = {name: pair_contrast(column, num_latents) for name, column in columns.items()}
        return sum(of_layers.values()), of_layers
