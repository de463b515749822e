"""What one latent does: images decoded while it takes its values and the others stay."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from tripod_dlib.results.pictures import to_pixels
from tripod_dlib.training.trained_model import TrainedModel

NUM_CONTINUOUS_VALUES = 12
MOST_VALUES = 16  # of a quantized latent, evenly chosen where it has more
PERCENTILES = (2.0, 98.0)  # a continuous latent's range
LITTLE = 0.05  # normalized mutual information below which a latent tells of nothing by name


@dataclasses.dataclass(frozen=True)
class Traversal:
    """One latent's traversal from several images.

    Attributes:
      latent: Which one.
      values: float (num_values,), what the latent was set to.
      starts: int (num_images,), the index of the value that is nearest to each image's own.
      tiles: uint8 (num_images, num_values, height, width, 3).
    """

    latent: int
    values: np.ndarray
    starts: np.ndarray
    tiles: np.ndarray


def traverse(trained: TrainedModel, latents: np.ndarray, latent: int, num_images: int) -> Traversal:
    """Decodes a traversal.

    Args:
      trained: The model.
      latents: (num, num_latents) of images; the first `num_images` are traversed, all give a
        continuous latent's range.
      latent: Which one.
      num_images: How many images are traversed.
    """
    values = _values(trained, latents, latent)
    starts = latents[:num_images]
    points = np.repeat(starts[:, None, :], len(values), axis=1)
    points[:, :, latent] = values
    decoded = trained.decode(points.reshape(-1, trained.num_latents))
    tiles = to_pixels(decoded).reshape(len(starts), len(values), *decoded.shape[1:3], 3)
    nearest = np.abs(starts[:, latent, None] - values).argmin(axis=1)
    return Traversal(latent, values, nearest, tiles)


def order_by_factor(
    nmi: np.ndarray | None, factor_names: Sequence[str], num_latents: int
) -> list[tuple[int, str]]:
    """Latents in the order of the factors that they tell of, the most telling first, and names.

    Args:
      nmi: float (num_factors, num_latents), NaN for a constant factor; None where no factors are
        known: then in their own order.
      factor_names: Names of the factors.
      num_latents: Number of latents.

    Returns:
      [(latent, "z3 wall_hue 0.82"), ...]; one that tells of no factor is "z3" and stands last.
    """
    if nmi is None or not len(nmi):
        return [(latent, f"z{latent}") for latent in range(num_latents)]
    known = np.nan_to_num(nmi)
    best, amount = known.argmax(axis=0), known.max(axis=0)
    nameless = amount < LITTLE
    order = np.lexsort((-amount, best, nameless))
    names = {}
    for latent in range(num_latents):
        told = f" {factor_names[best[latent]]} {amount[latent]:.2f}"
        names[latent] = f"z{latent}{'' if nameless[latent] else told}"
    return [(int(latent), names[latent]) for latent in order]


def _values(trained: TrainedModel, latents: np.ndarray, latent: int) -> np.ndarray:
    values = trained.latent_values(latent)
    if values is None:
        return np.linspace(*np.percentile(latents[:, latent], PERCENTILES), NUM_CONTINUOUS_VALUES)
    if len(values) > MOST_VALUES:
        values = values[np.linspace(0, len(values) - 1, MOST_VALUES).round().astype(int)]
    return np.asarray(values, np.float32)
