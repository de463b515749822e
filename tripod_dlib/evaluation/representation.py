"""A representation function that says whether its latents are quantized."""

from collections.abc import Callable

import numpy as np


class Representation:
    """Images to latents, with the number of values per latent where there is one."""

    def __init__(
        self,
        function: Callable[[np.ndarray], np.ndarray],
        num_values_per_latent: int | None = None,
        images_at_once: int = 1,
    ):
        """Wraps a function.

        Args:
          function: (num, height, width, channels) to (num, num_latents), deterministic.
          num_values_per_latent: Values that each latent can take; None for continuous latents.
          images_at_once: How many images a call should have, to cost least for each.
        """
        self._function = function
        self.num_values_per_latent = num_values_per_latent
        self.images_at_once = images_at_once

    @property
    def discrete(self) -> bool:
        """Whether metrics treat the latents as discrete."""
        return self.num_values_per_latent is not None

    def followed_by(self, function: Callable[[np.ndarray], np.ndarray]) -> "Representation":
        """What a function makes of these latents, which are continuous then.

        Args:
          function: (num, num_latents) to (num, any number).
        """
        return Representation(lambda images: function(self(images)), None, self.images_at_once)

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Latents (num, num_latents) of images.

        Raises:
          ValueError: If the function gives something else.
        """
        latents = np.asarray(self._function(images))
        if latents.ndim != 2 or len(latents) != len(images):
            raise ValueError(
                f"A representation function gives (num, num_latents); for {len(images)} images it "
                f"gave {latents.shape}."
            )
        return latents
