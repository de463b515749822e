"""Images in which one factor at a time takes its values."""

import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.errors import InputError

NUM_COLUMNS = 10
NUM_ROWS_WITHOUT_FACTORS = 6
BLANK = 1.0  # white, where there is no image


def traversals(data: GroundTruthData, seed: int = 0) -> np.ndarray:
    """One row a factor, in which it takes its values (ten spread out, where it has more).

    The other factors stand at the middle of their values, or, in an incomplete grid, at those of
    some image. Without factors the rows are images drawn at random.

    Args:
      data: Dataset.
      seed: Of whatever the factors do not determine.

    Returns:
      images: float32 (rows, columns, height, width, channels) in [0, 1]; white where a factor has
        fewer values or a combination has no image.

    Raises:
      InputError: If its observations are no images.
    """
    if np.size(data.observation_shape) != 3:
        raise InputError(
            f"The observations of {data.name} are no images: their shape is "
            f"{data.observation_shape}."
        )
    if not data.num_factors:
        num = NUM_ROWS_WITHOUT_FACTORS * NUM_COLUMNS
        drawn = data.sample_observations(num, np.random.RandomState(seed))
        return drawn.reshape(NUM_ROWS_WITHOUT_FACTORS, NUM_COLUMNS, *drawn.shape[1:])
    base = _base(data, seed)
    columns = min(NUM_COLUMNS, max(data.factors_num_values))
    shape = (data.num_factors, columns, *data.observation_shape)
    images = np.full(shape, BLANK, np.float32)
    for factor, size in enumerate(data.factors_num_values):
        shown = min(columns, size)
        for column, value in enumerate(np.rint(np.linspace(0, size - 1, shown)).astype(np.int64)):
            cell = base.copy()
            cell[factor] = value
            image = _image(data, cell, seed)
            if image is not None:
                images[factor, column] = image
    return images


def _base(data: GroundTruthData, seed: int) -> np.ndarray:
    if data.full_grid:
        return np.array(data.factors_num_values, np.int64) // 2
    return np.array(data.sample_factors(1, np.random.RandomState(seed))[0], np.int64)


def _image(data: GroundTruthData, cell: np.ndarray, seed: int) -> np.ndarray | None:
    try:
        # drawn from the same seed each time, so that only the factor differs
        return data.sample_observations_from_factors(cell[None], np.random.RandomState(seed))[0]
    except InputError:
        if data.full_grid:
            raise
        return None
