"""Peak signal-to-noise ratio."""

import numpy as np

SQUARED_ERROR_FLOOR = 1e-10


def psnr(images: np.ndarray, reconstructions: np.ndarray) -> np.ndarray:
    """Peak signal-to-noise ratio of each image, at most 100 dB.

    Args:
      images: (num, ...), uint8 or floats in [0, 1].
      reconstructions: The same shape, uint8 or floats in [0, 1].

    Returns:
      psnr: float64 (num,), in dB.

    Raises:
      ValueError: If the shapes differ.
    """
    images, reconstructions = _to_unit(images), _to_unit(reconstructions)
    if images.shape != reconstructions.shape:
        raise ValueError(f"Shapes differ: {images.shape} and {reconstructions.shape}.")
    squares = np.square(images - reconstructions).reshape(len(images), -1)
    errors = squares.mean(axis=1, dtype=np.float64)
    return -10.0 * np.log10(np.maximum(errors, SQUARED_ERROR_FLOOR))


def _to_unit(images: np.ndarray) -> np.ndarray:
    images = np.asarray(images)
    if images.dtype == np.uint8:
        return images.astype(np.float32) / 255.0
    return images
