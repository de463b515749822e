"""All images of a dataset as an array that is read where it is indexed."""

from collections.abc import Callable

import numpy as np

from tripod_dlib.data.grid_data import GridData


class ImageArray:
    """What `dataset.images` is in disentanglement_lib, without holding it in memory.

    Attributes:
      shape: (num_images, height, width) or (num_images, height, width, channels).
      dtype: That of the images.
      ndim: Number of axes.
    """

    def __init__(self, grid: GridData, convert: Callable[[np.ndarray], np.ndarray]):
        """Takes the images.

        Args:
          grid: Its images, in the row-major order of its cells.
          convert: Takes uint8 (num, height, width, channels); gives what is held there.
        """
        self._grid = grid
        self._convert = convert
        first = convert(grid.images(np.arange(1)))
        self.shape = (grid.space.num_cells, *first.shape[1:])
        self.dtype = first.dtype
        self.ndim = len(self.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: object) -> np.ndarray:
        """As of an array; every image that the first index names is read."""
        first, *rest = key if isinstance(key, tuple) else (key,)
        cells = np.arange(len(self))[first]
        images = self._convert(self._grid.images(cells.reshape(-1)))
        images = images.reshape(*cells.shape, *self.shape[1:])
        return images[(slice(None),) * cells.ndim + tuple(rest)]

    def __array__(self, dtype: object = None, copy: bool | None = None) -> np.ndarray:
        """All images at once, in memory."""
        return self[:].astype(dtype or self.dtype, copy=False)
