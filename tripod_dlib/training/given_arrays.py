"""Arrays that a user gives to a trained model: right, or refused with words."""

import numpy as np

# Resizing and compression put floats beyond [0, 1] by rounding; within half a grey level they are
# cut off, beyond it the scale is another.
LEEWAY = 0.5 / 255


def checked_images(images: np.ndarray, image_shape: tuple[int, int, int]) -> np.ndarray:
    """Images as a model takes them.

    Args:
      images: (num, height, width, channels), uint8, booleans, or floats in [0, 1].
      image_shape: (height, width, channels) of the model.

    Returns:
      images: uint8 or float32 in [0, 1], same shape.

    Raises:
      ValueError: If shape, type or range is another, or a value is not a number.
    """
    if np.ma.is_masked(images):
        raise ValueError(
            "Some pixels of the images are masked. Fill them, or leave the images out."
        )
    images = np.asarray(images)
    if images.shape[1:] != image_shape:
        raise ValueError(
            f"This model encodes images of shape {image_shape}; got an array of shape "
            f"{images.shape}. Give (num, {', '.join(map(str, image_shape))})."
        )
    if images.dtype == np.uint8:
        return images
    if images.dtype.kind not in "bf":
        raise ValueError(
            f"Images are uint8 (0 to 255) or floats in [0, 1]; got {images.dtype}. Whole numbers "
            "from 0 to 255 are given as images.astype('uint8')."
        )
    _require_numbers(images, "images")
    if images.size and not (images.min() >= -LEEWAY and images.max() <= 1.0 + LEEWAY):
        raise ValueError(
            f"Floats are images in [0, 1]; these are from {images.min():g} to {images.max():g}. "
            "Rescale them, or give uint8 if they are from 0 to 255."
        )
    return np.clip(images.astype(np.float32), 0.0, 1.0)


def checked_latents(latents: np.ndarray, num_latents: int) -> np.ndarray:
    """Latents as a model takes them.

    Args:
      latents: (num, num_latents), numbers.
      num_latents: The model's.

    Returns:
      latents: float32, same shape.

    Raises:
      ValueError: If the shape is another, or a value is not a number.
    """
    latents = np.asarray(latents)
    if latents.ndim != 2 or latents.shape[1] != num_latents:
        raise ValueError(
            f"This model decodes latents of shape (num, {num_latents}); got {latents.shape}."
        )
    if latents.dtype.kind not in "biuf":
        raise ValueError(f"Latents are numbers; got an array of {latents.dtype}.")
    _require_numbers(latents, "latents")
    return latents.astype(np.float32)


def _require_numbers(array: np.ndarray, what: str) -> None:
    finite = np.isfinite(array)
    if not finite.all():
        row = int(np.argmin(finite.reshape(len(array), -1).all(axis=1)))
        raise ValueError(
            f"The {what} hold {np.count_nonzero(~finite)} values that are NaN or infinite, first "
            f"in row {row}. Leave those rows out."
        )
