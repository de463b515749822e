"""A grid of decoded latents of which one at a time is changed."""

import numbers
from collections.abc import Callable

import numpy as np

NUM_VALUES = 11


def latent_traversal_1d_multi_dim(
    generator_fn: Callable[[np.ndarray], np.ndarray],
    latent_vector: np.ndarray,
    dimensions: int | np.ndarray | None = None,
    values: int | np.ndarray | None = None,
    transpose: bool = False,
) -> np.ndarray:
    """One picture: a column a latent, a row a value of it, the others as they are.

    Args:
      generator_fn: (num, num_latents) to images (num, height, width, channels).
      latent_vector: (num_latents,).
      dimensions: Numbers of the latents that are changed; an integer for the first ones, None for
        all.
      values: What each takes; an integer for that many from -1 to 1, None for eleven.
      transpose: Whether a row is a latent, and a column a value.

    Returns:
      picture: (height, width, channels).

    Raises:
      ValueError: If an argument has another form.
    """
    latent_vector = np.asarray(latent_vector)
    if latent_vector.ndim != 1:
        raise ValueError(f"latent_vector is (num_latents,); got {latent_vector.shape}.")
    dimensions = _dimensions(dimensions, len(latent_vector))
    values = _values(values)
    lines = []
    for dimension in dimensions:
        latents = np.tile(latent_vector, (len(values), 1))
        latents[:, dimension] = values
        lines.append(np.concatenate(list(generator_fn(latents)), axis=1 if transpose else 0))
    return np.concatenate(lines, axis=0 if transpose else 1)


def _dimensions(dimensions: int | np.ndarray | None, num_latents: int) -> np.ndarray:
    if dimensions is None:
        return np.arange(num_latents)
    if isinstance(dimensions, numbers.Integral):
        if not 1 <= dimensions <= num_latents:
            raise ValueError(
                f"dimensions is 1 to {num_latents}, as many as latents; got {dimensions}."
            )
        return np.arange(dimensions)
    return _vector("dimensions", dimensions)


def _values(values: int | np.ndarray | None) -> np.ndarray:
    if values is None or isinstance(values, numbers.Integral):
        num = NUM_VALUES if values is None else values
        if num < 2:
            raise ValueError(f"values, as a number of values, is at least 2; got {num}.")
        return np.linspace(-1.0, 1.0, num)
    return _vector("values", values)


def _vector(name: str, array: np.ndarray) -> np.ndarray:
    array = np.asarray(array)
    if array.ndim != 1:
        raise ValueError(f"{name} has one axis; got {array.shape}.")
    return array
