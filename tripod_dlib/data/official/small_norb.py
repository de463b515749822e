"""SmallNORB (LeCun et al., 2004), the first camera's images; the instance is a nuisance factor."""

import dataclasses
import itertools
from pathlib import Path

import numpy as np

from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.data.formats.binary_matrix import BinaryMatrix
from tripod_dlib.data.images.source import ImageSource
from tripod_dlib.data.labels import rows_of_cells
from tripod_dlib.data.official.declaration import Declaration
from tripod_dlib.data.official.origin import OfficialFile, Origin
from tripod_dlib.data.official.search import missing
from tripod_dlib.errors import InputError

CHUNKS = ("5x46789x9x18x6x2x96x96-training", "5x01235x9x18x6x2x96x96-testing")
PARTS = ("dat", "cat", "info")
SIDE = 96
IMAGE_SHAPE = (None, 2, SIDE, SIDE)
MIRROR = "https://cs.nyu.edu/~ylclab/data/norb-v1.0-small"
SHA256 = {
    "dat-training": "5ffd6272a07d32695ee1082a26a41a93a37aab8c28da047f8c34ed348d214873",
    "cat-training": "2784e542c1922060691090952b6cd6278879a216c90f81476f0f00256d42cdaa",
    "info-training": "de7eb932ebe7a4ee16217fead60660d0eb3d23632c2f4d1c51f88c501c17bf32",
    "dat-testing": "cf7104eed3e51174d2f65b66d1e5878b9da233b886f161b0d88f4510ba2c7474",
    "cat-testing": "ecaf6d5bb8c3bc5eab9cf0258f6d2198dd474e016e374836fc097f2e5ff509ff",
    "info-testing": "16adf314226327ee006d1a44db8cfef52773c06c829951d5653a9f6f310248a2",
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class SmallNorb(Declaration):
    """The dataset's declaration."""

    def find(self, folders: list[Path]) -> dict[tuple[str, str], Path]:
        for folder in folders:
            paths = {}
            for chunk, part in itertools.product(CHUNKS, PARTS):
                name = f"smallnorb-{chunk}-{part}.mat"
                there = [folder / name, folder / f"{name}.gz"]
                paths[chunk, part] = next((path for path in there if path.is_file()), None)
            if any(paths.values()):
                lost = [f"smallnorb-{'-'.join(k)}.mat" for k, path in paths.items() if not path]
                if lost:
                    raise InputError(
                        f"{folder} has no {' and no '.join(lost)} (or .mat.gz): {self.name} needs "
                        f"all six files. They come from {self.origin.home_page}."
                    )
                return paths
        raise missing(self.name, self.origin, folders)

    def open(self, files, factor_sizes):
        space = FactorSpace(self.factor_names, factor_sizes or self.factor_sizes)
        images = [BinaryMatrix(files[chunk, "dat"], "uint8", IMAGE_SHAPE) for chunk in CHUNKS]
        num = sum(matrix.shape[0] for matrix in images)
        if num != space.num_cells:
            raise InputError(
                f"{images[0].path.parent} holds {num} pairs of images; {self.name} has "
                f"{space.num_cells}, one for each cell of {space.sizes}. Get the files again, or "
                "bind dataset.factor_sizes."
            )
        factors = [self._factors(files, chunk, dat, space) for chunk, dat in zip(CHUNKS, images)]
        rows = rows_of_cells(np.concatenate(factors), space)
        if rows is None:
            raise InputError(
                f"{images[0].path.parent} does not hold one image for each of the "
                f"{space.num_cells} cells of {space.sizes}: some are missing or twice there. Get "
                "the files again, or bind dataset.factor_sizes."
            )
        ends = np.cumsum([matrix.shape[0] for matrix in images])

        def read(start: int, stop: int) -> np.ndarray:
            parts = []
            for matrix, end in zip(images, ends):
                first = end - matrix.shape[0]
                low, high = max(start, first), min(stop, end)
                if low < high:
                    parts.append(matrix.rows(low - first, high - first)[:, 0, :, :, None])
            return np.concatenate(parts)

        stats = [path.stat() for path in files.values()]
        source = ImageSource(
            shape=(space.num_cells, SIDE, SIDE, 1),
            key={"source": [[status.st_size, status.st_mtime_ns] for status in stats]},
            read=read,
            resampling="lanczos",
        )
        return space, source, rows

    def _factors(
        self,
        files: dict[tuple[str, str], Path],
        chunk: str,
        images: BinaryMatrix,
        space: FactorSpace,
    ) -> np.ndarray:
        """int64 (num, 5): category, instance, elevation, azimuth, lighting."""
        num = images.shape[0]
        category = BinaryMatrix(files[chunk, "cat"], "int32", (num,)).read()
        info = BinaryMatrix(files[chunk, "info"], "int32", (num, 4)).read()
        odd = info[:, 2] % 2 != 0
        if odd.any():
            row = int(np.argmax(odd))
            raise InputError(
                f"{files[chunk, 'info']}: the azimuth of row {row} is {info[row, 2]}; azimuths are "
                "the even numbers from 0. Get the file again."
            )
        info = info // np.array([1, 1, 2, 1])
        try:
            return space.exact(np.column_stack([category, info]))
        except InputError as error:
            raise InputError(
                f"{files[chunk, 'cat']} and {files[chunk, 'info'].name}: {error} Get the files "
                "again, or bind dataset.factor_sizes."
            ) from error


smallnorb = SmallNorb(
    name="smallnorb",
    factor_names=("category", "instance", "elevation", "azimuth", "lighting"),
    factor_sizes=(5, 10, 9, 18, 6),
    nuisance=("instance",),
    psnr_threshold=30.0,
    origin=Origin(
        files=tuple(
            OfficialFile(
                folder="small_norb",
                name=f"smallnorb-{chunk}-{part}.mat.gz",
                mirrors=(f"{MIRROR}/smallnorb-{chunk}-{part}.mat.gz",),
                most=1_000_000_000,
                sha256=SHA256[f"{part}-{chunk.split('-')[1]}"],
            )
            for chunk, part in itertools.product(CHUNKS, PARTS)
        ),
        expected="the six files smallnorb-*-{dat,cat,info}.mat (or .mat.gz)",
        size="about 250 MB compressed, 900 MB unpacked; the cache takes 200 MB more",
        licence="not stated",
        home_page="https://cs.nyu.edu/~ylclab/data/norb-v1.0-small/",
        citation="LeCun et al., 2004: Learning methods for generic object recognition with "
        "invariance to pose and lighting",
    ),
)
