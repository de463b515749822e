"""What all decoders have in common: their activations, by name."""

import keras
from keras import layers


class NamedActivations(layers.Layer):
    """A decoder with `names` of activations, of which the last are the logits.

    A subclass gives the activations that are asked for in `_activations`.
    """

    names: tuple[str, ...]

    def call(self, latents):
        """Decodes.

        Args:
          latents: float (batch, num_latents).

        Returns:
          logits: float (batch, height, width, channels), before the sigmoid.
        """
        return self.activations(latents, self.names[-1:])[self.names[-1]]

    def activations(
        self, latents: keras.KerasTensor, names: tuple[str, ...]
    ) -> dict[str, keras.KerasTensor]:
        """The named activations; nothing beyond the last of them is computed.

        Args:
          latents: float (batch, num_latents).
          names: Some of `names`.

        Returns:
          {name: float (batch, ...)} in the decoder's order.

        Raises:
          ValueError: If a name is unknown.
        """
        if set(names) - set(self.names) or not names:
            raise ValueError(
                f"The decoder's activations are {', '.join(self.names)}; got {tuple(names)}."
            )
        return self._activations(latents, names)

    def get_build_config(self):
        return None  # the model that owns it builds it

    def _activations(self, latents, names):
        raise NotImplementedError
