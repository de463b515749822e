"""Sizes of images that this package's networks take, in words, before anything is trained."""

from collections.abc import Sequence

MULTIPLE = 16  # four halvings; tests/data/own/test_network_size.py holds it to the networks
SMALLEST, PREFERRED = 32, 64


def fitting_size(height: int, width: int) -> int:
    """The side to which images of a size are best resized for the networks, in pixels.

    It is their own where that fits and is not large; else the nearest that does, at most 64, the
    size of the published experiments.
    """
    side = min(height, width, PREFERRED)
    return max(SMALLEST, MULTIPLE * round(side / MULTIPLE))


def say_if_misfit(observation_shape: Sequence[int] | int) -> tuple[str, ...]:
    """A note on images that the networks do not take, with the resize that would do; else none."""
    if not isinstance(observation_shape, Sequence):
        return ()  # of observations that are no images, such as those of identity_observations
    height, width = observation_shape[:2]
    if height % MULTIPLE == 0 and width % MULTIPLE == 0:
        return ()
    size = fitting_size(height, width)
    return (
        f"The networks of this package take images whose sides are multiples of {MULTIPLE} pixels, "
        f"and these are {width}x{height}: --image_size={size} (dataset.image_size = {size}) "
        "resizes them.",
    )
