"""tripod_data prepare, show, import: from files to images."""

from functools import partial
from pathlib import Path

from absl.flags import DEFINE_string, FlagValues

from tripod_dlib.cli.application import Command
from tripod_dlib.cli.data_flags import (
    CACHE_DIR,
    DATA_DIR,
    FACTOR_SIZES,
    IMAGE_SIZE,
    LABELS,
    dataset_arguments,
    sizes_of,
)
from tripod_dlib.cli.path_flags import DEFINE_path
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.data.own.imported import record_import
from tripod_dlib.data.own.network_size import say_if_misfit
from tripod_dlib.data.traversals import traversals
from tripod_dlib.data.verification import describe
from tripod_dlib.errors import InputError
from tripod_dlib.storage import cache_folder


def prepare(values: FlagValues, name: str) -> None:
    """Opens a dataset, which makes its cache if it needs one."""
    data = get_named_ground_truth_data(name, **dataset_arguments(values))
    _print_what_it_is(name, data)
    print(f"ready; caches are in {cache_folder(values.cache_dir)}")


def show(values: FlagValues, name: str) -> None:
    """Writes a picture of factor traversals."""
    from tripod_dlib.results.pictures import (
        is_own_picture,
        labelled,
        save_picture,
        tile,
        to_pixels,
    )

    output = Path(values.output or f"{name}.png").expanduser()
    if output.suffix.lower() != ".png":
        raise InputError(f"--output is {values.output!r}; the picture is a .png file.")
    if values.output is None and output.exists() and not is_own_picture(output):
        raise InputError(
            f"{output.absolute()} is there, and is no picture of this command's: name another by "
            "--output."
        )
    data = get_named_ground_truth_data(name, **dataset_arguments(values))
    images = traversals(data)
    colors = images[..., :3] if images.shape[-1] >= 3 else images[..., :1]
    what = "each row varies one factor" if data.num_factors else "drawn at random"
    title = f"{name}: {what}"
    save_picture(output, labelled(tile(to_pixels(colors)), title, rows=data.factor_names))
    print(f"{describe(data)}\npicture: {output.absolute()}")


def import_data(values: FlagValues, path: str) -> None:
    """Gives a file or folder a name."""
    if values.name is None:
        raise InputError("--name is missing: under which name shall it be known?")
    data = record_import(
        values.name,
        path,
        values.cache_dir,
        factor_sizes=sizes_of(values.factor_sizes),
        image_size=values.image_size,
        labels=values.labels,
    )
    for note in data.notes:
        print(f"note: {note}")
    _print_what_it_is(values.name, data)
    print(f"bind dataset.name = '{values.name}'; the data stays where it is")


def _print_what_it_is(name: str, data: GroundTruthData) -> None:
    print(f"{name}: {describe(data)}; shape {data.observation_shape}")
    for note in say_if_misfit(data.observation_shape):
        print(f"note: {note}")


FOR_IMAGES = (DATA_DIR, CACHE_DIR, FACTOR_SIZES, IMAGE_SIZE, LABELS)

PREPARE = Command(
    name="tripod_data prepare",
    summary="Converts a dataset's images once, into the memory-mapped cache that training reads.",
    flags=FOR_IMAGES,
    main=prepare,
    argument="NAME",
    stops_at_once=True,
    examples=(
        "tripod_data prepare shapes3d_procedural --factor_sizes=4,4,4,2,2,2 --image_size=32",
    ),
    closing=(
        "Training does the same at its first use. A stopped one goes on where it stood; a second "
        "one at the same time waits for the first. Flags are those of the binding `dataset`: "
        "training finds the cache with the same ones. Images that lie uncompressed in their file "
        "need no cache."
    ),
)

SHOW = Command(
    name="tripod_data show",
    summary="Writes a picture in which each row varies one factor.",
    flags=(
        *FOR_IMAGES,
        partial(DEFINE_path, "output", None, "the picture; without it NAME.png here"),
    ),
    main=show,
    argument="NAME",
    stops_at_once=True,
    examples=("tripod_data show shapes3d_procedural --factor_sizes=4,4,4,2,2,2 --image_size=32",),
    closing=(
        "The other factors stand at the middle of their values; ten values at most are shown of "
        "each. White: no such image. Without factors it shows images drawn at random."
    ),
)

IMPORT = Command(
    name="tripod_data import",
    summary="Gives your own file or folder of images a name for dataset.name; it stays in place.",
    flags=(
        CACHE_DIR,
        FACTOR_SIZES,
        IMAGE_SIZE,
        LABELS,
        partial(DEFINE_string, "name", None, "its name: letters, digits, - and _"),
    ),
    main=import_data,
    argument="PATH",
    stops_at_once=True,
    examples=(
        "tripod_data import mine.npz --name=my_shapes",
        "tripod_data import photos --name=my_photos --image_size=64",
        "tripod_data import animals --name=animals --labels=folders",
    ),
    closing=(
        "PATH is an .npz, .npy or HDF5 file with `images` (and `labels`, a row for each image, "
        "where factors are known), a folder of pictures, or a folder that TensorFlow Datasets "
        "prepared. Labels of pictures are the names of the folders that they lie in, or stand in a "
        ".csv file: a line of names, then a row for each picture, its path first. Images without "
        "labels train with PSNR alone."
    ),
)
