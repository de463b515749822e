"""What a training batch holds, by the name that a model family asks for."""

import functools
from collections.abc import Callable

import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.pipeline import training_batch
from tripod_dlib.registry import Registry

Batch = np.ndarray | dict[str, np.ndarray]

# make(data, parameters, seed, batch_size) to a function of the step, whose batches are images or a
# dictionary with "images" among others; all batches have the same shapes
batches = Registry(
    "kind of batches",
    "tripod_dlib.batches",
    {
        "images": "tripod_dlib.data.batches:images",
        "labelled": "tripod_dlib.data.supervision:LabelledBatches",
        "pairs": "tripod_dlib.data.supervision:pairs",
    },
)


def images(
    data: GroundTruthData, parameters: object, seed: int, batch_size: int
) -> Callable[[int], Batch]:
    """Images alone, drawn independently; see `pipeline.training_batch`.

    Args:
      data: Dataset.
      parameters: The model family's record, for batches that depend on its parameters.
      seed: Seed of the run.
      batch_size: Number of images.
    """
    return functools.partial(_images, data, seed, batch_size)


def _images(data: GroundTruthData, seed: int, batch_size: int, step: int) -> np.ndarray:
    return training_batch(data, seed, step, batch_size)
