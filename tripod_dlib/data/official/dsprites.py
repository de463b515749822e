"""dSprites (Matthey et al., 2017) and disentanglement_lib's variants of it.

The archive's metadata are a Python pickle and are never read: sizes and names are constants here.
"""

import dataclasses
from pathlib import Path

import numpy as np

from tripod_dlib.data.formats.file_kind import refusals_in_words
from tripod_dlib.data.formats.picture import PictureFault, read_pixels
from tripod_dlib.data.grid_data import GridData
from tripod_dlib.data.official.array_grid import ArrayGrid
from tripod_dlib.data.official.origin import OfficialFile, Origin
from tripod_dlib.data.official.search import missing, search_folders
from tripod_dlib.errors import InputError

STEM = "dsprites_ndarray_co1sh3sc6or40x32y32_64x64"
FACTOR_NAMES = ("color", "shape", "scale", "orientation", "pos_x", "pos_y")
FACTOR_SIZES = (1, 3, 6, 40, 32, 32)
SCREAM_SIZE = (350, 274)  # width and height into which the painting is shrunk
PATCH = 64

DSPRITES_FILE = OfficialFile(
    folder="dsprites",
    name=f"{STEM}.hdf5",
    mirrors=(
        f"https://github.com/google-deepmind/dsprites-dataset/raw/master/{STEM}.hdf5",
        f"https://raw.githubusercontent.com/google-deepmind/dsprites-dataset/master/{STEM}.hdf5",
    ),
    size=28_024_106,
    sha256="729fa22e884c9c500e1f17415d580746b4c5894fbbb780a1319bbcfa39a745bb",
    md5="b331c4447a651c44bf5e8ae09022e230",
)
SCREAM_FILE = OfficialFile(
    folder="scream",
    name="scream.jpg",
    mirrors=("https://upload.wikimedia.org/wikipedia/commons/f/f4/The_Scream.jpg",),
    most=100_000_000,
)
ORIGIN = Origin(
    files=(DSPRITES_FILE,),
    expected=f"{STEM}.hdf5 (or .npz)",
    size="28.0 MB; the cache takes 3.0 GB more",
    licence="Apache-2.0",
    home_page="https://github.com/google-deepmind/dsprites-dataset",
    citation="Matthey et al., 2017: dSprites, disentanglement testing Sprites dataset",
)


class ColoredSprites(GridData):
    """Sprites in three channels with something random about them: float images, drawn anew."""

    @property
    def observation_shape(self):
        return (*super().observation_shape[:2], 3)

    def sample_observations_from_factors(self, factors, random_state):
        sprites = super().sample_observations_from_factors(factors, random_state)
        return self._colored(sprites, random_state)

    def take(self, indices, random_state):
        factors, sprites = super().take(indices, random_state)
        return factors, self._colored(sprites, random_state)

    def sample_images(self, num, random_state):
        return self.sample_observations(num, random_state)

    def color(self, sprites: np.ndarray, random_state: np.random.RandomState) -> np.ndarray:
        """Each sprite in a colour of its own.

        Args:
          sprites: float32 (num, height, width, 3), 0 or 1.
          random_state: Source of the draws.

        Returns:
          images: (num, height, width, 3) in [0, 1].
        """
        return sprites * random_state.uniform(0.5, 1, [len(sprites), 1, 1, 3])

    def _colored(self, sprites: np.ndarray, random_state: np.random.RandomState) -> np.ndarray:
        return self.color(np.repeat(sprites, 3, axis=3), random_state).astype(np.float32)


class NoisySprites(ColoredSprites):
    """White sprites before uniform noise."""

    def color(self, sprites, random_state):
        return np.minimum(sprites + random_state.uniform(0, 1, sprites.shape), 1.0)


class ScreamSprites(ColoredSprites):
    """Sprites that invert a patch of a painting, mixed with a colour, behind them."""

    painting: np.ndarray

    def color(self, sprites, random_state):
        images = np.empty(sprites.shape)
        rows, columns = (side - PATCH for side in self.painting.shape[:2])
        for image, sprite in zip(images, sprites, strict=True):
            top, left = random_state.randint(0, rows), random_state.randint(0, columns)
            patch = self.painting[top : top + PATCH, left : left + PATCH]
            mixed = (patch + random_state.uniform(0, 1, size=3)) / 2.0
            image[...] = np.where(sprite == 1, 1 - mixed, mixed)
        return images


@dataclasses.dataclass(frozen=True, kw_only=True)
class DSprites(ArrayGrid):
    """dSprites or a variant.

    Attributes:
      data_class: What the variant does to the sprites.
    """

    data_class: type[GridData] = GridData

    def build(self, space, images, rows):
        return self.data_class(
            self.name,
            space.names,
            space.sizes,
            images,
            psnr_threshold=self.psnr_threshold,
            nuisance=self.nuisance,
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class ScreamDSprites(DSprites):
    """The variant that needs a painting besides."""

    def __call__(self, data_dir=None, factor_sizes=None, cache_dir=None):
        data = super().__call__(data_dir, factor_sizes, cache_dir=cache_dir)
        data.painting = read_painting(self._find_painting(data_dir))
        return data

    def opened(self, data_dir=None, factor_sizes=None):
        read_painting(self._find_painting(data_dir))  # before long work begins
        return super().opened(data_dir, factor_sizes)

    def present(self, data_dir=None):
        try:
            self._find_painting(data_dir)
        except InputError:
            return False
        return super().present(data_dir)

    def _find_painting(self, data_dir: str | None) -> Path:
        with refusals_in_words():
            folders = search_folders(self.name, self.origin, data_dir)
            if data_dir is not None:
                chosen = Path(data_dir).expanduser()
                folders = [*folders, chosen.parent, chosen.parent / SCREAM_FILE.folder]
            for folder in folders:
                if (folder / SCREAM_FILE.name).is_file():
                    return folder / SCREAM_FILE.name
        raise missing(self.name, self.origin, folders)


def read_painting(path: Path) -> np.ndarray:
    """The painting, shrunk as in disentanglement_lib: float64 (height, width, 3) in [0, 1].

    Raises:
      InputError: If it is not a whole picture, or too small to take patches from.
    """
    try:
        pixels = read_pixels(path, ["JPEG", "PNG"], within=SCREAM_SIZE) / 255.0
    except PictureFault as fault:
        raise InputError(f"{path} {fault}") from fault
    if min(pixels.shape[:2]) <= PATCH:
        raise InputError(
            f"{path} is {pixels.shape[1]}x{pixels.shape[0]} pixels once it is shrunk to fit "
            f"{SCREAM_SIZE[0]}x{SCREAM_SIZE[1]}; patches of {PATCH}x{PATCH} are taken from it."
        )
    return pixels


def _declaration(name: str, kind: type[DSprites] = DSprites, **changes) -> DSprites:
    fields = {
        "factor_names": FACTOR_NAMES,
        "factor_sizes": FACTOR_SIZES,
        "file_names": (f"{STEM}.hdf5", f"{STEM}.npz"),
        "images": ("imgs",),
        "labels": ("latents/classes", "latents/values", "latents_classes", "latents_values"),
        "image_shape": (64, 64),
        "brightest": 1,
        "nuisance": ("color",),
        "cache_name": "dsprites",
        "origin": ORIGIN,
    }
    return kind(name=name, **{**fields, **changes})


PSNR_THRESHOLD = 30.0

dsprites_full = _declaration("dsprites_full", psnr_threshold=PSNR_THRESHOLD)
dsprites_noshape = _declaration(
    "dsprites_noshape", nuisance=("color", "shape"), psnr_threshold=PSNR_THRESHOLD
)
color_dsprites = _declaration(
    "color_dsprites", data_class=ColoredSprites, psnr_threshold=PSNR_THRESHOLD
)
noisy_dsprites = _declaration("noisy_dsprites", data_class=NoisySprites)
scream_dsprites = _declaration(
    "scream_dsprites",
    ScreamDSprites,
    data_class=ScreamSprites,
    origin=dataclasses.replace(
        ORIGIN,
        files=(DSPRITES_FILE, SCREAM_FILE),
        expected=f"{ORIGIN.expected} and scream/scream.jpg",
    ),
)
