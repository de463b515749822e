"""Training batches: independent uniform draws, a pure function of seed and step."""

from collections.abc import Iterator

import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.errors import InputError


def training_batch(data: GroundTruthData, seed: int, step: int, batch_size: int) -> np.ndarray:
    """The batch of one step, so that a resumed run needs no replay.

    Args:
      data: Dataset.
      seed: Seed of the run.
      step: Number of updates made before.
      batch_size: Number of images.

    Returns:
      images: (batch_size, height, width, channels), uint8 or float32 in [0, 1].

    Raises:
      InputError: If the dataset gives images of another kind.
    """
    words = np.random.SeedSequence([seed, step]).generate_state(8)
    images = data.sample_images(batch_size, np.random.RandomState(words))
    require_image_range(images, data.name)
    return images


def training_batches(
    data: GroundTruthData, seed: int, start_step: int, batch_size: int
) -> Iterator[tuple[np.ndarray]]:
    """Endless batches from a step on, each a tuple of one array, for `keras.Model.fit`."""
    step = start_step
    while True:
        yield (training_batch(data, seed, step, batch_size),)
        step += 1


def require_image_range(images: np.ndarray, name: str) -> None:
    """Refuses what a model would misread: anything but uint8 or floats in [0, 1].

    Raises:
      InputError: With the range that came.
    """
    if images.dtype == np.uint8:
        return
    if images.dtype.kind == "f" and images.size:
        low, high = float(images.min()), float(images.max())
        if 0.0 <= low and high <= 1.0:
            return
        came = f"floats from {low:g} to {high:g}"
    else:
        came = f"an array of dtype {images.dtype}"
    raise InputError(
        f"Images are uint8, or floats in [0, 1]; the dataset {name} gave {came}. Rescale them "
        "in the dataset."
    )
