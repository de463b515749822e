"""Datasets of one PNG per cell and a table of labels, as Falcor3D and Isaac3D come."""

import dataclasses
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.data.formats.members import Members
from tripod_dlib.data.formats.npy_array import read_npy
from tripod_dlib.data.formats.picture import PictureFault, read_pixels
from tripod_dlib.data.images.source import ImageSource, num_threads
from tripod_dlib.data.labels import require_row_major
from tripod_dlib.data.official.declaration import Declaration
from tripod_dlib.data.official.search import find_members
from tripod_dlib.errors import InputError

MOST_HEADER_BYTES = 1000
LOOKED_AT = 64  # pictures whose size and time tell whether the data was replaced


@dataclasses.dataclass(frozen=True)
class Edition:
    """One of the official archives.

    Attributes:
      side: Of its pictures in pixels.
      labels_needed: Whether it must hold its labels; pictures are named after their rows.
    """

    side: int
    labels_needed: bool = True


@dataclasses.dataclass(frozen=True, kw_only=True)
class PictureGrid(Declaration):
    """What there is to say of such a dataset besides.

    Attributes:
      editions: By the name of the folder at the top of the archive.
      labels: Names that the table of labels, an .npy array, may have below that folder.
    """

    editions: Mapping[str, Edition]
    labels: tuple[str, ...]

    def find(self, folders: list[Path]) -> tuple[Members, str]:
        return find_members(self.name, folders, list(self.editions), self.origin)

    def open(self, files, factor_sizes):
        members, root = files
        space = FactorSpace(self.factor_names, factor_sizes or self.factor_sizes)
        edition = self.editions[root.split("/")[-1]]
        side = edition.side
        labels = self._check_labels(members, root, space, edition)
        pictures = self._check_pictures(members, root, space)

        def read(start: int, stop: int) -> np.ndarray:
            with ThreadPoolExecutor(num_threads()) as pool:
                rows = range(start, stop)
                decoded = pool.map(lambda row: self._decode(members, pictures, row, side), rows)
                return np.stack(list(decoded))

        source = ImageSource(
            shape=(space.num_cells, side, side, 3),
            key={
                "source": self._signature(members, root, labels, pictures),
                "factor_sizes": space.sizes,
                "root": root,
            },
            read=read,
        )
        return space, source, None

    def _check_labels(
        self, members: Members, root: str, space: FactorSpace, edition: Edition
    ) -> str | None:
        names = [f"{root}/{name}" for name in self.labels]
        there = [name for name in names if members.exists(name)]
        if not there:
            if not edition.labels_needed:
                return None
            raise InputError(
                f"{' or '.join(names)} is missing in {members.path}: the dataset {self.name} needs "
                f"its labels beside its images. It comes from {self.origin.address}."
            )
        where = f"{there[0]} in {members.path}"
        most = 16 * space.num_cells * len(space.sizes) + MOST_HEADER_BYTES
        remedy = f"Get it again from {self.origin.address}."
        require_row_major(read_npy(members.read(there[0], most), where, remedy), space, where)
        return there[0]

    def _check_pictures(self, members: Members, root: str, space: FactorSpace) -> list[str]:
        folder = f"{root}/images"
        if not members.exists(folder):
            raise InputError(f"The folder {folder} is missing in {members.path}.")
        there = set(members.names(folder))
        pictures = [f"{folder}/{index:06d}.png" for index in range(space.num_cells)]
        for index, name in enumerate(pictures):
            if name not in there:
                raise InputError(
                    f"{name} is missing in {members.path}: row {index} of {space.num_cells} has no "
                    "picture. Unpack the archive again."
                )
        extra = sum(_is_picture(name) for name in there) - len(pictures)
        if extra:
            raise InputError(
                f"{folder} in {members.path} holds {extra} more pictures than the {len(pictures)} "
                f"of a grid of {space.sizes}. For another grid bind dataset.factor_sizes."
            )
        return pictures

    def _signature(
        self, members: Members, root: str, labels: str | None, pictures: list[str]
    ) -> list[list[int]]:
        """What changes when the data is replaced: of an archive, or of a folder's files.

        Of the pictures some from everywhere are looked at, since all are up to 737 280.
        """
        if members.is_archive:
            return [members.signature(pictures[0])]
        some = pictures[:: -(-len(pictures) // LOOKED_AT)]
        names = [*([labels] if labels else []), f"{root}/images", *some]
        return [members.signature(name) for name in names]

    def _decode(self, members: Members, pictures: list[str], row: int, side: int) -> np.ndarray:
        name = pictures[row]
        try:
            return read_pixels(members.read(name), ["PNG"], (side, side))
        except PictureFault as fault:
            raise InputError(f"Row {row}: {name} in {members.path} {fault}") from fault


def _is_picture(name: str) -> bool:
    """Hidden files aside, which other systems leave beside pictures."""
    return name.endswith(".png") and not name.rpartition("/")[2].startswith(".")
