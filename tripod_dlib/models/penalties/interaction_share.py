"""The interaction share of codes that are exchanged between samples."""

import keras

from tripod_dlib.functional.interaction import exchange, interaction_share
from tripod_dlib.models.penalties.base import Penalty


class InteractionShare(Penalty):
    """How much of the decoder's variation takes two latents together, on the codes themselves.

    An addition of this package; see `functional.interaction`.
    """

    reads_main_pass = True

    def draws(self, batch_size, num_latents, seeds):
        shape = (batch_size // 2, num_latents)
        return {"exchange": keras.random.uniform(shape, seed=seeds(2))}

    def penalty(self, decoder, outputs):
        exchanged = exchange(outputs["latents"], outputs["draws"]["exchange"])
        after = decoder.activations(exchanged, self.layers)
        of_layers = {
            layer: interaction_share(outputs["activations"][layer], after[layer])
            for layer in self.layers
        }
        return sum(of_layers.values()), of_layers
