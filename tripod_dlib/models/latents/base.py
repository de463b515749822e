"""What every kind of latents has."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import keras
import numpy as np

from tripod_dlib.models.precision import PRECISION

if TYPE_CHECKING:
    from tripod_dlib.models.family import Family


class Latents(keras.layers.Layer):
    """The encoder's vector to latents, with their draws, and latents to the decoder's input.

    A layer, so that what is trained in it (a codebook, say) belongs to the model; it creates that
    in `build`. The record says all else, so it has no config of its own.

    Attributes:
      num_values_per_latent: Values that each latent can take; None for continuous latents.
      has_prior: Whether `divergence` is defined.
      num_streams: Streams of draws that `draws` takes, from 0 on.
    """

    num_values_per_latent: int | None = None
    has_prior = False
    num_streams = 0

    def __init__(self, parameters: "Family", num_latents: int):
        """Takes the family's parameters and the number of latents."""
        super().__init__(name="latents", dtype=PRECISION)
        self.parameters = parameters
        self.num_latents = num_latents

    @staticmethod
    def outputs_per_latent(parameters: "Family") -> int:
        """Numbers that the encoder gives for each latent."""
        return 1

    @staticmethod
    def inputs_per_latent(parameters: "Family") -> int:
        """Numbers that the decoder takes for each latent."""
        return 1

    def encode(self, vectors: keras.KerasTensor) -> dict[str, keras.KerasTensor]:
        """Names what the encoder gave.

        Args:
          vectors: float (batch, num_latents * outputs_per_latent).

        Returns:
          outputs: Named tensors; "representation" (batch, num_latents) is what is evaluated.
        """
        return {"representation": vectors}

    def draws(
        self, batch_size: int, seeds: Callable[[int], keras.random.SeedGenerator]
    ) -> dict[str, keras.KerasTensor]:
        """The random draws of one step, by name.

        Args:
          batch_size: Number of images.
          seeds: Number of a stream, below `num_streams`, to its seed.
        """
        return {}

    def sample(
        self, outputs: dict[str, keras.KerasTensor], draws: dict[str, keras.KerasTensor]
    ) -> keras.KerasTensor:
        """What is decoded in training: float (batch, num_latents * inputs_per_latent)."""
        return self.embed(outputs["representation"])

    def embed(self, representation: keras.KerasTensor) -> keras.KerasTensor:
        """What is decoded of a representation: (batch, num_latents * inputs_per_latent)."""
        return representation

    def divergence(self, outputs: dict[str, keras.KerasTensor]) -> keras.KerasTensor:
        """How far each latent's posterior is from its prior.

        Args:
          outputs: Those of `encode`.

        Returns:
          divergence: float (batch, num_latents), KL(q(z|x) || p(z)) in nats.

        Raises:
          NotImplementedError: If there is no prior.
        """
        raise NotImplementedError(f"{type(self).__name__} latents have no prior.")

    def values(self) -> np.ndarray | None:
        """The values that each latent can take, (num_latents, num_values); None for continuous."""
        return None
