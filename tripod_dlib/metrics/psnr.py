"""Peak signal-to-noise ratio."""

import numpy as np

SQUARED_ERROR_FLOOR = 1e-10
ROUNDING = 1e-3  # by which resampled images leave [0, 1]
FARTHEST = 10.0  # what is further from 0 is of a scale such as 0 to 255


def psnr(images: np.ndarray, reconstructions: np.ndarray) -> np.ndarray:
    """Peak signal-to-noise ratio of each image, at most 100 dB.

    Args:
      images: (num, ...), uint8 or floats in [0, 1].
      reconstructions: The same shape, uint8 or floats on the same scale.

    Returns:
      psnr: float64 (num,), in dB.

    Raises:
      ValueError: If the shapes differ, images or reconstructions are on another scale, or these
        hold NaN.
    """
    images = _to_unit(images, "images")
    if images.size and not -ROUNDING <= images.min() <= images.max() <= 1 + ROUNDING:
        raise ValueError(
            "images are uint8 or floats from 0 to 1; got floats from "
            f"{images.min():.4g} to {images.max():.4g}."
        )
    reconstructions = _to_unit(reconstructions, "reconstructions")
    if images.shape != reconstructions.shape:
        raise ValueError(f"Shapes differ: {images.shape} and {reconstructions.shape}.")
    if not np.isfinite(reconstructions).all():
        raise ValueError("reconstructions hold NaN or infinities.")
    if reconstructions.size and np.abs(reconstructions).max() > FARTHEST:
        raise ValueError(
            "reconstructions are on another scale than images from 0 to 1: got floats from "
            f"{reconstructions.min():.4g} to {reconstructions.max():.4g}."
        )
    squares = np.square(images - reconstructions).reshape(len(images), -1)
    errors = squares.mean(axis=1, dtype=np.float64)
    return -10.0 * np.log10(np.maximum(errors, SQUARED_ERROR_FLOOR))


def _to_unit(images: np.ndarray, name: str) -> np.ndarray:
    images = np.asarray(images)
    if images.dtype == np.uint8:
        return images.astype(np.float32) / 255.0
    if images.dtype.kind != "f":
        raise ValueError(f"{name} are uint8 or floats from 0 to 1; got dtype {images.dtype}.")
    return images
