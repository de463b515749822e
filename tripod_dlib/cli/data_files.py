"""tripod_data list, download, verify: what there is, and official files."""

import dataclasses
from pathlib import Path

from absl.flags import FlagValues

from tripod_dlib import registry
from tripod_dlib.cli.application import Command
from tripod_dlib.cli.columns import aligned
from tripod_dlib.cli.data_flags import CACHE_DIR, DATA_DIR, FACTOR_SIZES, dataset_arguments
from tripod_dlib.data.download import download
from tripod_dlib.data.download.partial_file import PartialFile
from tripod_dlib.data.images.cache_inventory import Cache, list_caches, select_caches
from tripod_dlib.data.named_data import parameters_of
from tripod_dlib.data.official.checks import published_checks
from tripod_dlib.data.official.declaration import Declaration
from tripod_dlib.data.official.origin import OfficialFile
from tripod_dlib.data.official.search import data_folder
from tripod_dlib.data.own.imported import imported_names, read_note
from tripod_dlib.data.verification import official_paths, verify
from tripod_dlib.errors import InputError
from tripod_dlib.storage.space import format_bytes

COLUMNS = ("dataset", "present", "cache", "licence", "size of the official files")


@dataclasses.dataclass(frozen=True)
class Row:
    """What `list` says of a dataset, in the order of `COLUMNS`."""

    name: str
    present: str
    cache: str
    licence: str = ""
    size: str = ""


def list_datasets(values: FlagValues) -> None:
    """Prints a row a dataset."""
    if values.data_dir is not None and Path(values.data_dir).is_file():
        raise InputError(
            f"--data_dir {values.data_dir} is a file; list looks for all datasets, in a folder. "
            "`tripod_data verify NAME --data_dir=FILE` looks at a file."
        )
    caches = list_caches(values.cache_dir)
    rows = [_row(name, values.data_dir, caches) for name in registry.datasets.names()]
    rows += [
        _row_of_import(name, values.cache_dir, caches) for name in imported_names(values.cache_dir)
    ]
    for line in aligned([COLUMNS, *(dataclasses.astuple(row) for row in rows)]):
        print(line)
    print(f"\nlooked in: {values.data_dir or data_folder().absolute()}")


def _row(name: str, data_dir: str | None, caches: list[Cache]) -> Row:
    try:
        entry = registry.datasets.load(name)
    except Exception as error:  # another package's, which may fail in any way
        return Row(name, "cannot be loaded", "", "", f"{error} ".splitlines()[0].strip())
    if isinstance(entry, Declaration):
        size = entry.origin.size.partition(";")[0]
        present = _presence(entry, data_dir)
        return Row(name, present, _cached(name, caches), entry.origin.licence, size)
    if name not in registry.datasets.builtin_names:
        licence = str(getattr(entry, "licence", "not stated"))
        return Row(name, "another package's", _cached(name, caches), licence)
    if "data_dir" in parameters_of(name):
        return Row(name, "bind dataset.data_dir", _cached(name, caches), "your own")
    return Row(name, "made here", _cached(name, caches), "Apache-2.0", "none")


def _row_of_import(name: str, cache_dir: str | None, caches: list[Cache]) -> Row:
    try:
        path = Path(read_note(name, cache_dir)["path"])
        there = "imported" if path.exists() else "imported, but gone"
    except (InputError, OSError):
        return Row(name, "note damaged", _cached(name, caches), "your own")
    return Row(name, there, _cached(name, caches), "your own", str(path))


def _presence(entry: Declaration, data_dir: str | None) -> str:
    try:
        official = official_paths(entry, data_dir)
    except InputError:
        return "may not be read"
    if len(official) == len(entry.origin.files) or entry.present(data_dir):
        return "yes"
    partials = [PartialFile(_target(file, data_dir)) for file in entry.origin.files]
    received = sum(partial.size for partial in partials)
    if received:
        return f"part ({format_bytes(received)})"
    num_there = len(official_paths(entry, data_dir, unpacked=True))
    return f"part ({num_there} of {len(entry.origin.files)} files)" if num_there else "no"


def _cached(name: str, caches: list[Cache]) -> str:
    try:
        own = select_caches(caches, [name])
    except InputError:
        return ""
    unfinished = "" if all(cache.finished for cache in own) else ", unfinished"
    return format_bytes(sum(cache.num_bytes for cache in own)) + unfinished


def download_dataset(values: FlagValues, name: str) -> None:
    """Gets every official file of a dataset that is not there yet."""
    entry = registry.datasets.load(name)
    if not isinstance(entry, Declaration):
        if "data_dir" in parameters_of(name):
            raise InputError(f"{name} is for data of your own: there is nothing to download.")
        ours = name in registry.datasets.builtin_names
        print(
            f"{name} is made here: there is nothing to download."
            if ours
            else f"{name} is another package's: nothing is known here of files to download."
        )
        return
    origin = entry.origin
    print(f"{name}: {origin.size}\nlicence: {origin.licence}\ncite: {origin.citation}", flush=True)
    for file in origin.files:
        target = _target(file, values.data_dir)
        unpacked = target.with_suffix("")
        if target.suffix == ".gz" and unpacked.is_file() and not target.exists():
            print(f"{unpacked.absolute()}: there already, unpacked; it has no published checksum")
            continue
        got = "downloaded" if download(file, target.parent) else "there already"
        print(f"{target.absolute()}: {got}; {published_checks(file)}", flush=True)


def _target(file: OfficialFile, data_dir: str | None) -> Path:
    """Where a file is put: straight into the folder that was named, else into its own."""
    if data_dir is None:
        return data_folder() / file.path
    return Path(data_dir).expanduser() / file.name


def verify_dataset(values: FlagValues, name: str) -> None:
    """Prints what was found right."""
    for line in verify(name, **dataset_arguments(values)):
        print(line)


LIST = Command(
    name="tripod_data list",
    summary="Lists all datasets: what is present, caches, licences, sizes.",
    flags=(DATA_DIR, CACHE_DIR),
    main=list_datasets,
    stops_at_once=True,
)

DOWNLOAD = Command(
    name="tripod_data download",
    summary=(
        "Gets a dataset's official files from their mirrors, going on with what is there of them, "
        "and checks them."
    ),
    flags=(DATA_DIR,),
    main=download_dataset,
    argument="NAME",
    stops_at_once=True,
    examples=(
        "tripod_data download shapes3d",
        "tripod_data download falcor3d --data_dir=/data/falcor3d",
    ),
    closing=(
        "With --data_dir files go straight into that folder, else into the sub-folders that "
        "disentanglement_lib uses, below $DISENTANGLEMENT_LIB_DATA. What has been received lies in "
        "FILE.partial until it is whole and right; the same command goes on. A file that is there "
        "is never written over. This is the only command that uses the network."
    ),
)

VERIFY = Command(
    name="tripod_data verify",
    summary="Checks a dataset's files: sizes, hashes, every label; reads every image once.",
    flags=(DATA_DIR, CACHE_DIR, FACTOR_SIZES),
    main=verify_dataset,
    argument="NAME",
    stops_at_once=True,
    examples=("tripod_data verify shapes3d",),
    closing=(
        "The first thing that is wrong is said, and the exit code is 2. With --factor_sizes the "
        "file is another than the official one, and no hash is compared."
    ),
)
