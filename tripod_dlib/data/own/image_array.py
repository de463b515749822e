"""Arrays of images of the user's own: what they may be, and the way from there to uint8."""

import numpy as np

from tripod_dlib.data.formats.stored_array import StoredArray
from tripod_dlib.errors import InputError

CHANNELS = (1, 3)
LARGEST = 8192  # pixels a side
ROWS_LOOKED_AT = 100
OFF_BY_ROUNDING = 0.5 / 255  # further from [0, 1] a float is no level of 0 to 255 any more


def image_shape(stored: StoredArray) -> tuple[int, int, int, int]:
    """Shape of the images, (num, height, width, channels), if it can be used.

    Raises:
      InputError: If shape or dtype are none of images, or the first pixels belie them.
    """
    shape = stored.shape if len(stored.shape) == 4 else (*stored.shape, 1)
    if len(shape) == 4 and shape[0] == 0:
        raise InputError(f"{stored.where} holds no image: its shape is {stored.shape}.")
    if len(shape) != 4 or min(shape) < 1:
        raise InputError(
            f"{stored.where}: images are (num, height, width) or (num, height, width, channels); "
            f"got {stored.shape}."
        )
    if len(stored.shape) == 3 and stored.shape[-1] <= 4 < min(stored.shape[:2]):
        raise InputError(
            f"{stored.where}: images are (num, height, width) or (num, height, width, channels); "
            f"{stored.shape} looks like one image. Save images[None] for a single one."
        )
    require_channels(shape, stored.where)
    if max(shape[1:3]) > LARGEST:
        raise InputError(
            f"{stored.where}: images of {shape[2]}x{shape[1]} pixels; at most {LARGEST} a side are "
            "read."
        )
    if stored.dtype != np.uint8 and stored.dtype.kind not in "bf":
        raise InputError(
            f"{stored.where}: images are uint8, booleans, or floats in [0, 1]; got {stored.dtype}."
            f"{_hint_on_integers(stored.dtype)}"
        )
    _require_plausible(stored, shape[0])
    return shape


def require_channels(shape: tuple[int, ...], where: str) -> None:
    """Refuses images that are neither grey nor red, green and blue.

    Args:
      shape: (..., height, width, channels).
      where: Whose, for messages.

    Raises:
      InputError: If there are 2 or 4 channels, say.
    """
    channels, first = shape[-1], shape[-3]
    if channels in CHANNELS:
        return
    hint = ""
    if first in CHANNELS and channels > 4:
        hint = " Move the channels last (numpy.moveaxis(images, 1, -1))."
    elif channels == 4:
        hint = (
            " If the fourth is transparency, lay the images over a background first, or save "
            "images[..., :3]."
        )
    elif channels == 2:
        hint = " If the second is transparency, save images[..., :1]."
    raise InputError(
        f"{where}: images have 1 channel (grey) or 3 (red, green, blue) on the last axis; got "
        f"{tuple(shape)}.{hint}"
    )


def as_uint8(stored: StoredArray, start: int, stop: int) -> np.ndarray:
    """Images start to stop: uint8 (stop - start, height, width, channels).

    Raises:
      InputError: If floats lie outside [0, 1] by more than rounding.
    """
    images = stored.rows(start, stop)
    if images.ndim == 3:
        images = images[..., None]
    if stored.dtype == np.uint8:
        return images
    if stored.dtype.kind == "b":
        return images.astype(np.uint8) * np.uint8(255)
    within = (images > -OFF_BY_ROUNDING) & (images < 1 + OFF_BY_ROUNDING)
    wrong = ~within.all(axis=(1, 2, 3))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise InputError(
            f"{stored.where}: floats are in [0, 1]; row {start + row} has values from "
            f"{images[row].min():.6g} to {images[row].max():.6g}.{_hint_on_range(images[row])}"
        )
    return np.rint(images.astype(np.float64) * 255).clip(0, 255).astype(np.uint8)


def _require_plausible(stored: StoredArray, num: int) -> None:
    """Refuses images that were divided by 255 once too often, as far as the first ones tell."""
    if stored.dtype.kind == "b":
        return
    brightest = stored.rows(0, min(num, ROWS_LOOKED_AT)).max()
    if stored.dtype == np.uint8 and brightest == 1:
        raise InputError(
            f"{stored.where}: the brightest pixel of uint8 images is 255; here it is 1. Save "
            "pictures of two colours as booleans, or multiply them by 255."
        )
    if stored.dtype.kind == "f" and 0 < brightest < 1.5 / 255:
        raise InputError(
            f"{stored.where}: the brightest pixel of images of floats is 1; here it is "
            f"{brightest:.3g}. Perhaps they were divided by 255 twice."
        )


def _hint_on_integers(dtype: np.dtype) -> str:
    if dtype == np.uint16:
        return (
            " Of 16 bits a channel: scale them as you want them seen, in the simplest case "
            "(images // 257).astype(numpy.uint8)."
        )
    if dtype.kind in "iu":
        return " Where all values are 0 to 255: images.astype(numpy.uint8)."
    return ""


def _hint_on_range(image: np.ndarray) -> str:
    low, high = float(image.min()), float(image.max())
    if not np.isfinite([low, high]).all():
        return " Replace what is not finite."
    if -0.5 < low and high < 1.5:
        return " If a resize has overshot, save numpy.clip(images, 0, 1)."
    if -1 - OFF_BY_ROUNDING < low and high < 1 + OFF_BY_ROUNDING:
        return " If they are -1 to 1, save (images + 1) / 2."
    if 0 <= low and high <= 255:
        return " If they are 0 to 255, save images.astype(numpy.uint8) or divide by 255."
    return " Rescale them, or save uint8."
