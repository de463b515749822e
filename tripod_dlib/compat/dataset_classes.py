"""The datasets under disentanglement_lib's class names, found below $DISENTANGLEMENT_LIB_DATA.

Each opens the declaration of the same images; only the split into latent and nuisance factors is
said here.
"""

import dataclasses
import functools
from collections.abc import Sequence

import numpy as np

from tripod_dlib.compat.state_space import SplitDiscreteStateSpace
from tripod_dlib.data import ground_truth
from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.data.grid_data import GridData
from tripod_dlib.data.official import cars3d, dsprites, mpi3d, shapes3d, small_norb
from tripod_dlib.data.official.declaration import Declaration
from tripod_dlib.data.rendered import dummy_data
from tripod_dlib.errors import InputError

MPI3D_MODES = {
    "mpi3d_toy": mpi3d.mpi3d_toy,
    "mpi3d_realistic": mpi3d.mpi3d_realistic,
    "mpi3d_real": mpi3d.mpi3d_real,
}

BACKGROUND_GRAYS = (0.0, 0.25, 0.5, 0.75, 1.0)
OBJECT_COLORS = (  # six hues of HUSL from 0.1 on, saturation and lightness 0.7
    (0.9096231780824386, 0.5883403686424795, 0.3657680693481871),
    (0.6350181801577739, 0.6927729880940552, 0.3626904230371999),
    (0.3764832455369271, 0.7283900430001952, 0.5963114605342514),
    (0.39548987063404156, 0.7073922557810771, 0.7874577552076919),
    (0.6963644829189117, 0.6220697032672371, 0.899716387820763),
    (0.90815966835861, 0.5511103319168646, 0.7494337214212151),
)


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


class AbstractDSprites(DSprites):
    """dSprites for reasoning about panels: a colour of six on a gray of five; orientation is drawn
    with the images.

    Reference: van Steenkiste, Locatello, Schmidhuber & Bachem, 2019.
    """

    def __init__(self):
        """Opens the images.

        Raises:
          InputError: If the files are missing or wrong.
        """
        super().__init__([1, 2, 4, 5])

    @property
    def factor_names(self):
        return ["background_color", "object_color", *super().factor_names]

    @property
    def factors_num_values(self):
        return [len(BACKGROUND_GRAYS), len(OBJECT_COLORS), *super().factors_num_values]

    @property
    def observation_shape(self):
        return (*super().observation_shape[:2], 3)

    def sample_factors(self, num, random_state):
        colors = [random_state.randint(size, size=num) for size in self.factors_num_values[:2]]
        return np.column_stack([*colors, super().sample_factors(num, random_state)])

    def sample_observations_from_factors(self, factors, random_state):
        factors = FactorSpace(self.factor_names, self.factors_num_values).exact(factors)
        sprites = super().sample_observations_from_factors(factors[:, 2:], random_state)
        grays = np.array(BACKGROUND_GRAYS)[factors[:, 0], None, None, None]
        colors = np.array(OBJECT_COLORS)[factors[:, 1], None, None]
        return sprites * colors + (1.0 - sprites) * grays


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
