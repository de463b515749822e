"""Tiny runs: the bindings that make one so, and folders of finished ones without a model."""

from pathlib import Path

import gin
import numpy as np

from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.results.dlib_results import update_result_directory

TINY_RUN = [
    "dataset.factor_sizes = (2, 2, 2, 1, 2, 1)",
    "networks.architecture = 'disentanglement_lib'",  # a tenth of the layers to compile
    "model.batch_size = 4",
    "model.training_steps = 2",
    "protocol.num_samples = 40",
]


def run_bindings(factor_sizes: tuple[int, ...]) -> list[str]:
    """The dataset that such a run was trained on."""
    return [
        "dataset.name = 'shapes3d_procedural'",
        f"dataset.factor_sizes = {factor_sizes}",
        "dataset.image_size = 16",
    ]


def write_run(folder: Path, factor_sizes: tuple[int, ...], arrays: dict[str, np.ndarray]) -> None:
    """Writes results of training, and a representation.

    Args:
      folder: The run's.
      factor_sizes: Of its dataset.
      arrays: What representation.npz holds.
    """
    gin.parse_config(run_bindings(factor_sizes))
    get_named_ground_truth_data()  # operative from here on
    update_result_directory(folder / "results", "train", {"loss": 1.0, "random_seed": 7})
    gin.clear_config()
    np.savez(folder / "representation.npz", **arrays)


def encode(images: np.ndarray) -> np.ndarray:
    """A representation without a model: every eighth pixel of the middle row, on 12 levels."""
    return np.round(images[:, 8, ::8].reshape(len(images), -1) * 11)
