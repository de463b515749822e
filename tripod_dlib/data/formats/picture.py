"""Pixels of an opened picture."""

import numpy as np
from PIL import Image


def rgb_pixels(picture: Image.Image) -> np.ndarray:
    """uint8 (height, width, 3).

    Raises:
      ValueError: If a channel has more than 8 bits, which would be cut off.
      OSError: If the picture is damaged.
    """
    if picture.mode[0] in "IF":  # 16 or 32 bits a channel
        raise ValueError(f"it has more than 8 bits a channel (mode {picture.mode})")
    return np.asarray(picture.convert("RGB"))
