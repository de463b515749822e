"""Sources and latents drawn, encoded and split the way disentanglement_lib does it."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.errors import InputError


def generate_batch_factor_code(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    num_points: int,
    random_state: np.random.RandomState,
    batch_size: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Draws points in chunks, factors then observations per chunk, and encodes them.

    Args:
      ground_truth_data: Where points come from.
      representation_function: Observations to (num, num_latents).
      num_points: Number of points.
      random_state: Source of all draws.
      batch_size: Points per chunk; the last may be shorter.

    Returns:
      latents: (num_latents, num_points), disentanglement_lib's orientation.
      factors: (num_factors, num_points).

    Raises:
      InputError: If there are no points, no chunks, or no function.
    """
    for name, count in (("num_points", num_points), ("batch_size", batch_size)):
        if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
            of_metric = " (a metric's num_train, num_test or num_eval)" * (name == "num_points")
            raise InputError(f"{name} is {count!r}; it is an integer from 1{of_metric}.")
    if not callable(representation_function):
        raise InputError(
            "representation_function takes observations and gives (num, num_latents); got "
            f"{representation_function!r}."
        )
    factors = []

    def observed() -> Iterator[np.ndarray]:
        for start in range(0, num_points, batch_size):
            num = min(batch_size, num_points - start)
            chunk, observations = ground_truth_data.sample(num, random_state)
            factors.append(chunk)
            yield observations

    latents = _joined(encode_batches(observed(), representation_function))
    return latents.T, np.concatenate(factors).T


def encode_batches(
    batches: Iterable[np.ndarray], representation_function: Callable[[np.ndarray], np.ndarray]
) -> Iterator[np.ndarray]:
    """The latents of batch after batch, (num, num_latents) each.

    As many batches are drawn and encoded together as a `Representation` takes images at once; any
    other function gets each batch as it is.

    Args:
      batches: Observations (num, ...), drawn as they are asked for.
      representation_function: Observations to latents.
    """
    most = getattr(representation_function, "images_at_once", 1)
    waiting: list[np.ndarray] = []
    for batch in batches:
        waiting.append(batch)
        if sum(map(len, waiting)) + len(batch) > most:
            yield from _encoded(waiting, representation_function)
            waiting = []
    yield from _encoded(waiting, representation_function)


def _joined(batches: Iterable[np.ndarray]) -> np.ndarray:
    """The latents of all batches; refused if some have more latents than others."""
    latents = list(batches)
    widths = {np.shape(batch)[1:] for batch in latents}
    if len(widths) > 1:
        raise InputError(
            "representation_function gives latents of other shapes for other batches: "
            f"{' and '.join(map(str, sorted(widths)))} for each observation."
        )
    return np.concatenate(latents)


def _encoded(
    batches: list[np.ndarray], representation_function: Callable[[np.ndarray], np.ndarray]
) -> list[np.ndarray]:
    if len(batches) < 2:
        return [_latents_of(batch, representation_function) for batch in batches]
    ends = np.cumsum([len(batch) for batch in batches])
    return np.split(_latents_of(np.concatenate(batches), representation_function), ends[:-1])


def _latents_of(
    observations: np.ndarray, representation_function: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """What the function gives; refused if that has no row for each observation."""
    latents = representation_function(observations)
    if isinstance(latents, tuple) or latents is None:
        came = "nothing" if latents is None else f"a tuple of {len(latents)}"
    elif np.shape(latents)[:1] != (len(observations),):
        came = f"an array of shape {tuple(np.shape(latents))}"
    else:
        return latents
    raise InputError(
        f"representation_function gives {came} for {len(observations)} observations; it gives one "
        "array (num, num_latents), a row for each. Of mean and logarithm of the variance it is the "
        "mean."
    )


def obtain_representation(
    observations: np.ndarray,
    representation_function: Callable[[np.ndarray], np.ndarray],
    batch_size: int,
) -> np.ndarray:
    """Latents (num_latents, num_points) of observations, encoded in chunks of `batch_size`."""
    starts = range(0, len(observations), batch_size)
    batches = (observations[start : start + batch_size] for start in starts)
    return _joined(encode_batches(batches, representation_function)).T


def split_train_test(
    observations: np.ndarray, train_percentage: float
) -> tuple[np.ndarray, np.ndarray]:
    """The first points to fit on, rounded up, and the rest to score on.

    Args:
      observations: (..., num_points), disentanglement_lib's orientation.
      train_percentage: A share in [0, 1], not a percentage.

    Returns:
      train, test: (..., num_train) and (..., num_points - num_train).
    """
    num_train = int(np.ceil(observations.shape[-1] * train_percentage))
    return observations[..., :num_train], observations[..., num_train:]
