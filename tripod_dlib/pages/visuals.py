"""What a run's model shows, as arrays: for its page, which knows no framework."""

import dataclasses
from collections.abc import Sequence

import numpy as np


@dataclasses.dataclass(frozen=True)
class Slider:
    """One latent's traversal.

    Attributes:
      name: The latent, and what it tells of: "z3 wall_hue 0.82".
      latent: Its number.
      values: float (num_values,), what the latent is set to.
      starts: int (num_images,), the index of the value nearest to each image's own.
      tiles: uint8 (num_images, num_values, height, width, 3).
    """

    name: str
    latent: int
    values: np.ndarray
    starts: np.ndarray
    tiles: np.ndarray


@dataclasses.dataclass(frozen=True)
class Decoded:
    """Images beside what the model makes of them.

    Attributes:
      images: uint8 (num, height, width, 3).
      reconstructions: uint8 (num, height, width, 3) of those.
      psnr: float (num,), in dB.
      errors: float (num, height, width), the largest error of a pixel's channels, in [0, 1].
    """

    images: np.ndarray
    reconstructions: np.ndarray
    psnr: np.ndarray
    errors: np.ndarray


@dataclasses.dataclass(frozen=True)
class Visuals:
    """Pictures of a run, as far as they could be made.

    Attributes:
      sliders: One a latent, in the order in which they are shown.
      starts: uint8 (num_images, height, width, 3), the images that sliders start from.
      decoded: Reconstructions, or None.
    """

    sliders: Sequence[Slider] = ()
    starts: Sequence[np.ndarray] = ()
    decoded: Decoded | None = None
