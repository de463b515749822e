"""A folder that TensorFlow Datasets prepared; needs that package, which is not installed here."""

import dataclasses
import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.images.cache import cache_home
from tripod_dlib.data.images.source import ImageSource
from tripod_dlib.data.own.image_array import require_channels
from tripod_dlib.data.own.labelled_images import UnlabelledImages, factors_of, labelled_data
from tripod_dlib.errors import InputError
from tripod_dlib.storage import atomic_path, cache_folder

IMAGE = "image"
LABELS = "labels.npy"


@dataclasses.dataclass(frozen=True)
class TfdsFolder:
    """The declaration; there are no official files.

    Attributes:
      name: What the dataset is called.
    """

    name: str = "tfds_folder"

    def __call__(
        self,
        data_dir: str | None = None,
        factor_sizes: tuple[int, ...] | None = None,
        image_size: int | None = None,
        cache_dir: str | None = None,
    ) -> GroundTruthData:
        """Converts all splits once; every integer feature is a factor.

        Args:
          data_dir: The folder with dataset_info.json and features.json.
          factor_sizes: Numbers of values, where the labels do not show all.
          image_size: Side of the images in pixels; None for the dataset's.
          cache_dir: Folder for caches.

        Raises:
          InputError: If the package or the folder is missing, or holds something else.
        """
        folder = _folder(data_dir)
        builder = _builder(folder)
        shape, names = _features(builder, folder)
        num = sum(split.num_examples for split in builder.info.splits.values())
        info = (folder / "dataset_info.json").stat()
        key = {"tfds": str(builder.info.full_name), "source": [info.st_size, info.st_mtime_ns]}
        place = cache_folder(cache_dir)
        reader = _Reader(builder)
        source = ImageSource(shape=(num, *shape), key=key, read=reader.images)
        size = shape[0] if image_size is None else image_size
        images = source.open(self.name, size, place)
        if not names:
            return UnlabelledImages(self.name, images)
        stored = cache_home(f"{self.name}-labels", key, place) / LABELS
        if not stored.exists():
            with atomic_path(stored) as temporary:
                np.save(temporary, reader.labels(names), allow_pickle=False)
        labels = np.load(stored, allow_pickle=False)
        space, factors = factors_of(labels, names, factor_sizes, str(folder))
        return labelled_data(self.name, space, factors, images)


tfds_folder = TfdsFolder()


class _Reader:
    """Examples in the order of the files; going forward is quick."""

    def __init__(self, builder: object):
        self._builder = builder
        self._examples: Iterator[dict] | None = None
        self._next = 0

    def images(self, start: int, stop: int) -> np.ndarray:
        if self._examples is None or start != self._next:
            self._examples = itertools.islice(self._all(), start, None)
        self._next = stop
        return np.stack([e[IMAGE] for e in itertools.islice(self._examples, stop - start)])

    def labels(self, names: list[str]) -> np.ndarray:
        return np.array([[int(example[name]) for name in names] for example in self._all()])

    def _all(self) -> Iterator[dict]:
        import tensorflow_datasets

        splits = self._builder.as_dataset(split=None, shuffle_files=False)
        for name in sorted(splits):
            yield from tensorflow_datasets.as_numpy(splits[name])


def _folder(data_dir: str | None) -> Path:
    if data_dir is None:
        raise InputError("Bind dataset.data_dir to a folder that TensorFlow Datasets prepared.")
    folder = Path(data_dir).expanduser()
    if not (folder / "dataset_info.json").is_file():
        inner = sorted(path.parent for path in folder.glob("**/dataset_info.json"))
        hint = f" Perhaps {inner[0]} is meant." if inner else ""
        raise InputError(
            f"{folder.absolute()} has no dataset_info.json: it is not a folder that TensorFlow "
            f"Datasets prepared (such as shapes3d/2.0.0).{hint}"
        )
    return folder


def _builder(folder: Path) -> object:
    try:
        import tensorflow_datasets
    except ImportError as error:
        raise InputError(
            "A folder of TensorFlow Datasets is read with that package, which is not installed: "
            f"pip install tensorflow-datasets ({error})."
        ) from error
    return tensorflow_datasets.builder_from_directory(str(folder))


def _features(builder: object, folder: Path) -> tuple[tuple[int, int, int], list[str]]:
    """Shape of an image, and the names of the scalar integer features."""
    features = builder.info.features
    if IMAGE not in features or None in features[IMAGE].shape:
        raise InputError(
            f"{folder} has no feature {IMAGE!r} of one fixed size; it has {', '.join(features)}."
        )
    shape = tuple(features[IMAGE].shape)
    require_channels(shape, f"{folder}: the feature {IMAGE!r}")
    if features[IMAGE].np_dtype != np.uint8:
        raise InputError(
            f"{folder}: the feature {IMAGE!r} is uint8; got {features[IMAGE].np_dtype}."
        )
    names = [
        name
        for name in features
        if features[name].shape == () and np.issubdtype(features[name].np_dtype, np.integer)
    ]
    return shape, names
