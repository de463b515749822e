"""Colours of rendered datasets."""

import colorsys

import numpy as np


def palette(num_hues: int, offset: float, saturation: float, value: float) -> np.ndarray:
    """Equally spaced hues: float32 (num_hues, 3) in [0, 255].

    Args:
      num_hues: Number of colours.
      offset: Hue of the first, in steps between two.
      saturation: Saturation of all.
      value: Value of all.
    """
    hues = (np.arange(num_hues) + offset) / num_hues
    colors = [colorsys.hsv_to_rgb(hue, saturation, value) for hue in hues]
    return np.array(colors, np.float32) * 255.0
