"""What every estimator of a penalty on the decoder has."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import keras

if TYPE_CHECKING:
    from tripod_dlib.models.family import Family


class Penalty:
    """Draws of a step, and the penalty made with them.

    Attributes:
      reads_main_pass: Whether `penalty` wants the activations of the decoding that the images are
        compared with; `outputs["activations"]` then holds those of `layers`.
    """

    reads_main_pass = False

    def __init__(self, parameters: "Family", decoder: keras.layers.Layer):
        """Takes the family's parameters, of which `nhp_layers` names the activations."""
        self.parameters = parameters
        self.layers = tuple(parameters.nhp_layers)

    def draws(
        self,
        batch_size: int,
        num_latents: int,
        seeds: Callable[[int], keras.random.SeedGenerator],
    ) -> dict[str, keras.KerasTensor]:
        """The random draws of one step, by name.

        Args:
          batch_size: Number of images.
          num_latents: Number of latents.
          seeds: Number of a stream, below 8, to its seed.
        """
        raise NotImplementedError

    def penalty(
        self, decoder: keras.layers.Layer, outputs: dict
    ) -> tuple[keras.KerasTensor, dict[str, keras.KerasTensor]]:
        """The penalty of one step.

        Args:
          decoder: Gives its activations by name.
          outputs: Those of the model's `call` ("latents", "draws", ...), and "latent_std"
            (num_latents,), the latents' standard deviations over the batch.

        Returns:
          total: float (batch,), the sum over the layers; this is minimized.
          of_layers: {layer: float (batch,)}, for the log.
        """
        raise NotImplementedError

    def over_samples(
        self,
        decoder: keras.layers.Layer,
        penalty: Callable[..., dict[str, keras.KerasTensor]],
        per_sample: Sequence[keras.KerasTensor],
        shared: Sequence[keras.KerasTensor] = (),
        points_per_sample: int = 1,
    ) -> tuple[keras.KerasTensor, dict[str, keras.KerasTensor]]:
        """A penalty of each sample, the way the decoder makes it best.

        Args:
          decoder: Names its activations; its `over_samples` is used if it has one.
          penalty: As there.
          per_sample: As there.
          shared: As there.
          points_per_sample: As there.

        Returns:
          total, of_layers: As `penalty`'s.
        """
        if hasattr(decoder, "over_samples"):
            return decoder.over_samples(penalty, self.layers, per_sample, shared, points_per_sample)
        of_layers = penalty(lambda z: decoder.activations(z, self.layers), *per_sample, *shared)
        return sum(of_layers.values()), of_layers
