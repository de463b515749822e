"""Sources and latents from files: .npz, .npy and .csv. Nothing is ever unpickled."""

import csv
import dataclasses
from pathlib import Path

import numpy as np

from tripod_dlib.data.formats.array_file import DAMAGES
from tripod_dlib.errors import InputError

SUFFIXES = (".npz", ".npy", ".csv")


@dataclasses.dataclass(frozen=True)
class StoredRepresentation:
    """What a file of a representation holds.

    Attributes:
      sources: (num_samples, num_sources) labels.
      latents: (num_samples, num_latents) numbers.
      discrete: Whether the latents are quantized; None if the file does not say.
    """

    sources: np.ndarray
    latents: np.ndarray
    discrete: bool | None


def read_representation(path: str | Path) -> StoredRepresentation:
    """Reads a file of arrays `sources`, `latents` and perhaps `num_values_per_latent`.

    Args:
      path: An .npz file; `num_values_per_latent` is 0 where latents are continuous.

    Raises:
      InputError: If it cannot be read, an array is missing, or the rows do not fit together.
    """
    arrays = read_arrays(path)
    lacking = [name for name in ("sources", "latents") if name not in arrays]
    if lacking:
        raise InputError(
            f"{path} has no array {' and no array '.join(map(repr, lacking))}; it holds "
            f"{', '.join(map(repr, arrays)) or 'none'}. Save it with numpy.savez(FILE, "
            "sources=..., latents=...)."
        )
    discrete = None
    if "num_values_per_latent" in arrays:
        discrete = _says_discrete(arrays["num_values_per_latent"], path)
    return _checked(arrays["sources"], arrays["latents"], discrete, f"{path}")


def read_pair(latents: str | Path, sources: str | Path) -> StoredRepresentation:
    """Reads latents and sources from a file each.

    Args:
      latents: An .npy or .csv file, or an .npz file that holds one array or one named `latents`.
      sources: The same of `sources`.

    Raises:
      InputError: If a file cannot be read or holds several arrays, or the rows do not fit together.
    """
    found = _only(sources, "sources"), _only(latents, "latents")
    return _checked(*found, None, f"{sources} and {latents}")


def read_arrays(path: str | Path) -> dict[str, np.ndarray]:
    """The arrays of a file by name; the one of an .npy or .csv file is named after the file.

    Raises:
      InputError: If the file is missing, damaged, of another kind, or holds Python objects.
    """
    path = Path(path).expanduser()
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path} is not one of {', '.join(SUFFIXES)} by its name: save it as one.")
    if not path.is_file():
        raise InputError(f"There is no file {path}.")
    if path.suffix.lower() == ".csv":
        return {path.stem: _read_csv(path)}
    try:
        with path.open("rb") as file:
            loaded = np.load(file, allow_pickle=False)
            if isinstance(loaded, np.ndarray):
                return {path.stem: loaded}
            arrays = {name: loaded[name] for name in loaded.files}
    except DAMAGES as error:
        if "allow_pickle" in str(error) or "pickled data" in str(error):
            raise InputError(
                f"{path} holds Python objects (a pickle). They are never loaded, since that can "
                "run code: save numbers or strings instead, for example array.astype(str)."
            ) from error
        raise InputError(f"{path} is damaged or no {path.suffix} file: {error}.") from error
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray):
            raise InputError(f"{name} in {path} is no array: save the file by numpy.savez.")
    return arrays


def _only(path: str | Path, name: str) -> np.ndarray:
    arrays = read_arrays(path)
    if len(arrays) == 1:
        return next(iter(arrays.values()))
    if name in arrays:
        return arrays[name]
    raise InputError(
        f"{path} holds the arrays {', '.join(map(repr, arrays)) or '(none)'}; one array is "
        f"expected, or one named {name!r}."
    )


def _read_csv(path: Path) -> np.ndarray:
    """Numbers (num_rows, num_columns), integers where all are; a first line of names is skipped."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read: {error}.") from error
    if rows and not all(map(_is_number, rows[0])):
        rows = rows[1:]
    for number, row in enumerate(rows):
        if len(row) != len(rows[0]) or not all(map(_is_number, row)):
            raise InputError(
                f"{path}: row {number} below the head, {','.join(row)!r}, is not "
                f"{len(rows[0])} numbers. A .csv file holds numbers, and perhaps a first line of "
                "names; save labels that are texts as .npy."
            )
    if not rows:
        raise InputError(f"{path} holds no numbers.")
    numbers = np.array(rows, np.float64)
    whole = np.isfinite(numbers).all() and (numbers % 1 == 0).all() and abs(numbers).max() < 2**53
    return numbers.astype(np.int64) if whole else numbers


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _says_discrete(values: np.ndarray, path: str | Path) -> bool:
    if values.dtype.kind not in "iu" or (values < 0).any():
        raise InputError(
            f"{path}: num_values_per_latent is {values!r}; it is a number of values, or 0 for "
            "continuous latents."
        )
    return bool((values > 0).all())


def _checked(
    sources: np.ndarray, latents: np.ndarray, discrete: bool | None, where: str
) -> StoredRepresentation:
    if sources.ndim != 2 or latents.ndim != 2 or len(sources) != len(latents):
        raise InputError(
            f"{where}: sources are {sources.shape} and latents {latents.shape}; they are "
            "(num_samples, num_sources) and (num_samples, num_latents), row by row the same "
            "samples."
        )
    return StoredRepresentation(sources, latents, discrete)
