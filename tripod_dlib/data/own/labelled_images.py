"""Images with labels that need not be a full grid, and images without any."""

import functools
from collections.abc import Sequence

import numpy as np

from tripod_dlib.data.factor_space import FactorSpace, require_draws
from tripod_dlib.data.grid_data import GridData
from tripod_dlib.data.ground_truth import GroundTruthData, digest_of
from tripod_dlib.data.images.rows import ImageRows, unit_floats
from tripod_dlib.data.labels import FEWEST_COUNTED, ranked, rows_of_cells
from tripod_dlib.errors import InputError, counted
from tripod_dlib.one_hot import one_hot_columns


class LabelledImages(GroundTruthData):
    """Images of some cells of a grid, of some perhaps several.

    Factors are drawn as uniform images have them, where the grid is incomplete; an image of a cell
    with several is drawn when it is made.
    """

    def __init__(self, name: str, space: FactorSpace, factors: np.ndarray, images: np.ndarray):
        """Takes images and their factors.

        Args:
          name: Registered name.
          space: The grid.
          factors: int64 (num_images, num_factors).
          images: uint8 (num_images, height, width, channels), an array or a memory map.
        """
        self.name = name
        self.space = space
        self._factors = factors
        self._images = ImageRows(images)
        cells = space.index(factors)
        self._order = np.argsort(cells, kind="stable")  # images by cell
        self._cells, self._first, self._count = np.unique(
            cells[self._order], return_index=True, return_counts=True
        )
        self.full_grid = len(self._cells) == space.num_cells

    @property
    def factor_names(self) -> list[str]:
        return list(self.space.names)

    @property
    def factors_num_values(self) -> list[int]:
        return list(self.space.sizes)

    @property
    def num_images(self) -> int:
        return len(self._factors)

    @property
    def observation_shape(self) -> tuple[int, int, int]:
        return self._images.image_shape

    @functools.cached_property
    def fingerprint(self) -> str:
        return digest_of(
            factors=super().fingerprint, rows=self._factors, images=self._images.digest()
        )

    def sample_factors(self, num, random_state):
        if self.full_grid:
            return self.space.sample(num, random_state)
        require_draws(num, random_state)
        return self._factors[random_state.randint(self.num_images, size=num, dtype=np.int64)]

    def sample_observations_from_factors(self, factors, random_state):
        cells = self.space.index(factors)
        place = np.minimum(np.searchsorted(self._cells, cells), len(self._cells) - 1)
        lost = self._cells[place] != cells
        if lost.any():
            row = int(np.argmax(lost))
            raise InputError(
                f"{self.name} has no image of the combination "
                f"{tuple(np.asarray(factors)[row].tolist())} of {', '.join(self.space.names)} (row "
                f"{row}): its grid of {self.space.sizes} is incomplete, {len(self._cells)} of "
                f"{self.space.num_cells} cells have images. What combines factors freely needs a "
                "full grid."
            )
        which = np.zeros(len(cells), np.int64)
        if (self._count > 1).any():
            which = random_state.randint(self._count[place])
        rows = self._order[self._first[place] + which]
        return unit_floats(self._images.read(rows))

    def take(
        self, indices: np.ndarray, random_state: np.random.RandomState
    ) -> tuple[np.ndarray, np.ndarray]:
        """Factors and images by their numbers, int (num,); nothing is drawn."""
        return self._factors[indices], unit_floats(self._images.read(np.asarray(indices)))

    def sample_images(self, num, random_state):
        require_draws(num, random_state)
        rows = random_state.randint(self.num_images, size=num, dtype=np.int64)
        return self._images.read(rows)


class UnlabelledImages(GroundTruthData):
    """Images of which no factors are known: for training and PSNR."""

    factor_names: list[str] = []
    factors_num_values: list[int] = []
    full_grid = False

    def __init__(self, name: str, images: np.ndarray):
        """Takes images: uint8 (num_images, height, width, channels)."""
        self.name = name
        self._images = ImageRows(images)

    @property
    def num_images(self) -> int:
        return len(self._images)

    @property
    def observation_shape(self) -> tuple[int, int, int]:
        return self._images.image_shape

    @functools.cached_property
    def fingerprint(self) -> str:
        return digest_of(factors=super().fingerprint, images=self._images.digest())

    def sample_factors(self, num, random_state):
        require_draws(num, random_state)
        return np.zeros((num, 0), np.int64)

    def sample_observations_from_factors(self, factors, random_state):
        return unit_floats(self.sample_images(len(factors), random_state))

    def take(
        self, indices: np.ndarray, random_state: np.random.RandomState
    ) -> tuple[np.ndarray, np.ndarray]:
        """No factors, and images by their numbers, int (num,); nothing is drawn."""
        return np.zeros((len(indices), 0), np.int64), unit_floats(
            self._images.read(np.asarray(indices))
        )

    def sample_images(self, num, random_state):
        require_draws(num, random_state)
        rows = random_state.randint(self.num_images, size=num, dtype=np.int64)
        return self._images.read(rows)


def factors_of(
    labels: np.ndarray,
    factor_names: Sequence[str] | None,
    factor_sizes: Sequence[int] | None,
    where: str,
) -> tuple[FactorSpace, np.ndarray]:
    """The grid that labels speak of, and the factors of each row.

    Args:
      labels: (num, num_factors) or (num,).
      factor_names: None for "Factor 0", ...
      factor_sizes: Numbers of values; labels are then the values themselves if they are integers.
        None for the number of different labels.
      where: Whose labels, for messages.

    Returns:
      space: The grid.
      factors: int64 (num, num_factors).

    Raises:
      InputError: If labels, names and sizes do not fit.
    """
    factors, sizes = ranked(labels, where)
    names = list(factor_names or [f"Factor {i}" for i in range(len(sizes))])
    if len(set(names)) < len(names) or not all(name.strip() for name in names):
        raise InputError(f"{where}: factors need a name each, all different; got {names}.")
    if len(names) != len(sizes):
        raise InputError(
            f"{where} has {counted(len(sizes), 'column')}, and {counted(len(names), 'name')} for "
            f"them: {', '.join(names)}."
        )
    if factor_sizes is None:
        return FactorSpace(names, sizes), factors
    space = FactorSpace(names, factor_sizes)
    if labels.dtype.kind in "biu":
        try:
            return space, space.exact(labels.astype(np.int64).reshape(factors.shape))
        except InputError as error:
            raise InputError(
                f"{where}: {error} Bind the right dataset.factor_sizes, or none."
            ) from error
    if space.sizes != sizes:
        raise InputError(
            f"{where} has {sizes} different labels in its columns; dataset.factor_sizes is "
            f"{space.sizes}. Only integer labels say which values of a larger grid they are."
        )
    return space, factors


def labelled_data(
    name: str, space: FactorSpace, factors: np.ndarray, images: np.ndarray
) -> GroundTruthData:
    """A full grid where every cell has exactly one image, else `LabelledImages`."""
    rows = rows_of_cells(factors, space)
    if rows is None:
        data = LabelledImages(name, space, factors, images)
    else:
        data = GridData(name, space.names, space.sizes, images, rows=rows)
    one_hot = one_hot_columns(factors)
    if one_hot:
        data.notes += (
            f"The factors {space.names[one_hot[0]]} to {space.names[one_hot[-1]]} are one label in "
            f"one-hot form, taken for {len(one_hot)} factors: save one column of class numbers "
            "(numpy.argmax) instead.",
        )
    if len(factors) >= FEWEST_COUNTED:
        data.notes += tuple(
            f"The factor {factor} has another value for every image: if it numbers or names the "
            "images, it is no factor, and no score of it means anything. Save the labels without "
            "it."
            for factor, column in zip(space.names, factors.T, strict=True)
            if len(np.unique(column)) == len(column)
        )
    return data
