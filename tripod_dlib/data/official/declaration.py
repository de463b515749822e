"""What every dataset of official files declares, and what is done with it: once, for all."""

import abc
import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.data.formats.file_kind import refusals_in_words
from tripod_dlib.data.grid_data import GridData
from tripod_dlib.data.images.source import ImageSource
from tripod_dlib.data.official.origin import Origin
from tripod_dlib.data.official.search import search_folders
from tripod_dlib.errors import InputError
from tripod_dlib.storage import cache_folder


@dataclasses.dataclass(frozen=True, kw_only=True)
class Declaration(abc.ABC):
    """A dataset that is a full grid in official files; calling it finds, checks and opens them.

    Attributes:
      name: Registered name.
      factor_names: All factors in storage order, the last varies fastest.
      factor_sizes: Their numbers of values.
      origin: Where it comes from.
      nuisance: Names of the factors that are drawn when images are made.
      psnr_threshold: In dB; None where no number is meaningful.
      image_size: Side of the images in pixels unless bound.
      cache_name: Shared by variants of the same images; None for the name.
    """

    name: str
    factor_names: Sequence[str]
    factor_sizes: Sequence[int]
    origin: Origin
    nuisance: Sequence[str] = ()
    psnr_threshold: float | None = None
    image_size: int = 64
    cache_name: str | None = None

    def __call__(
        self,
        data_dir: str | None = None,
        factor_sizes: tuple[int, ...] | None = None,
        image_size: int | None = None,
        cache_dir: str | None = None,
    ) -> GridData:
        """Opens the dataset, converting its images once if need be.

        Args:
          data_dir: Folder with the official files, or the file itself.
          factor_sizes: Numbers of values of a smaller grid in the same format.
          image_size: Side of the images in pixels.
          cache_dir: Folder for caches.

        Raises:
          InputError: If files are missing or wrong.
        """
        space, source, rows = self.opened(data_dir, factor_sizes)
        size = self.image_size if image_size is None else image_size
        images = source.open(self.cache_name or self.name, size, cache_folder(cache_dir))
        return self.build(space, images, rows)

    def opened(
        self, data_dir: str | None = None, factor_sizes: Sequence[int] | None = None
    ) -> tuple[FactorSpace, ImageSource, np.ndarray | None]:
        """Finds and checks the files; images are not read yet.

        Args:
          data_dir: As in a call.
          factor_sizes: As in a call.

        Returns:
          space, source, rows: As `open` gives them.

        Raises:
          InputError: If files are missing or wrong.
        """
        with refusals_in_words():
            files = self.find(search_folders(self.name, self.origin, data_dir))
        sizes = None if factor_sizes is None else self.complete_sizes(factor_sizes)
        return self.open(files, sizes)

    def build(self, space: FactorSpace, images: np.ndarray, rows: np.ndarray | None) -> GridData:
        """The dataset of opened images; variants give another class."""
        return GridData(
            self.name,
            space.names,
            space.sizes,
            images,
            psnr_threshold=self.psnr_threshold,
            nuisance=self.nuisance,
            rows=rows,
        )

    def present(self, data_dir: str | None = None) -> bool:
        """Whether its files are there; says nothing of their content."""
        try:
            with refusals_in_words():
                self.find(search_folders(self.name, self.origin, data_dir))
        except InputError:
            return False
        return True

    @abc.abstractmethod
    def find(self, folders: list[Path]) -> object:
        """The official files in the first of the folders that has them.

        Raises:
          InputError: If none has.
        """

    @abc.abstractmethod
    def open(
        self, files: object, factor_sizes: tuple[int, ...] | None
    ) -> tuple[FactorSpace, ImageSource, np.ndarray | None]:
        """Checks the files.

        Args:
          files: What `find` gave.
          factor_sizes: Of a smaller grid; None for the official one.

        Returns:
          space: The grid.
          source: Its images.
          rows: int (num_cells,), the image of each cell; None where they are in row-major order.

        Raises:
          InputError: If a file is damaged or not what it should be.
        """

    def complete_sizes(self, factor_sizes: Sequence[int]) -> tuple[int, ...]:
        """Sizes of all factors from those bound, which may leave out constant or nuisance factors.

        Raises:
          InputError: If their number fits no way of leaving factors out, or one is below 1.
        """
        constant = {n for n, size in zip(self.factor_names, self.factor_sizes) if size == 1}
        for left_out in (set(), constant, {*self.nuisance}, {*constant, *self.nuisance}):
            bound = [name for name in self.factor_names if name not in left_out]
            if len(bound) == len(factor_sizes):
                given = dict(zip(bound, factor_sizes))
                official = dict(zip(self.factor_names, self.factor_sizes))
                sizes = [{**official, **given}[name] for name in self.factor_names]
                return FactorSpace(self.factor_names, sizes).sizes
        raise InputError(
            f"dataset.factor_sizes = {tuple(factor_sizes)} has {len(factor_sizes)} numbers; "
            f"{self.name} has the {len(self.factor_names)} factors {', '.join(self.factor_names)}, "
            f"of the sizes {tuple(self.factor_sizes)}."
        )
