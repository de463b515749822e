"""A full grid of stored images: what most datasets are."""

import copy
import functools
from collections.abc import Mapping, Sequence

import numpy as np

from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.data.fingerprint import digest_of
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.images.rows import ImageRows, unit_floats
from tripod_dlib.errors import InputError

MOST_CHANNELS = 4


class GridData(GroundTruthData):
    """A full grid of uint8 images, one per cell, with or without nuisance factors.

    A nuisance factor is one that is drawn when images are made, not with the factors.
    """

    def __init__(
        self,
        name: str,
        factor_names: Sequence[str],
        factor_sizes: Sequence[int],
        images: np.ndarray,
        psnr_threshold: float | None = None,
        procedural: bool = False,
        nuisance: Sequence[str] = (),
        rows: np.ndarray | None = None,
        resembles: str | None = None,
        recipe: Mapping[str, object] | None = None,
    ):
        """Takes the images.

        Args:
          name: Registered name of the dataset.
          factor_names: Names of all factors, slowest first.
          factor_sizes: Number of values of each.
          images: uint8 (num_images, height, width, channels), an array or a memory map.
          psnr_threshold: Mean PSNR in dB from which on reconstructions count as good.
          procedural: Whether this package renders the images.
          nuisance: Names of the nuisance factors.
          rows: int (num_cells,), the image of each cell; None where images are in row-major order.
          resembles: The published dataset that rendered images look like.
          recipe: All that rendered images depend on, as JSON: for the fingerprint, so that it is
            the same where another machine renders a level differently.

        Raises:
          InputError: If images are of another kind, or there is not exactly one per cell.
        """
        _require_images(name, images)
        self.name = name
        self.psnr_threshold = psnr_threshold
        self.procedural = procedural
        self.resembles = resembles
        self._recipe = recipe
        self.space = FactorSpace(factor_names, factor_sizes)
        self._latent = [i for i, factor in enumerate(factor_names) if factor not in set(nuisance)]
        self._latent_space = FactorSpace(
            [self.space.names[i] for i in self._latent], [self.space.sizes[i] for i in self._latent]
        )
        self._images = ImageRows(images)
        self._rows = rows
        if len(images if rows is None else rows) != self.space.num_cells:
            raise InputError(
                f"A grid of {self.space.sizes} has {self.space.num_cells} cells; {name} has "
                f"{len(images if rows is None else rows)} images."
            )

    def with_all_factors(self) -> "GridData":
        """The same images; the nuisance factors are factors like the others."""
        data = copy.copy(self)
        data._latent = list(range(len(self.space.sizes)))
        data._latent_space = self.space
        return data

    @property
    def factor_names(self) -> list[str]:
        return list(self._latent_space.names)

    @property
    def factors_num_values(self) -> list[int]:
        return list(self._latent_space.sizes)

    @property
    def num_images(self) -> int:
        return self.space.num_cells

    @property
    def observation_shape(self) -> tuple[int, int, int]:
        return self._images.image_shape

    @property
    def determined(self) -> bool:
        """Whether factors determine the image: nothing is drawn when it is made."""
        made = type(self).sample_observations_from_factors
        without_nuisance = len(self._latent) == len(self.space.sizes)
        return without_nuisance and made is GridData.sample_observations_from_factors

    @functools.cached_property
    def fingerprint(self) -> str:
        return digest_of(
            factors=super().fingerprint,
            sizes=[list(self.space.names), list(self.space.sizes)],
            rows=self._rows,
            images=self._images.digest() if self._recipe is None else self._recipe,
        )

    def images(self, indices: np.ndarray) -> np.ndarray:
        """The images of cells.

        Args:
          indices: int (num,), row-major.

        Returns:
          images: uint8 (num, height, width, channels).

        Raises:
          InputError: If they are no integers or out of range.
        """
        indices = self.space.exact_indices(indices)
        return self._images.read(indices if self._rows is None else self._rows[indices])

    def sample_factors(self, num, random_state):
        return self._latent_space.sample(num, random_state)

    def sample_cells(self, factors: np.ndarray, random_state: np.random.RandomState) -> np.ndarray:
        """Row-major indices of factors; nuisance factors are drawn in ascending order.

        Args:
          factors: int (num, num_factors).
          random_state: Source of the nuisance factors.

        Returns:
          indices: int64 (num,).

        Raises:
          InputError: If a factor is out of range.
        """
        factors = self._latent_space.exact(factors)
        complete = np.zeros((len(factors), len(self.space.sizes)), np.int64)
        complete[:, self._latent] = factors
        for i, size in enumerate(self.space.sizes):
            if i not in self._latent:
                complete[:, i] = random_state.randint(size, size=len(factors))
        return self.space.index(complete)

    def sample_observations_from_factors(self, factors, random_state):
        return unit_floats(self.images(self.sample_cells(factors, random_state)))

    def take(
        self, indices: np.ndarray, random_state: np.random.RandomState
    ) -> tuple[np.ndarray, np.ndarray]:
        """Factors and images of cells, for samples without repetition.

        Args:
          indices: int (num,), row-major in the grid of all factors, nuisance factors too.
          random_state: Source of whatever the cells do not determine.

        Returns:
          factors: int64 (num, num_factors).
          images: float32 (num, height, width, channels) in [0, 1].

        Raises:
          InputError: If an index is out of range.
        """
        factors = self.space.factors(indices)[:, self._latent]
        return factors, unit_floats(self.images(indices))

    def sample_images(self, num, random_state):
        return self.images(random_state.randint(self.num_images, size=num, dtype=np.int64))


def _require_images(name: str, images: np.ndarray) -> None:
    dtype, shape = getattr(images, "dtype", None), getattr(images, "shape", ())
    if dtype == np.uint8 and len(shape) == 4:
        if shape[-1] > MOST_CHANNELS >= shape[1]:
            raise InputError(
                f"The images of {name} are of shape {shape}, which looks like (num_images, "
                "channels, height, width); channels come last: images.transpose(0, 2, 3, 1)."
            )
        return
    came = f"dtype {dtype} and shape {shape}" if shape else f"a {type(images).__name__}"
    raise InputError(
        f"The images of {name} are an array of uint8 (num_images, height, width, channels), of 0 "
        f"to 255; got {came}. Of floats in [0, 1]: (images * 255).round().astype(numpy.uint8)."
    )
