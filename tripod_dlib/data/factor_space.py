"""Exact integer arithmetic between factors and the row-major index of an image."""

import collections
import math
from collections.abc import Sequence

import numpy as np

from tripod_dlib.allowed import NonNegativeInt, allows
from tripod_dlib.errors import InputError

MOST_CELLS = 2**63 - 1


class FactorSpace:
    """A full grid of factors; the last varies fastest."""

    def __init__(self, names: Sequence[str], sizes: Sequence[int]):
        """Defines the grid.

        Args:
          names: Name of each factor.
          sizes: Number of values of each, at least 1.

        Raises:
          InputError: If the numbers differ, a name is no text or stands twice, a size is not a
            positive integer, or all are too large.
        """
        if isinstance(names, str) or not all(isinstance(name, str) for name in names):
            raise InputError(f"The names of factors are a list of texts; got {names!r}.")
        twice = [name for name, count in collections.Counter(names).items() if count > 1]
        if twice:
            raise InputError(f"Each factor has a name of its own; {twice[0]!r} stands twice.")
        if isinstance(sizes, str) or not hasattr(sizes, "__len__"):
            raise InputError(
                f"The sizes of factors are a list of whole numbers, one a factor; got {sizes!r}."
            )
        if len(names) != len(sizes):
            raise InputError(
                f"{len(names)} factors ({', '.join(names)}) need as many sizes; got {tuple(sizes)}."
            )
        for name, size in zip(names, sizes, strict=True):
            if not _is_positive_integer(size):
                raise InputError(
                    f"The factor {name} needs at least one value, a whole number; got {size!r}."
                )
        self.names = tuple(names)
        self.sizes = tuple(int(size) for size in sizes)
        if math.prod(self.sizes) > MOST_CELLS:
            raise InputError(
                f"A grid of {self.sizes} has {math.prod(self.sizes)} cells, more than 64-bit "
                "indices can tell apart."
            )
        self.strides = tuple(math.prod(self.sizes[i + 1 :]) for i in range(len(self.sizes)))

    @property
    def num_cells(self) -> int:
        """Number of combinations."""
        return math.prod(self.sizes)

    def index(self, factors: np.ndarray) -> np.ndarray:
        """Row-major index of factors.

        Args:
          factors: int (num, num_factors).

        Returns:
          indices: int64 (num,).

        Raises:
          InputError: If the shape does not fit or a value is out of range; names the factor.
        """
        return self.exact(factors) @ np.array(self.strides, np.int64)

    def exact(self, factors: np.ndarray) -> np.ndarray:
        """Factors as int64 (num, num_factors), checked.

        Args:
          factors: Integers, of an integer or a floating dtype, (num, num_factors).

        Raises:
          InputError: If the shape does not fit or a value is out of range; names the factor.
        """
        factors = np.asarray(factors)
        if factors.ndim != 2 or factors.shape[1] != len(self.sizes):
            raise InputError(
                f"Factors are (num, {len(self.sizes)}) for {', '.join(self.names)}; got "
                f"{factors.shape}."
            )
        if factors.dtype.kind not in "iuf":
            raise InputError(f"Factors are integers; got an array of dtype {factors.dtype}.")
        if factors.dtype.kind == "f" and (~np.isfinite(factors).all() or (factors % 1 != 0).any()):
            raise InputError("Factors are integers; got fractions, infinities or NaN.")
        wrong = (factors < 0) | (factors >= np.array(self.sizes))
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            raise InputError(
                f"The factor {self.names[column]} has values 0 to {self.sizes[column] - 1}; got "
                f"{int(factors[row, column])} in row {row}."
            )
        return factors.astype(np.int64)

    def factors(self, indices: np.ndarray) -> np.ndarray:
        """Factors of row-major indices: int64 (num, num_factors).

        Raises:
          InputError: If the indices are no integers or one is out of range.
        """
        indices = self.exact_indices(indices)
        return np.stack(np.unravel_index(indices, self.sizes), axis=1).astype(np.int64)

    def exact_indices(self, indices: np.ndarray) -> np.ndarray:
        """Row-major indices as int64 (num,), checked.

        Args:
          indices: Of an integer dtype, (num,).

        Raises:
          InputError: If the shape or dtype does not fit or an index is out of range.
        """
        indices = np.asarray(indices)
        if indices.ndim != 1:
            raise InputError(f"Indices are (num,); got {indices.shape}.")
        if indices.size and indices.dtype.kind not in "iu":
            raise InputError(f"Indices are integers; got an array of dtype {indices.dtype}.")
        wrong = (indices < 0) | (indices >= self.num_cells)
        if wrong.any():
            row = int(np.argmax(wrong))
            raise InputError(
                f"Indices are 0 to {self.num_cells - 1}; got {indices[row]} in row {row}."
            )
        return indices.astype(np.int64)

    def sample(self, num: int, random_state: np.random.RandomState) -> np.ndarray:
        """Uniform factors, drawn column by column as disentanglement_lib draws them.

        Args:
          num: Number of draws.
          random_state: Source of the draws.

        Returns:
          factors: int64 (num, num_factors).

        Raises:
          InputError: If there can be no such draws.
        """
        require_draws(num, random_state)
        columns = [random_state.randint(size, size=num) for size in self.sizes]
        return np.stack(columns, axis=1).astype(np.int64)


def require_draws(num: int, random_state: object) -> None:
    """Refuses what is no number of draws, and a seed or another generator as their source.

    Raises:
      InputError: With what came.
    """
    if not allows(NonNegativeInt, num):
        raise InputError(f"The number of draws is {num!r}; it is a whole number from 0.")
    if not hasattr(random_state, "randint"):
        raise InputError(
            f"Draws are made by a numpy.random.RandomState(seed); got {random_state!r}. "
            "numpy.random.default_rng draws in another order."
        )


def _is_positive_integer(size: object) -> bool:
    if isinstance(size, bool | np.bool_) or not isinstance(
        size, int | float | np.integer | np.floating
    ):
        return False
    return bool(np.isfinite(size)) and size == int(size) and size >= 1
