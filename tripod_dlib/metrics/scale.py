"""Places and scales of latents that squares, trees and jitter cannot bear, and what to do about it.

A unit of measurement should not matter. Within ordinary ranges every number stays the same to the
last bit, so that published values do.
"""

import numpy as np

CONSTANT = 1e-14  # a range below it, relative to the largest value, is rounding
NARROW = 2.0**-16  # trees take values within 1e-7 for equal
FAR = 2.0**16  # ... and read float32, of whose 24 bits a place that far takes most
LARGE = 2.0**100  # ... and float32 ends at 2^128
HIDDEN = "Trees cannot tell the values of latents {} apart, by their scale or place"
FAR_MEAN = 1e3  # times the deviation
ORDINARY = 0.05, 1e3  # deviations of the largest for which penalties were made
HARDLY = 1e-3  # beside others, as of a latent that collapsed


def which_vary(latents: np.ndarray) -> np.ndarray:
    """Which latents (num_samples, num_latents) are not constant: bool (num_latents,)."""
    return latents.max(axis=0) > latents.min(axis=0)


def mean_and_deviation(latents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """NumPy's mean and std to the last bit, also where squares overflow or vanish; 0 of constants.

    Args:
      latents: float64 (num_samples, num_latents).

    Returns:
      mean, deviation: float64 (num_latents,), the latter with divisor num_samples.
    """
    scaled, exponents = normalised(latents)
    deviation = np.where(which_vary(scaled), scaled.std(axis=0), 0.0)
    return np.ldexp(scaled.mean(axis=0), exponents), np.ldexp(deviation, exponents)


def normalised(latents: np.ndarray, together: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Latents over powers of two, which rounds nothing, so that none is beyond [-1, 1].

    Args:
      latents: float64 (num_samples, num_latents).
      together: Whether all are divided by the same number, which keeps their proportions.

    Returns:
      scaled: float64 (num_samples, num_latents).
      exponents: int (num_latents,): latents are scaled times 2 to these powers.
    """
    largest = np.abs(latents).max(axis=0)
    exponents = np.frexp(np.full_like(largest, largest.max()) if together else largest)[1]
    return np.ldexp(latents, -exponents), exponents


def standardised(latents: np.ndarray) -> np.ndarray:
    """Latents less their mean over their deviation, float64; those that do not vary are 0."""
    scaled, _ = normalised(latents)
    varies = np.ptp(scaled, axis=0) > CONSTANT * np.abs(scaled).max(axis=0)
    centred = np.where(varies, scaled - scaled.mean(axis=0), 0.0)
    return centred / np.where(varies, scaled.std(axis=0), 1.0)


def centred_if_far(latents: np.ndarray) -> np.ndarray:
    """Latents, those less their mean of which it is large beside the deviation."""
    return latents - _far_means(latents)


def read_by_trees(latents: np.ndarray) -> np.ndarray:
    """Whether trees, which read float32 and take 1e-7 for nothing, tell a latent's values apart.

    Args:
      latents: float64 (num_samples, num_latents).

    Returns:
      read: bool (num_latents,); a latent that never varies counts as read.
    """
    low, high = latents.min(axis=0), latents.max(axis=0)
    width, size = high / 2 - low / 2, np.maximum(np.abs(low), np.abs(high))
    hidden = (width < NARROW) | (size > LARGE) | (size / FAR > width)
    return ~hidden | (width == 0)


def relative_to_range(latents: np.ndarray, *others: np.ndarray) -> tuple[np.ndarray, ...]:
    """Each latent's place between its smallest and its largest value, which are 0 and 1.

    Args:
      latents: float64 (num_samples, num_latents).
      *others: Further samples, whose places may be beyond 0 and 1.

    Returns:
      places: Of the latents and of each of the others; those that never vary are 0.
    """
    low = latents.min(axis=0) / 2
    width = latents.max(axis=0) / 2 - low
    divisor = np.where(width > 0, width, np.inf)
    return tuple((sample / 2 - low) / divisor for sample in (latents, *others))


def in_ordinary_unit(
    latents: np.ndarray, *others: np.ndarray, what: str
) -> tuple[tuple[np.ndarray, ...], list[str]]:
    """Latents as a score takes them that depends on their unit, and is made for deviations about 1.

    Args:
      latents: float64 (num_samples, num_latents).
      *others: Further samples, which are treated the same.
      what: What depends on the unit, for the note.

    Returns:
      samples: The given ones; where a mean is far away, less that; where a deviation is large, over
        it; where all are small, over the largest.
      notes: What was done, if anything, and which latents beside others are too small to matter.
    """
    far, deviations = _far_means(latents), mean_and_deviation(latents)[1]
    units = np.where(deviations > ORDINARY[1], deviations, 1.0)
    if 0 < deviations.max() < ORDINARY[0]:
        units[:] = deviations.max()
    done = [f"means of latents {np.flatnonzero(far).tolist()} are taken off"] if far.any() else []
    if (units != 1).any():
        done.append(
            f"latents {np.flatnonzero(units != 1).tolist()} are divided by {units.max():.3g}"
        )
    small = (0 < deviations) & (deviations / units < HARDLY)
    if small.any():
        done.append(f"latents {np.flatnonzero(small).tolist()} vary too little to take part")
    if not done:
        return (latents, *others), []
    note = f"{what} is made for deviations about 1, and depends on unit and place: "
    samples = (latents, *others)
    if far.any() or (units != 1).any():
        samples = tuple((sample - far) / units for sample in samples)
    return samples, [f"{note}{', '.join(done)}."]


def _far_means(latents: np.ndarray) -> np.ndarray:
    """Means that are large beside the deviation, 0 for the others and for constants."""
    mean, deviation = mean_and_deviation(latents)
    return np.where((deviation > 0) & (np.abs(mean) / FAR_MEAN > deviation), mean, 0.0)
