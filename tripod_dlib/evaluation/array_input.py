"""Sources and latents from files. Nothing is ever unpickled."""

import dataclasses
from pathlib import Path

import numpy as np

from tripod_dlib.data.formats.array_file import ArrayFile
from tripod_dlib.data.formats.file_kind import described, kind_of
from tripod_dlib.data.formats.stored_array import StoredArray
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.text_table import TextTable, read_text_table
from tripod_dlib.metrics.tables import say_if_transposed

ARRAYS = (".npz", ".npy", ".h5", ".hdf5")
TEXTS = (".csv", ".tsv", ".txt")
# What to do with files of other kinds.
OTHERS = {
    (".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib"): (
        "is a pickle by its name, which is never loaded, since that can run code: "
        "numpy.savez(FILE, sources=..., latents=...) where it was made (a tensor by .numpy())"
    ),
    (".xls", ".xlsx", ".ods", ".numbers"): "is a spreadsheet: save the sheet as .csv",
    (".rds", ".rda", ".rdata"): "is R's: write.csv(x, FILE, row.names = FALSE)",
    (".mat",): "is MATLAB's: writematrix(x, 'FILE.csv'), or scipy.io.loadmat and numpy.savez",
    (".parquet", ".feather", ".arrow"): "is columnar: pandas.read_parquet and numpy.savez, or .csv",
}


@dataclasses.dataclass(frozen=True)
class StoredRepresentation:
    """What a file of a representation holds.

    Attributes:
      sources: (num_samples, num_sources) labels.
      latents: (num_samples, num_latents) numbers.
      discrete: Whether the latents are quantized; None if the file does not say.
      notes: What was left out of the files.
    """

    sources: np.ndarray
    latents: np.ndarray
    discrete: bool | None
    notes: tuple[str, ...] = ()


def read_representation(path: str | Path) -> StoredRepresentation:
    """Reads a file of arrays `sources`, `latents` and perhaps `num_values_per_latent`.

    Args:
      path: An .npz or HDF5 file; `num_values_per_latent` is 0 where latents are continuous.

    Raises:
      InputError: If it cannot be read, an array is missing, the rows do not fit together, or a
        latent has more values than is said.
    """
    path = _existing(path)
    if path.suffix.lower() in (*TEXTS, ".npy") or kind_of(path) == "npy":
        raise InputError(
            f"{path} is one table, and two are needed: give --latents=FILE and --sources=FILE."
        )
    file = ArrayFile(path)
    lacking = [name for name in ("sources", "latents") if name not in file.names]
    if lacking:
        held = ", ".join(map(repr, file.names)) or "none"
        raise InputError(
            f"{path} has no array {' and no array '.join(map(repr, lacking))}; it holds {held}. "
            "Save it with numpy.savez(FILE, sources=..., latents=...), or give two files: "
            "--latents=FILE --sources=FILE."
        )
    num_values = None
    arrays = [file.array(name) for name in ("sources", "latents")]
    if "num_values_per_latent" in file.names:
        stored = file.array("num_values_per_latent")
        fields = arrays[1].dtype.names
        if stored.shape not in ((), (1,), (len(fields),) if fields else arrays[1].shape[1:]):
            raise InputError(
                f"{path}: num_values_per_latent is {stored.shape}, latents are {arrays[1].shape}: "
                "a number of values for each latent, or one for all."
            )
        num_values = stored.read()
    discrete = None if num_values is None else _says_discrete(num_values, path)
    sources, latents = _read_both(*arrays)
    if discrete:
        _require_no_more(num_values, latents, path)
    return StoredRepresentation(sources, latents, discrete)


def read_pair(latents: str | Path, sources: str | Path) -> StoredRepresentation:
    """Reads latents and sources from a file each.

    Args:
      latents: A table of text, an .npy file, or an .npz or HDF5 file that holds one array or one
        named `latents`.
      sources: The same of `sources`.

    Raises:
      InputError: If a file cannot be read or holds several arrays, or the rows do not fit together.
    """
    labels, numbers = _only(sources, "sources"), _only(latents, "latents")
    if isinstance(labels, TextTable):
        labels = labels.decided(_num_rows(numbers))
    if isinstance(numbers, TextTable):
        numbers = numbers.decided(_num_rows(labels))
    _require_same_order(labels, numbers)
    notes = [note for t in (labels, numbers) if isinstance(t, TextTable) for note in t.notes]
    return StoredRepresentation(*_read_both(labels, numbers), None, tuple(notes))


def _existing(path: str | Path) -> Path:
    path = Path(path).expanduser()
    suffix = path.suffix.lower()
    for suffixes, what in OTHERS.items():
        if suffix in suffixes:
            raise InputError(f"{path} {what}.")
    if suffix not in ARRAYS + TEXTS:
        known = ", ".join(ARRAYS + TEXTS)
        raise InputError(f"{path} is not one of {known} by its name: save it as one.")
    if path.is_dir():
        raise InputError(f"{path} is a folder; give the file in it.")
    if not path.is_file():
        raise InputError(f"There is no file {path}.")
    try:
        kind = kind_of(path)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    if kind == "pickle":
        raise InputError(
            f"{path} holds Python objects (a pickle). They are never loaded, since that can run "
            "code: save numbers or texts instead, for example array.astype(str)."
        )
    if bool(kind) if suffix in TEXTS else kind not in ("zip", "hdf5", "npy"):
        expected = "a table of text" if suffix in TEXTS else "a file of arrays"
        raise InputError(
            f"{path} is {expected} by its name, but it is {described(kind, path.stat().st_size)}. "
            "Save it again, with the suffix of its kind."
        )
    return path


def _only(path: str | Path, name: str) -> StoredArray | TextTable:
    path = _existing(path)
    if path.suffix.lower() in TEXTS:
        return read_text_table(path)
    file = ArrayFile(path)
    if len(file.names) != 1 and name not in file.names:
        raise InputError(
            f"{path} holds the arrays {', '.join(map(repr, file.names)) or '(none)'}; one array is "
            f"expected, or one named {name!r}."
        )
    return file.array(name if name in file.names else file.names[0])


def _require_same_order(labels: StoredArray | TextTable, numbers: StoredArray | TextTable) -> None:
    """Refuses two tables of text whose indices hold the same in another order."""
    if not (isinstance(labels, TextTable) and isinstance(numbers, TextTable)):
        return
    one, other = labels.index, numbers.index
    if one and other and one != other and sorted(one) == sorted(other):
        row = next(
            row for row, cells in enumerate(zip(one, other, strict=True)) if len({*cells}) > 1
        )
        raise InputError(
            f"{labels.path} and {numbers.path} have the same index in another order (row {row}: "
            f"{one[row]!r} and {other[row]!r}), and rows are matched by their places: sort both "
            "(pandas: .sort_index()) and save them again."
        )


def _num_rows(stored: StoredArray | TextTable) -> int | None:
    if isinstance(stored, TextTable):
        return None if stored.undecided else len(stored.rows)
    return stored.shape[0] if stored.shape else None


def _read_both(
    sources: StoredArray | TextTable, latents: StoredArray | TextTable
) -> tuple[np.ndarray, np.ndarray]:
    """Both arrays, once their shapes are known to fit."""
    for stored in (sources, latents):
        if isinstance(stored, StoredArray) and len(stored.shape) + bool(stored.dtype.names) != 2:
            hint = "" if len(stored.shape) != 1 else " One column is saved as array[:, None]."
            raise InputError(
                f"{stored.where} is {stored.shape}; sources and latents are tables "
                f"(num_samples, num_sources) and (num_samples, num_latents).{hint}"
            )
    # a cell that is no number may be why a line was taken for names: said before the shapes
    numbers = latents.numbers() if isinstance(latents, TextTable) else None
    if _num_rows(sources) != _num_rows(latents):
        shapes = [_shape(stored) for stored in (sources, latents)]
        raise InputError(
            f"sources are {shapes[0]} and latents {shapes[1]}; they are (num_samples, num_sources) "
            "and (num_samples, num_latents), row by row the same samples."
            f"{say_if_transposed(*shapes)}"
        )
    return (
        sources.labels() if isinstance(sources, TextTable) else sources.read(),
        latents.read() if numbers is None else numbers,
    )


def _shape(stored: StoredArray | TextTable) -> tuple[int, int]:
    if isinstance(stored, TextTable):
        return len(stored.rows), len(stored.rows[0])
    return stored.shape[0], len(stored.dtype.names or ()) or stored.shape[1]


def _require_no_more(said: np.ndarray, latents: np.ndarray, path: Path) -> None:
    columns = [latents[field] for field in latents.dtype.names or ()] or list(latents.T)
    for index, (column, most) in enumerate(
        zip(columns, np.resize(said, len(columns)), strict=True)
    ):
        num_values = len(np.unique(column))
        if num_values > most:
            raise InputError(
                f"{path}: num_values_per_latent says {most} for latent {index}, which has "
                f"{num_values} different values. Say how many there can be, or 0 if it is "
                "continuous."
            )


def _says_discrete(values: np.ndarray, path: Path) -> bool | None:
    """Whether all latents are quantized, or none; None if it is some of them."""
    if values.dtype.kind not in "iu" or (values < 0).any():
        raise InputError(
            f"{path}: num_values_per_latent is {values!r}; it is a number of values, or 0 for "
            "continuous latents."
        )
    return bool(values.all()) if values.all() == values.any() else None
