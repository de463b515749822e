"""Whether what another package calls a dataset is one, before anything is drawn from it."""

import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.own.image_array import OFF_BY_ROUNDING
from tripod_dlib.errors import InputError, counted

NEEDED = (
    *("factor_names", "factors_num_values", "num_factors", "observation_shape"),
    *("sample_factors", "sample_observations_from_factors"),
)
NUM_DRAWN = 100  # factors that are looked at
WAY_OUT = "See tripod_dlib.data.ground_truth.GroundTruthData."


def require_contract(name: str, data: GroundTruthData) -> None:
    """Refuses a dataset that breaks the contract of `GroundTruthData`, by a few drawn points.

    Args:
      name: Its registered name, which it gets where it says none.
      data: What was built under it.

    Raises:
      InputError: If something is missing, or one observation has another shape than is declared,
        or, of an image, values outside [0, 1].
    """
    lacks = [attribute for attribute in NEEDED if not hasattr(data, attribute)]
    if lacks:
        raise InputError(
            f"The dataset {name} is a {type(data).__name__}, which has no {', '.join(lacks)}. "
            f"{WAY_OUT}"
        )
    names, sizes = list(data.factor_names), list(data.factors_num_values)
    if not len(names) == len(sizes) == data.num_factors:
        raise InputError(
            f"The dataset {name} has {counted(data.num_factors, 'factor')}, "
            f"{counted(len(names), 'name')} and numbers of values for {len(sizes)}; there must be "
            f"equally many. {WAY_OUT}"
        )
    if not hasattr(data, "name"):
        data.name = name
    generator = np.random.RandomState(0)
    factors = np.asarray(data.sample_factors(1, generator))
    if factors.shape != (1, len(sizes)) or factors.dtype.kind not in "iu":
        raise InputError(
            f"The dataset {name} draws factors of shape {factors.shape} and dtype {factors.dtype} "
            f"where one point is asked for; it is an integer array (1, {len(sizes)}). {WAY_OUT}"
        )
    drawn = np.asarray(data.sample_factors(NUM_DRAWN, np.random.RandomState(0)))
    if (drawn < 0).any() or (drawn >= sizes).any():
        raise InputError(
            f"The dataset {name} draws factors from {drawn.min(axis=0).tolist()} to "
            f"{drawn.max(axis=0).tolist()}, and its factors_num_values are {sizes}: those count "
            f"from 0. {WAY_OUT}"
        )
    _require_observations(name, data, factors, generator)


def _require_observations(
    name: str, data: GroundTruthData, factors: np.ndarray, generator: np.random.RandomState
) -> None:
    images = data.sample_observations_from_factors(factors, generator)
    if not isinstance(images, np.ndarray):
        raise InputError(
            f"The dataset {name} gives observations as a {type(images).__name__}; they are one "
            f"array (numpy.stack makes one of a list). {WAY_OUT}"
        )
    expected = (1, *np.atleast_1d(data.observation_shape).tolist())
    if images.shape != expected:
        raise InputError(
            f"The dataset {name} gives observations of shape {images.shape} for one point, where "
            f"its observation_shape says {expected}. Channels come last. {WAY_OUT}"
        )
    within = (images > -OFF_BY_ROUNDING) & (images < 1 + OFF_BY_ROUNDING)
    if len(expected) == 4 and not within.all():
        raise InputError(
            f"The dataset {name} gives images with values from {images.min():g} to "
            f"{images.max():g}; they are floats in [0, 1]. {WAY_OUT}"
        )
