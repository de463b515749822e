"""Datasets of one PNG per cell and a table of labels, as Falcor3D and Isaac3D come."""

import dataclasses
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image

from tripod_dlib.data.cache import cached_images
from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.data.ground_truth import GridData
from tripod_dlib.data.members import Members, find_members
from tripod_dlib.data.resize import resize
from tripod_dlib.data.sources import Origin, search_folders
from tripod_dlib.errors import InputError
from tripod_dlib.storage import cache_folder

LABEL_TOLERANCE = 1e-3


@dataclasses.dataclass(frozen=True)
class PictureGrid:
    """What there is to say of such a dataset.

    Attributes:
      name: Registered name.
      factor_names: Slowest first.
      factor_sizes: Numbers of values.
      root: Folder at the top of the official archive.
      labels: Name of the table of labels, an .npy array, below the root.
      picture_size: Side of the official pictures in pixels.
      psnr_threshold: Of the paper, in dB.
      origin: Where it comes from.
    """

    name: str
    factor_names: Sequence[str]
    factor_sizes: Sequence[int]
    root: str
    labels: str
    picture_size: int
    psnr_threshold: float
    origin: Origin

    def __call__(
        self,
        data_dir: str | None = None,
        factor_sizes: tuple[int, ...] | None = None,
        image_size: int = 64,
        cache_dir: str | None = None,
    ) -> GridData:
        """Finds, checks and (once) converts the pictures.

        Args:
          data_dir: Folder with the official folder or archive, or the archive itself.
          factor_sizes: Numbers of values of a smaller grid in the same format.
          image_size: Side of the images in pixels.
          cache_dir: Folder for caches.

        Raises:
          InputError: If files are missing or wrong; names the first wrong row.
        """
        folders = search_folders(self.name, self.origin, data_dir)
        members = find_members(self.name, folders, self.root, self.origin)
        space = FactorSpace(self.factor_names, factor_sizes or self.factor_sizes)
        labels = f"{self.root}/{self.labels}"
        if not members.exists(labels):
            raise InputError(
                f"{labels} is missing in {members.path}: the dataset {self.name} needs its labels "
                f"beside its images. It comes from {self.origin.address}."
            )
        self._check_labels(members, labels, space)
        pictures = self._check_pictures(members, space)
        key = {
            "source": members.signature(labels),
            "factor_sizes": space.sizes,
            "image_size": image_size,
            "resampling": "bicubic, antialiased, float, clipped, half to even",
        }

        def make_rows(start: int, stop: int) -> np.ndarray:
            with ThreadPoolExecutor(min(os.cpu_count() or 1, 8)) as pool:
                rows = range(start, stop)
                return np.stack(
                    list(pool.map(lambda i: self._convert(members, pictures, i, image_size), rows))
                )

        images = cached_images(
            self.name,
            key,
            (space.num_cells, image_size, image_size, 3),
            make_rows,
            cache_folder(cache_dir),
        )
        return GridData(
            self.name,
            list(self.factor_names),
            list(space.sizes),
            images,
            psnr_threshold=self.psnr_threshold,
        )

    def _check_labels(self, members: Members, name: str, space: FactorSpace) -> None:
        try:
            labels = np.load(members.read(name), allow_pickle=False)
        except (ValueError, EOFError, OSError) as error:
            raise InputError(
                f"{name} in {members.path} is not a whole .npy array ({error}): get it again from "
                f"{self.origin.address}."
            ) from error
        require_row_major(labels, space, f"{name} in {members.path}")

    def _check_pictures(self, members: Members, space: FactorSpace) -> list[str]:
        folder = f"{self.root}/images"
        if not members.exists(folder):
            raise InputError(f"The folder {folder} is missing in {members.path}.")
        there = members.names(folder)
        pictures = [f"{folder}/{index:06d}.png" for index in range(space.num_cells)]
        for index, name in enumerate(pictures):
            if name not in there:
                raise InputError(
                    f"{name} is missing in {members.path}: row {index} of {space.num_cells} has no "
                    "picture. Unpack the archive again."
                )
        extra = sum(name.endswith(".png") for name in there) - len(pictures)
        if extra:
            raise InputError(
                f"{folder} in {members.path} holds {extra} more pictures than the {len(pictures)} "
                f"of a grid of {space.sizes}. For another grid bind dataset.factor_sizes."
            )
        return pictures

    def _convert(
        self, members: Members, pictures: list[str], index: int, image_size: int
    ) -> np.ndarray:
        name = pictures[index]
        try:
            with Image.open(members.read(name)) as picture:
                pixels = np.asarray(picture.convert("RGB"))
        except (OSError, SyntaxError, ValueError) as error:
            raise InputError(
                f"Row {index}: {name} in {members.path} is not a whole picture ({error}). Unpack "
                "the archive again."
            ) from error
        if pixels.shape != (self.picture_size, self.picture_size, 3):
            raise InputError(
                f"Row {index}: {name} in {members.path} is {pixels.shape[1]}x{pixels.shape[0]} "
                f"pixels; {self.name} has {self.picture_size}x{self.picture_size}."
            )
        return resize(pixels, image_size)


def require_row_major(labels: np.ndarray, space: FactorSpace, where: str) -> None:
    """Checks that row i of the labels is cell i of the grid, the last factor fastest.

    Labels are numbers that grow with the factor's value; which numbers does not matter.

    Args:
      labels: (num_cells, num_factors).
      space: The grid.
      where: Whose labels, for messages.

    Raises:
      InputError: If the shape does not fit or a row is another cell's; names the first.
    """
    shape = (space.num_cells, len(space.sizes))
    if labels.shape != shape or labels.dtype.kind not in "fiu":
        raise InputError(
            f"{where}: {shape} numbers are expected for a grid of {space.sizes}; it holds "
            f"{labels.shape} of dtype {labels.dtype}. For another grid bind dataset.factor_sizes."
        )
    expected = space.factors(np.arange(space.num_cells))
    wrong = ~np.isfinite(labels)
    for column, size in enumerate(space.sizes):
        values, cells = labels[:, column].astype(np.float64), expected[:, column]
        levels = np.array([np.nanmedian(values[cells == level]) for level in range(size)])
        wrong[:, column] |= ~(np.abs(values - levels[cells]) <= LABEL_TOLERANCE)
        if (np.diff(levels) <= LABEL_TOLERANCE).any():
            wrong[:, column] |= cells > np.argmax(np.diff(levels) <= LABEL_TOLERANCE)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise InputError(
            f"{where}: row {row} is not the cell {tuple(expected[row].tolist())} of the grid "
            f"{space.sizes}: its label of {space.names[column]} is {labels[row, column]}. The rows "
            "must be in the official order; get the file again, or bind the right "
            "dataset.factor_sizes."
        )
