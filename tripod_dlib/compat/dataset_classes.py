"""The datasets under disentanglement_lib's class names, found below $DISENTANGLEMENT_LIB_DATA.

Each opens the declaration of the same images; only the split into latent and nuisance factors is
said here.
"""

import dataclasses
import functools
from collections.abc import Sequence

import numpy as np

from tripod_dlib.compat.image_array import ImageArray
from tripod_dlib.compat.state_space import SplitDiscreteStateSpace
from tripod_dlib.data import ground_truth
from tripod_dlib.data.grid_data import GridData
from tripod_dlib.data.official import cars3d, mpi3d, shapes3d, small_norb
from tripod_dlib.data.official.declaration import Declaration
from tripod_dlib.data.rendered import dummy_data
from tripod_dlib.errors import InputError

MPI3D_MODES = {
    "mpi3d_toy": mpi3d.mpi3d_toy,
    "mpi3d_realistic": mpi3d.mpi3d_realistic,
    "mpi3d_real": mpi3d.mpi3d_real,
}


class GroundTruthData(ground_truth.GroundTruthData):
    """The base of datasets written for disentanglement_lib, which name neither themselves nor
    their factors. All of this package's datasets count as its instances."""

    @classmethod
    def __subclasshook__(cls, subclass):
        if cls is GroundTruthData and ground_truth.GroundTruthData in subclass.__mro__:
            return True
        return NotImplemented

    @functools.cached_property  # which a subclass's instances may set
    def name(self) -> str:
        """The class's name."""
        return type(self).__name__

    @functools.cached_property
    def factor_names(self) -> list[str]:
        """Numbered: "Factor 0", ..."""
        return [f"Factor {i}" for i in range(self.num_factors)]


class DummyData(dummy_data.DummyData):
    """Images of noise in float64, as disentanglement_lib draws them."""

    def sample_observations_from_factors(self, factors, random_state):
        return random_state.random_sample((len(factors), *self.observation_shape))


class SplitGrid(GroundTruthData):
    """A grid of images whose factors are split into latent ones, in any order, and nuisance ones.

    Attributes:
      declaration: The images.
      latent_factor_indices: Positions of the latent factors among the declaration's.
      factor_sizes: Numbers of values of all factors.
      state_space: The split.
      images: All images in the order of their cells, read when they are indexed.
    """

    declaration: Declaration
    latent_factor_indices: Sequence[int]

    def __init__(self):
        """Opens the images.

        Raises:
          InputError: If the files are missing or wrong.
        """
        self._take(self.open())

    @classmethod
    def of(cls, grid: GridData, latent_factor_indices: Sequence[int]) -> "SplitGrid":
        """The class for a grid that is open already."""
        data = cls.__new__(cls)
        data.latent_factor_indices = list(latent_factor_indices)
        data._take(grid.with_all_factors())
        return data

    def _take(self, grid: GridData) -> None:
        self._grid = grid
        self.latent_factor_indices = list(self.latent_factor_indices)
        self.factor_sizes = grid.factors_num_values
        self.num_total_factors = len(self.factor_sizes)
        self.factor_bases = np.array(grid.space.strides)
        self.state_space = SplitDiscreteStateSpace(self.factor_sizes, self.latent_factor_indices)
        self.images = ImageArray(grid, self.as_stored)

    def open(self) -> GridData:
        """The grid of all factors."""
        return dataclasses.replace(self.declaration, nuisance=())()

    @staticmethod
    def as_stored(images: np.ndarray) -> np.ndarray:
        """uint8 images (num, height, width, channels) as `images` holds them there."""
        return images / 255.0

    @property
    def factor_names(self):
        return [self._grid.factor_names[i] for i in self.latent_factor_indices]

    @property
    def factors_num_values(self):
        return [self.factor_sizes[i] for i in self.latent_factor_indices]

    @property
    def observation_shape(self):
        return list(self._grid.observation_shape)

    def sample_factors(self, num, random_state):
        return self.state_space.sample_latent_factors(num, random_state)

    def sample_observations_from_factors(self, factors, random_state):
        complete = self.state_space.sample_all_factors(factors, random_state)
        return self._grid.sample_observations_from_factors(complete, random_state)


class Cars3D(SplitGrid):
    """Cars3D; the objects' order is that in which the folder lists their files."""

    declaration = cars3d.cars3d
    latent_factor_indices = (0, 1, 2)

    def open(self):
        return self.declaration(object_order="directory")


class SmallNORB(SplitGrid):
    """SmallNORB; the instance of a category is drawn with the images."""

    declaration = small_norb.smallnorb
    latent_factor_indices = (0, 2, 3, 4)

    @staticmethod
    def as_stored(images):
        return images[..., 0] / 255.0


class Shapes3D(SplitGrid):
    """Shapes3D."""

    declaration = shapes3d.shapes3d
    latent_factor_indices = (0, 1, 2, 3, 4, 5)

    @staticmethod
    def as_stored(images):
        return images.astype(np.float32) / 255.0


class MPI3D(SplitGrid):
    """MPI3D in one of its three versions."""

    latent_factor_indices = (0, 1, 2, 3, 4, 5, 6)

    def __init__(self, mode: str = "mpi3d_toy"):
        """Opens the images.

        Args:
          mode: "mpi3d_toy", "mpi3d_realistic" or "mpi3d_real".

        Raises:
          InputError: If the mode is unknown, or the files are missing or wrong.
        """
        if mode not in MPI3D_MODES:
            raise InputError(f"Unknown mode {mode!r}; choose one of {', '.join(MPI3D_MODES)}.")
        self.declaration = MPI3D_MODES[mode]
        super().__init__()

    @staticmethod
    def as_stored(images):
        return images
