"""Ways through the values of a latent, under disentanglement_lib's names."""

from collections.abc import Callable

import numpy as np

from tripod_dlib.visualize.animation import cycle_factor, cycle_gaussian, cycle_interval

Cycle = Callable[[int, float, int], np.ndarray]
FIXED = 2.0  # the fixed interval, and how many deviations the confidence interval has


def cycles_of(mean: np.ndarray, std: np.ndarray | None, quantized: bool) -> dict[str, Cycle]:
    """The cycles that a model's latents allow.

    Args:
      mean: (num, num_latents) latents of images.
      std: The posterior's standard deviations, or None without a Gaussian posterior.
      quantized: Whether latents take few values; then there is one cycle, through those of `mean`.

    Returns:
      cycles: Name to a function of a latent's number, its first value and the number of frames,
        which gives the values (num_frames,).
    """
    if quantized:
        return {"values_cycle": _through_values(mean)}
    variance = mean.var(axis=0) + (0.0 if std is None else (std**2).mean(axis=0))
    loc, scale = mean.mean(axis=0), np.sqrt(variance) + np.finfo(np.float32).tiny
    low, high = mean.min(axis=0), mean.max(axis=0)
    return {
        "std_gaussian_cycle": lambda i, start, num: cycle_gaussian(start, num),
        "fitted_gaussian_cycle": lambda i, start, num: cycle_gaussian(start, num, loc[i], scale[i]),
        "fixed_interval_cycle": lambda i, start, num: cycle_interval(start, num, -FIXED, FIXED),
        "conf_interval_cycle": lambda i, start, num: cycle_interval(
            start, num, loc[i] - FIXED * scale[i], loc[i] + FIXED * scale[i]
        ),
        "minmax_interval_cycle": lambda i, start, num: (
            cycle_interval(start, num, low[i], high[i])
            if low[i] < high[i]
            else np.full(num, low[i])
        ),
    }


def sampled_latents(
    mean: np.ndarray, std: np.ndarray | None, num: int, generator: np.random.RandomState
) -> np.ndarray:
    """Latents to decode without an image: (num, num_latents).

    From the standard normal where there is a Gaussian posterior; else each latent from its values
    over images, independently.
    """
    if std is not None:
        return generator.normal(size=(num, mean.shape[1]))
    return np.stack([generator.choice(values, num) for values in mean.T], axis=1)


def evenly(values: np.ndarray, most: int) -> np.ndarray:
    """`most` of some sorted values, evenly spread; a shorter array repeats its values."""
    return values[np.linspace(0, len(values) - 1, most).round().astype(int)]


def _through_values(mean: np.ndarray) -> Cycle:
    def cycle(latent: int, start: float, num_frames: int) -> np.ndarray:
        values = np.unique(mean[:, latent])
        nearest = int(np.abs(values - start).argmin())
        return values[cycle_factor(nearest, len(values), num_frames)]

    return cycle
