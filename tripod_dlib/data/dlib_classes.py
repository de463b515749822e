"""The datasets under disentanglement_lib's class names, found below $DISENTANGLEMENT_LIB_DATA.

Each opens the declaration of the same images; only the split into latent and nuisance factors is
said here.
"""

import dataclasses
import functools
from collections.abc import Sequence

from tripod_dlib.data import cars3d, dsprites, dummy_data, ground_truth, mpi3d, shapes3d, small_norb
from tripod_dlib.data.declaration import Declaration
from tripod_dlib.data.ground_truth import GridData
from tripod_dlib.data.state_space import SplitDiscreteStateSpace
from tripod_dlib.errors import InputError

MPI3D_MODES = {
    "mpi3d_toy": mpi3d.mpi3d_toy,
    "mpi3d_realistic": mpi3d.mpi3d_realistic,
    "mpi3d_real": mpi3d.mpi3d_real,
}


class GroundTruthData(ground_truth.GroundTruthData):
    """The base of datasets written for disentanglement_lib, which name neither themselves nor
    their factors."""

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
    """

    declaration: Declaration
    latent_factor_indices: Sequence[int]

    def __init__(self):
        """Opens the images.

        Raises:
          InputError: If the files are missing or wrong.
        """
        self._grid = self.open()
        self.factor_sizes = self._grid.factors_num_values
        self.state_space = SplitDiscreteStateSpace(self.factor_sizes, self.latent_factor_indices)

    def open(self) -> GridData:
        """The grid of all factors."""
        return dataclasses.replace(self.declaration, nuisance=())()

    @property
    def factor_names(self):
        return [self._grid.factor_names[i] for i in self.latent_factor_indices]

    @property
    def factors_num_values(self):
        return [self.factor_sizes[i] for i in self.latent_factor_indices]

    @property
    def observation_shape(self):
        return self._grid.observation_shape

    def sample_factors(self, num, random_state):
        return self.state_space.sample_latent_factors(num, random_state)

    def sample_observations_from_factors(self, factors, random_state):
        complete = self.state_space.sample_all_factors(factors, random_state)
        return self._grid.sample_observations_from_factors(complete, random_state)


class DSprites(SplitGrid):
    """dSprites; factors that are not latent are drawn with the images."""

    declaration = dsprites.dsprites_full

    def __init__(self, latent_factor_indices: Sequence[int] | None = None):
        """Opens the images.

        Args:
          latent_factor_indices: Positions among color, shape, scale, orientation, pos_x and pos_y;
            None for all six.

        Raises:
          InputError: If the files are missing or wrong, or a position is.
        """
        every = range(len(self.declaration.factor_sizes))
        self.latent_factor_indices = list(
            every if latent_factor_indices is None else latent_factor_indices
        )
        super().__init__()


class ColorDSprites(DSprites):
    """dSprites, each image in a colour of its own."""

    declaration = dsprites.color_dsprites


class NoisyDSprites(DSprites):
    """dSprites before noise."""

    declaration = dsprites.noisy_dsprites


class ScreamDSprites(DSprites):
    """dSprites on patches of a painting."""

    declaration = dsprites.scream_dsprites


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


class Shapes3D(SplitGrid):
    """Shapes3D."""

    declaration = shapes3d.shapes3d
    latent_factor_indices = (0, 1, 2, 3, 4, 5)


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
