"""Whether a dataset's files are what they should be, as far as can be told."""

from collections.abc import Sequence
from pathlib import Path

from tripod_dlib import registry
from tripod_dlib.data.formats.file_kind import kind_of, refusals_in_words
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.named_data import get_named_ground_truth_data, parameters_of
from tripod_dlib.data.official.checks import fault_of, fault_of_zip, published_checks
from tripod_dlib.data.official.declaration import Declaration
from tripod_dlib.data.official.origin import OfficialFile
from tripod_dlib.data.official.search import search_folders
from tripod_dlib.data.own.imported import imported_names, read_note
from tripod_dlib.errors import InputError, counted


def verify(
    name: str,
    data_dir: str | None = None,
    factor_sizes: Sequence[int] | None = None,
    cache_dir: str | None = None,
) -> list[str]:
    """Checks sizes and hashes, every label, and reads every image once.

    Args:
      name: Registered name, or an import's.
      data_dir: Folder with the official files, or a file.
      factor_sizes: Of a smaller grid, whose file is not the official one: no hash is compared.
      cache_dir: Folder for caches, where imports are noted.

    Returns:
      said: What was found right, a line each.

    Raises:
      InputError: If something is missing or wrong.
    """
    entry = registry.datasets.load(name) if name in registry.datasets.names() else None
    if not isinstance(entry, Declaration):
        return [_opened(name, data_dir, factor_sizes, cache_dir)]
    said = []
    if factor_sizes is None:
        for path, file in official_paths(entry, data_dir):
            fault = fault_of(path, file)
            if fault is not None:
                raise InputError(
                    f"{path}: {fault}. Move it aside and get it again: tripod_data download {name}"
                )
            said.append(f"{path}: {published_checks(file)}")
    space, source, _ = entry.opened(data_dir, factor_sizes)
    source.read_all(f"verifying {name}")
    sizes = ", ".join(f"{n} {size}" for n, size in zip(space.names, space.sizes, strict=True))
    return [*said, f"{name}: {space.num_cells} images read, one for each cell of {sizes}"]


def official_paths(
    declaration: Declaration, data_dir: str | None = None, unpacked: bool = False
) -> list[tuple[Path, OfficialFile]]:
    """The official files that are there, under their own names.

    Args:
      declaration: The dataset.
      data_dir: Where to look; None for the usual folders.
      unpacked: Whether a file counts that was unpacked, without .gz at its end.

    Raises:
      InputError: If a folder may not be read.
    """
    paths = []
    with refusals_in_words():
        folders = search_folders(declaration.name, declaration.origin, data_dir)
        for file in declaration.origin.files:
            places = [
                folder if folder.is_file() and folder.name == file.name else folder / file.name
                for folder in folders
            ]
            places += [
                place.with_suffix("") for place in places if unpacked and place.suffix == ".gz"
            ]
            paths += [(place, file) for place in places if place.is_file()][:1]
    return paths


def _opened(
    name: str,
    data_dir: str | None,
    factor_sizes: Sequence[int] | None,
    cache_dir: str | None,
) -> str:
    """Of a dataset without official files: opening it checks its labels and reads its images."""
    imported = name in imported_names(cache_dir)
    if not imported and "data_dir" not in parameters_of(name):
        return f"{name} is made here: it has no files to verify"
    path = data_dir or (read_note(name, cache_dir)["path"] if imported else None)
    if path is not None and Path(path).is_file() and kind_of(Path(path)) == "zip":
        fault = fault_of_zip(Path(path))  # checksums are not looked at where it is mapped
        if fault is not None:
            raise InputError(f"{path}: {fault}. Get or make the file again.")
    given = {"data_dir": data_dir, "factor_sizes": factor_sizes, "cache_dir": cache_dir}
    data = get_named_ground_truth_data(name, **given)
    return f"{name}: {describe(data)}"


def describe(data: GroundTruthData) -> str:
    """What a dataset holds, in a line."""
    if not data.num_factors:
        return f"{counted(data.num_images, 'image')}, no factors: it trains, with PSNR alone"
    sizes = zip(data.factor_names, data.factors_num_values, strict=True)
    grid = "a full grid of" if data.full_grid else "an incomplete grid of"
    factors = ", ".join(f"{name} {size}" for name, size in sizes)
    return f"{counted(data.num_images, 'image')}, {grid} {factors}"
