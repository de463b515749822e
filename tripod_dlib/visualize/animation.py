"""Animations, and the values that one variable takes on the way there and back."""

import os
from collections.abc import Sequence

import numpy as np
from PIL import Image
from scipy import stats

from tripod_dlib.storage import atomic_path
from tripod_dlib.visualize.grids import add_below, pad_around, padded_grid

TAIL = 0.001  # quantiles beyond which a Gaussian is not followed


def save_animation(
    list_of_animated_images: Sequence[np.ndarray], image_path: str | os.PathLike, fps: float
) -> None:
    """Writes a GIF that repeats: all animations in one grid, frame by frame.

    Args:
      list_of_animated_images: (num_frames, height, width, 1 or 3) in [0, 1] each.
      image_path: A .gif file; its folder is made.
      fps: Frames per second.
    """
    frames = []
    for images in zip(*list_of_animated_images, strict=True):
        picture = pad_around(add_below(padded_grid(images)))
        frames.append(Image.fromarray(np.rint(picture.clip(0, 1) * 255).astype(np.uint8)))
    with atomic_path(image_path) as temporary:
        frames[0].save(
            temporary,
            format="GIF",
            save_all=True,
            append_images=frames[1:],
            duration=1000.0 / fps,  # milliseconds
            loop=0,
        )


def cycle_factor(starting_index: int, num_indices: int, num_frames: int) -> np.ndarray:
    """Indices that go up from a first one, down to 0 and up again: int64 (num_frames,).

    Args:
      starting_index: The first.
      num_indices: Number of values, 0 to num_indices - 1; the ends are held twice as long.
      num_frames: Number of frames for one cycle.
    """
    steps = np.ceil(_cycle(starting_index, 2 * num_indices, num_frames)).astype(np.int64)
    position = steps % (2 * num_indices)
    return np.where(position < num_indices, position, 2 * num_indices - 1 - position)


def cycle_gaussian(
    starting_value: float, num_frames: int, loc: float = 0.0, scale: float = 1.0
) -> np.ndarray:
    """Quantiles of a Gaussian at equal steps of probability, up, down and up again.

    Args:
      starting_value: The first.
      num_frames: Number of frames for one cycle.
      loc: Mean of the Gaussian.
      scale: Its standard deviation.

    Returns:
      values: float64 (num_frames,).
    """
    gaussian = stats.norm(loc=loc, scale=scale)
    probabilities = _reflected(_cycle(gaussian.cdf(starting_value), 2.0, num_frames))
    return gaussian.ppf(np.clip(probabilities, TAIL, 1.0 - TAIL))


def cycle_interval(
    starting_value: float, num_frames: int, min_val: float, max_val: float
) -> np.ndarray:
    """Values at equal steps through an interval, up, down and up again: float64 (num_frames,)."""
    start = (starting_value - min_val) / (max_val - min_val)
    return _reflected(_cycle(start, 2.0, num_frames)) * (max_val - min_val) + min_val


def _cycle(start: float, length: float, num_frames: int) -> np.ndarray:
    return np.linspace(start, start + length, num_frames, endpoint=False)


def _reflected(values: np.ndarray) -> np.ndarray:
    """A triangular wave of period 2 between 0 and 1."""
    values = np.mod(values, 2.0)
    return np.where(values <= 1.0, values, 2.0 - values)
