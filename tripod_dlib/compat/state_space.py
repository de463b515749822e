"""Arithmetic on factors under disentanglement_lib's names, for code written for it."""

from collections.abc import Sequence

import numpy as np

from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.errors import InputError


class SplitDiscreteStateSpace:
    """Factors of which some are latent and the others are drawn when observations are made."""

    def __init__(self, factor_sizes: Sequence[int], latent_factor_indices: Sequence[int]):
        """Splits the factors.

        Args:
          factor_sizes: Number of values of each factor.
          latent_factor_indices: Positions of the latent ones, in the order of their columns.

        Raises:
          InputError: If a position is not a factor's, or stands twice.
        """
        self.factor_sizes = list(factor_sizes)
        self.num_factors = len(self.factor_sizes)
        self.latent_factor_indices = list(latent_factor_indices)
        positions = range(self.num_factors)
        known = set(self.latent_factor_indices) <= set(positions)
        if not known or len(set(self.latent_factor_indices)) < len(self.latent_factor_indices):
            raise InputError(
                f"latent_factor_indices are {self.latent_factor_indices}; allowed are different "
                f"positions of the {self.num_factors} factors, 0 to {self.num_factors - 1}."
            )
        self.observation_factor_indices = [
            i for i in positions if i not in self.latent_factor_indices
        ]

    @property
    def num_latent_factors(self) -> int:
        """Number of latent factors."""
        return len(self.latent_factor_indices)

    def sample_latent_factors(self, num: int, random_state: np.random.RandomState) -> np.ndarray:
        """Uniform latent factors, drawn column by column: int64 (num, num_latent_factors)."""
        return self._draw(self.latent_factor_indices, num, random_state)

    def sample_all_factors(
        self, latent_factors: np.ndarray, random_state: np.random.RandomState
    ) -> np.ndarray:
        """Completes latent factors by drawing the others, in ascending order of their positions.

        Args:
          latent_factors: int (num, num_latent_factors).
          random_state: Source of the draws.

        Returns:
          factors: int64 (num, num_factors).

        Raises:
          InputError: If the number of columns is not that of the latent factors.
        """
        latent_factors = np.asarray(latent_factors)
        if latent_factors.ndim != 2 or latent_factors.shape[1] != self.num_latent_factors:
            raise InputError(
                f"Latent factors are (num, {self.num_latent_factors}); got {latent_factors.shape}."
            )
        num = len(latent_factors)
        factors = np.zeros((num, self.num_factors), np.int64)
        factors[:, self.latent_factor_indices] = latent_factors
        others = self.observation_factor_indices
        factors[:, others] = self._draw(others, num, random_state)
        return factors

    def _draw(
        self, positions: Sequence[int], num: int, random_state: np.random.RandomState
    ) -> np.ndarray:
        drawn = np.zeros((num, len(positions)), np.int64)
        for column, position in enumerate(positions):
            drawn[:, column] = random_state.randint(self.factor_sizes[position], size=num)
        return drawn


class StateSpaceAtomIndex:
    """Which row of a table of features holds a combination of factors."""

    def __init__(self, factor_sizes: Sequence[int], features: np.ndarray):
        """Takes the table.

        Args:
          factor_sizes: Number of values of each factor.
          features: int (num_atoms, num_factors), every combination once, in any order.

        Raises:
          InputError: If a value is out of range, or not every combination stands there once.
        """
        self.factor_sizes = list(factor_sizes)
        names = [f"Factor {i}" for i in range(len(self.factor_sizes))]
        self._space = FactorSpace(names, self.factor_sizes)
        self.num_total_atoms = self._space.num_cells
        cells = self._space.index(features)
        counts = np.bincount(cells, minlength=self.num_total_atoms)
        if (counts != 1).any():
            raise InputError(
                f"The features do not cover the space of {tuple(self.factor_sizes)}: each of its "
                f"{self.num_total_atoms} combinations must stand there once; "
                f"{int((counts == 0).sum())} are missing and {int((counts > 1).sum())} stand there "
                "several times."
            )
        self._rows = np.argsort(cells)

    def features_to_index(self, features: np.ndarray) -> np.ndarray:
        """The rows of the table that hold these features.

        disentanglement_lib lets a value equal to the factor's size pass; here it is refused.

        Args:
          features: int (num, num_factors).

        Returns:
          rows: int64 (num,).

        Raises:
          InputError: If a value is out of range.
        """
        return self._rows[self._space.index(features)]
