"""Cars3D (Reed et al., 2015): one MATLAB file a car, whose ids follow list.txt."""

import collections
import dataclasses
import io
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np
import scipy.io
from scipy.io.matlab import MatReadError

from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.data.formats.members import Members
from tripod_dlib.data.images.source import ImageSource
from tripod_dlib.data.official.declaration import Declaration
from tripod_dlib.data.official.origin import OfficialFile, Origin
from tripod_dlib.data.official.search import find_members
from tripod_dlib.errors import InputError
from tripod_dlib.storage.terminal import one_line

SIDE = 128
LIST = "list.txt"
MOST_LISTED_BYTES = 1_000_000
OBJECT_ORDERS = ("list", "directory")
MATLAB_DAMAGES = (MatReadError, ValueError, TypeError, OSError, EOFError, NotImplementedError)
MATLAB_DAMAGES += (KeyError, IndexError, OverflowError, MemoryError)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Cars3D(Declaration):
    """The dataset's declaration.

    Attributes:
      object_order: "list", or "directory" for the order in which the folder lists its files.
    """

    object_order: str = "list"

    def __call__(
        self,
        data_dir: str | None = None,
        factor_sizes: tuple[int, ...] | None = None,
        image_size: int | None = None,
        cache_dir: str | None = None,
        object_order: str = "list",
    ):
        """As for every dataset; `object_order` is "list", or "directory" as in disentanglement_lib.

        Raises:
          InputError: If files are missing or wrong, or the order is unknown.
        """
        if object_order not in OBJECT_ORDERS:
            raise InputError(
                f"dataset.object_order is {object_order!r}; it is one of "
                f"{', '.join(map(repr, OBJECT_ORDERS))}."
            )
        chosen = dataclasses.replace(self, object_order=object_order)
        return super(Cars3D, chosen).__call__(data_dir, factor_sizes, image_size, cache_dir)

    def find(self, folders: list[Path]) -> tuple[Members, str]:
        for folder in folders:
            if folder.is_dir() and any(folder.glob("*.mat")):
                return Members(folder), ""
        return find_members(self.name, folders, ["data/cars", "cars"], self.origin)

    def open(self, files, factor_sizes):
        members, root = files
        space = FactorSpace(self.factor_names, factor_sizes or self.factor_sizes)
        elevations, azimuths, objects = space.sizes
        paths = [PurePosixPath(name) for name in members.names(root)]
        stored = [str(p) for p in paths if p.suffix == ".mat" and not p.name.startswith(".")]
        ordered = self._ordered(members, root, stored)
        if len(ordered) != objects:
            raise InputError(
                f"{members.path} holds {len(ordered)} cars; {self.name} has {objects}. Files are "
                "missing, or it is a smaller grid: bind dataset.factor_sizes then."
            )
        stored = stored if members.is_archive else sorted(ordered)
        views = elevations * azimuths

        def read(start: int, stop: int) -> np.ndarray:
            cars = range(start // views, (stop - 1) // views + 1)
            images = [_read_car(members, stored[car], elevations, azimuths) for car in cars]
            first = cars[0] * views
            return np.concatenate(images)[start - first : stop - first]

        grid = space.factors(np.arange(space.num_cells))
        place = np.array([stored.index(name) for name in ordered])
        rows = (place[grid[:, 2]] * azimuths + grid[:, 1]) * elevations + grid[:, 0]
        signatures = [
            members.signature(name) for name in stored[: 1 if members.is_archive else None]
        ]
        source = ImageSource(
            shape=(space.num_cells, SIDE, SIDE, 3),
            key={"source": signatures, "factor_sizes": space.sizes},
            read=read,
            resampling="lanczos",
        )
        return space, source, rows

    def _ordered(self, members: Members, root: str, stored: Sequence[str]) -> list[str]:
        if self.object_order == "directory":
            return list(stored)
        name = f"{root}/{LIST}" if root else LIST
        if not members.exists(name):
            raise InputError(
                f"{name} is missing in {members.path}: the ids of the cars follow it. Put the "
                "official one there, or bind dataset.object_order = 'directory' for the order of "
                "the folder, which differs between machines."
            )
        lines = members.read(name, MOST_LISTED_BYTES).read().decode("utf-8", "replace").split()
        by_stem = {PurePosixPath(path).stem: path for path in stored}
        listed = [PurePosixPath(line).name.removesuffix(".mat") for line in lines]
        lost = [stem for stem in listed if stem not in by_stem]
        unlisted = sorted(set(by_stem) - set(listed))
        repeated = sorted(stem for stem, count in collections.Counter(listed).items() if count > 1)
        if lost or unlisted or repeated:
            faults = {"without a file": lost, "not in the list": unlisted, "twice": repeated}
            shown = {k: ", ".join(one_line(stem, 40) for stem in v[:3]) for k, v in faults.items()}
            said = "; ".join(f"{k}: {names}" for k, names in shown.items() if names)
            raise InputError(
                f"{name} in {members.path} and the .mat files beside it differ ({said}). Unpack "
                "the official archive again."
            )
        return [by_stem[stem] for stem in listed]


def _read_car(members: Members, name: str, elevations: int, azimuths: int) -> np.ndarray:
    """uint8 (azimuths * elevations, 128, 128, 3), the elevation fastest."""
    data: io.BytesIO = members.read(name)
    expected = (SIDE, SIDE, 3, azimuths, elevations)
    try:
        promised = {variable: (shape, kind) for variable, shape, kind in scipy.io.whosmat(data)}
        shape, kind = promised["im"]
        # what promises something else is not read: it may be of any size
        fits = shape == expected and kind == "uint8"
        im = scipy.io.loadmat(data, variable_names=["im"])["im"] if fits else None
    except MATLAB_DAMAGES as error:
        raise InputError(
            f"{name} in {members.path} is not a whole MATLAB file with an array 'im' ({error}): "
            "unpack the official archive again."
        ) from error
    if im is None:
        raise InputError(
            f"{name} in {members.path}: 'im' is {shape} of {kind}; {expected} of uint8 is "
            "expected. For another grid bind dataset.factor_sizes."
        )
    return np.transpose(im, (3, 4, 0, 1, 2)).reshape(-1, SIDE, SIDE, 3)


cars3d = Cars3D(
    name="cars3d",
    factor_names=("elevation", "azimuth", "object"),
    factor_sizes=(4, 24, 183),
    psnr_threshold=30.0,
    origin=Origin(
        files=(
            OfficialFile(
                folder="cars",
                name="nips2015-analogy-data.tar.gz",
                mirrors=("http://www.scottreed.info/files/nips2015-analogy-data.tar.gz",),
                md5="4e866a7919c1beedf53964e6f7a23686",
                most=1_000_000_000,
            ),
        ),
        expected="the folder cars of car_*_mesh.mat and list.txt, or nips2015-analogy-data.tar.gz,",
        size="about 300 MB as an archive; the cache takes 216 MB more",
        licence="not stated",
        home_page="http://www.scottreed.info",
        citation="Reed et al., 2015: Deep visual analogy-making",
    ),
)
