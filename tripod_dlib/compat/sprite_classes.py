"""dSprites and its variants under disentanglement_lib's class names."""

from collections.abc import Sequence

import numpy as np

from tripod_dlib.compat.dataset_classes import SplitGrid
from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.data.grid_data import GridData
from tripod_dlib.data.official import dsprites

BACKGROUND_COLORS = np.repeat([[0.0], [0.25], [0.5], [0.75], [1.0]], 3, axis=1)
# Six hues of HUSL from 0.1 on, saturation and lightness 0.7.
OBJECT_COLORS = np.array(
    [
        [0.9096231780824386, 0.5883403686424795, 0.3657680693481871],
        [0.6350181801577739, 0.6927729880940552, 0.3626904230371999],
        [0.3764832455369271, 0.7283900430001952, 0.5963114605342514],
        [0.39548987063404156, 0.7073922557810771, 0.7874577552076919],
        [0.6963644829189117, 0.6220697032672371, 0.899716387820763],
        [0.90815966835861, 0.5511103319168646, 0.7494337214212151],
    ]
)


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

    @staticmethod
    def as_stored(images):
        return images[..., 0] // 255

    def sample_observations_from_factors_no_color(
        self, factors: np.ndarray, random_state: np.random.RandomState
    ) -> np.ndarray:
        """White sprites: float32 (num, height, width, 1), 0 or 1.

        Args:
          factors: int (num, num_latent_factors), those of dSprites.
          random_state: Source of the other factors.
        """
        complete = self.state_space.sample_all_factors(factors, random_state)
        return GridData.sample_observations_from_factors(self._grid, complete, random_state)


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
        return [len(BACKGROUND_COLORS), len(OBJECT_COLORS), *super().factors_num_values]

    @property
    def observation_shape(self):
        return [*super().observation_shape[:2], 3]

    def sample_factors(self, num, random_state):
        colors = [random_state.randint(size, size=num) for size in self.factors_num_values[:2]]
        return np.column_stack([*colors, super().sample_factors(num, random_state)])

    def sample_observations_from_factors(self, factors, random_state):
        factors = FactorSpace(self.factor_names, self.factors_num_values).exact(factors)
        sprites = self.sample_observations_from_factors_no_color(factors[:, 2:], random_state)
        backgrounds = BACKGROUND_COLORS[factors[:, 0], None, None]
        colors = OBJECT_COLORS[factors[:, 1], None, None]
        return sprites * colors + (1.0 - sprites) * backgrounds
