"""The one way in which pictures are made smaller."""

import numpy as np
from PIL import Image


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
