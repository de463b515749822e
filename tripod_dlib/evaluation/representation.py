"""A representation function that says whether its latents are quantized."""

from collections.abc import Callable

import numpy as np


class Representation:
    """Images to latents, with the number of values per latent where there is one."""

    def __init__(
        self,
        encode: Callable[[np.ndarray], np.ndarray],
        num_values_per_latent: int | None = None,
        images_at_once: int = 1,
        transform: Callable[[np.ndarray], np.ndarray] | None = None,
    ):
        """Wraps a function.

        Args:
          encode: (num, height, width, channels) to (num, num_codes), deterministic.
          num_values_per_latent: Values that each latent can take; None for continuous latents.
          images_at_once: How many images a call should have, to cost least for each.
          transform: What is made of the codes at every call, such as a sample that is drawn:
            (num, num_codes) to (num, num_latents); None where the codes are the latents.
        """
        self.encode = encode
        self.num_values_per_latent = num_values_per_latent
        self.images_at_once = images_at_once
        self._transform = transform

    @property
    def discrete(self) -> bool:
        """Whether metrics treat the latents as discrete."""
        return self.num_values_per_latent is not None

    def of_other_codes(self, encode: Callable[[np.ndarray], np.ndarray]) -> "Representation":
        """The same representation of what has its codes from another function."""
        others = self.num_values_per_latent, self.images_at_once, self._transform
        return Representation(encode, *others)

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Latents (num, num_latents) of images.

        Raises:
          ValueError: If the function gives something else.
        """
        codes = self.encode(images)
        latents = np.asarray(codes if self._transform is None else self._transform(codes))
        if latents.ndim != 2 or len(latents) != len(images):
            raise ValueError(
                f"A representation function gives (num, num_latents); for {len(images)} images it "
                f"gave {latents.shape}."
            )
        return latents
