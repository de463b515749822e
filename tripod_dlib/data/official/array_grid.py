"""Datasets whose images are one array in one file: Shapes3D, MPI3D, dSprites."""

import dataclasses
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.data.formats.array_file import ArrayFile
from tripod_dlib.data.formats.file_kind import OFFICIAL_REMEDY
from tripod_dlib.data.formats.stored_array import StoredArray
from tripod_dlib.data.images.source import ImageSource
from tripod_dlib.data.labels import require_row_major, require_table
from tripod_dlib.data.official.declaration import Declaration
from tripod_dlib.data.official.search import missing
from tripod_dlib.errors import InputError


@dataclasses.dataclass(frozen=True, kw_only=True)
class ArrayGrid(Declaration):
    """What there is to say of such a dataset besides.

    Attributes:
      file_names: Names that the file may have, the first choice first.
      images: Names that the array of images may have in it.
      labels: Names of the tables of labels; those that are there are checked. () for none at all.
      image_shape: Of one stored image, with or without channels.
      generations: All official grids where there are several, told apart by the number of images.
      brightest: The largest stored pixel; scaled to 255.
    """

    file_names: tuple[str, ...]
    images: tuple[str, ...] = ("images",)
    labels: tuple[str, ...] = ()
    image_shape: tuple[int, ...] = (64, 64, 3)
    generations: tuple[tuple[int, ...], ...] = ()
    brightest: int = 255

    def find(self, folders: list[Path]) -> Path:
        for folder in folders:
            if folder.is_file():
                return folder
            for name in self.file_names:
                if (folder / name).is_file():
                    return folder / name
        raise missing(self.name, self.origin, folders, self.file_names)

    def open(self, files, factor_sizes):
        file = ArrayFile(files, OFFICIAL_REMEDY)
        stored = file.array(*self.images).as_rows(self.image_shape)
        space = FactorSpace(self.factor_names, self._sizes(stored, factor_sizes))
        self._check_labels(file, space)
        source = ImageSource(
            shape=(space.num_cells, *self.image_shape[:2], (*self.image_shape, 1)[2]),
            key={"source": file.signature, "brightest": self.brightest},
            read=self._reader(stored),
            mapped=stored.mapped if self.brightest == 255 else lambda: None,
        )
        return space, source, None

    def _sizes(self, stored: StoredArray, factor_sizes: tuple[int, ...] | None) -> tuple[int, ...]:
        allowed = [factor_sizes] if factor_sizes else self.generations or [self.factor_sizes]
        if stored.dtype != np.uint8 or stored.shape[1:] != self.image_shape:
            raise InputError(
                f"{stored.where} holds {stored.shape} of {stored.dtype}; the images of {self.name} "
                f"are (num_images, {', '.join(map(str, self.image_shape))}) of uint8."
            )
        for sizes in allowed:
            if stored.shape[0] == math.prod(sizes):
                return tuple(sizes)
        known = " or ".join(f"{math.prod(sizes)} ({sizes})" for sizes in allowed)
        raise InputError(
            f"{stored.where} holds {stored.shape[0]} images; {self.name} has {known}. It is "
            "another dataset, or not whole. For another grid bind dataset.factor_sizes to its "
            f"numbers of values of {', '.join(self.factor_names)}."
        )

    def _check_labels(self, file: ArrayFile, space: FactorSpace) -> None:
        if not self.labels:
            return
        there = [name for name in self.labels if name in file.names]
        tables = [file.array(name) for name in there] or [file.array(*self.labels)]
        for table in [table.as_rows((len(space.sizes),)) for table in tables]:
            require_table(table.shape, table.dtype, space, table.where)
            require_row_major(table.read(), space, table.where)

    def _reader(self, stored: StoredArray) -> Callable[[int, int], np.ndarray]:
        def read(start: int, stop: int) -> np.ndarray:
            images = stored.rows(start, stop)
            if images.ndim == 3:
                images = images[..., None]
            if self.brightest == 255:
                return images
            wrong = (images > self.brightest).any(axis=(1, 2, 3))
            if wrong.any():
                raise InputError(
                    f"{stored.where}: row {start + int(np.argmax(wrong))} has pixels above "
                    f"{self.brightest}, the brightest of {self.name}. Get the file again."
                )
            return images * np.uint8(255 // self.brightest)

        return read
