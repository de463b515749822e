"""A grid whose images are encoded once each, where a metric draws more of them than there are."""

from collections.abc import Callable

import numpy as np

from tripod_dlib.data.grid_data import GridData
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.images.rows import unit_floats
from tripod_dlib.evaluation.representation import Representation
from tripod_dlib.metrics.progress import steps

FEWEST_AT_ONCE = 64


def encoded_once(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    num_draws: int,
) -> tuple[GroundTruthData, Callable[[np.ndarray], np.ndarray]]:
    """Another pair that gives the same latents for the same draws, with less work.

    Every image is encoded beforehand, and observations are indices of cells in place of images. A
    `Representation` draws its samples anew each time all the same.

    Args:
      ground_truth_data: Where points come from.
      representation_function: Observations to latents.
      num_draws: How many observations will be drawn.

    Returns:
      ground_truth_data, representation_function: As they came where that would save nothing, where
        factors do not determine an image, and for other functions, of which nothing is known.
    """
    data, function = ground_truth_data, representation_function
    if not (isinstance(data, GridData) and isinstance(function, Representation)):
        return data, function
    if not data.determined or num_draws <= data.num_images:
        return data, function
    at_once = max(function.images_at_once, FEWEST_AT_ONCE)
    chunks = np.split(np.arange(data.num_images), range(at_once, data.num_images, at_once))
    codes = []
    with steps("chunks of images", len(chunks)) as advance:
        for cells in chunks:
            codes.append(function.encode(unit_floats(data.images(cells))))
            advance()
    table = np.concatenate(codes)
    return CellIndices(data), function.of_other_codes(lambda cells: table[cells])


class CellIndices(GroundTruthData):
    """A grid whose observations are indices of its cells, int64 (num,)."""

    observation_shape = ()

    def __init__(self, grid: GridData):
        """Takes the grid."""
        self._grid = grid
        self.name = grid.name

    @property
    def factor_names(self) -> list[str]:
        return self._grid.factor_names

    @property
    def factors_num_values(self) -> list[int]:
        return self._grid.factors_num_values

    def sample_factors(self, num, random_state):
        return self._grid.sample_factors(num, random_state)

    def sample_observations_from_factors(self, factors, random_state):
        return self._grid.sample_cells(factors, random_state)
