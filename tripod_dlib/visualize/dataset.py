"""What each factor of a dataset does to its images."""

import os
from pathlib import Path

import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData, require_full_grid
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.storage import progress
from tripod_dlib.visualize.animation import cycle_factor, save_animation
from tripod_dlib.visualize.grids import grid_save_images

NUM_VARIATIONS = 16


def visualize_dataset(
    dataset_name: str,
    output_path: str | os.PathLike,
    num_animations: int = 5,
    num_frames: int = 20,
    fps: int = 10,
) -> None:
    """Writes sixteen images a factor, which alone varies in them, and animations of all factors.

    Args:
      dataset_name: Registered name.
      output_path: Folder; `<dataset_name>/variations_of_factor0.png`, ... and
        `<dataset_name>/animation0.gif`, ... are written below it.
      num_animations: Number of animations, each from another image.
      num_frames: Frames of each.
      fps: Frames per second.

    Raises:
      InputError: If the name is unknown, a file is missing, or not all images are there.
    """
    data = get_named_ground_truth_data(dataset_name)
    visualize_factors(data, Path(output_path) / dataset_name, num_animations, num_frames, fps)


def visualize_factors(
    data: GroundTruthData, folder: Path, num_animations: int, num_frames: int, fps: int
) -> None:
    """As `visualize_dataset`, of an open dataset, into the folder itself."""
    require_full_grid(data, "A picture of each factor")
    generator = np.random.RandomState(0)
    total = data.num_factors + num_animations
    with progress(total, f"visualizing {data.name}", "pictures") as shown:
        for factor in range(data.num_factors):
            images = _variations(data, factor, generator)
            grid_save_images(images, folder / f"variations_of_factor{factor}.png")
            shown.update(1)
        for number in range(num_animations):
            images = _animations(data, num_frames, generator)
            save_animation(images, folder / f"animation{number}.gif", fps)
            shown.update(1)


def _variations(data: GroundTruthData, factor: int, generator: np.random.RandomState) -> np.ndarray:
    """Images (NUM_VARIATIONS, height, width, channels) that differ in one factor."""
    factors = data.sample_factors(NUM_VARIATIONS, generator)
    others = np.arange(data.num_factors) != factor
    factors[:, others] = factors[0, others]
    return data.sample_observations_from_factors(factors, generator)


def _animations(
    data: GroundTruthData, num_frames: int, generator: np.random.RandomState
) -> list[np.ndarray]:
    """For each factor images (num_frames, height, width, channels) through its values."""
    base = data.sample_factors(1, generator)
    animations = []
    for factor, num_values in enumerate(data.factors_num_values):
        factors = np.repeat(base, num_frames, axis=0)
        factors[:, factor] = cycle_factor(base[0, factor], num_values, num_frames)
        animations.append(data.sample_observations_from_factors(factors, generator))
    return animations
