"""The ways in which pictures are made smaller, by name."""

import dataclasses
from collections.abc import Callable

import numpy as np
from PIL import Image


@dataclasses.dataclass(frozen=True)
class Resampler:
    """A way, and what a cache's key says of it.

    Attributes:
      description: Everything that a pixel depends on.
      resize: (uint8 (height, width, channels), size) to uint8 (size, size, channels).
    """

    description: str
    resize: Callable[[np.ndarray, int], np.ndarray]


def resize(pixels: np.ndarray, size: int) -> np.ndarray:
    """Bicubic, antialiased, in floats; clipped, then rounded half to even.

    Args:
      pixels: uint8 (height, width, channels).
      size: Side of the result in pixels.

    Returns:
      resized: uint8 (size, size, channels).
    """
    if pixels.shape[:2] == (size, size):
        return pixels
    channels = [
        Image.fromarray(channel.astype(np.float32)).resize((size, size), Image.Resampling.BICUBIC)
        for channel in np.moveaxis(pixels, -1, 0)
    ]
    resized = np.stack([np.asarray(channel) for channel in channels], axis=-1)
    return np.rint(np.clip(resized, 0.0, 255.0)).astype(np.uint8)


def resize_as_disentanglement_lib(pixels: np.ndarray, size: int) -> np.ndarray:
    """Lanczos in Pillow's 8 bits, which is what disentanglement_lib does to Cars3D and SmallNORB.

    Args:
      pixels: uint8 (height, width, channels), 1 or 3 channels.
      size: Side of the result in pixels.

    Returns:
      resized: uint8 (size, size, channels).
    """
    if pixels.shape[:2] == (size, size):
        return pixels
    flat = pixels[..., 0] if pixels.shape[-1] == 1 else pixels
    picture = Image.fromarray(np.ascontiguousarray(flat))
    resized = np.asarray(picture.resize((size, size), Image.Resampling.LANCZOS))
    return resized.reshape(size, size, pixels.shape[-1])


RESAMPLERS = {
    "bicubic": Resampler("bicubic, antialiased, float, clipped, half to even", resize),
    "lanczos": Resampler("Lanczos, antialiased, 8 bit", resize_as_disentanglement_lib),
}
