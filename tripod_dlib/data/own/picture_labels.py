"""Labels of pictures in a folder: from the names of the folders they lie in, or from a table."""

import csv
import dataclasses
import unicodedata
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from tripod_dlib.data.labels import ranked
from tripod_dlib.errors import InputError, counted

FOLDERS = "folders"


@dataclasses.dataclass(frozen=True)
class PictureLabels:
    """Labels, a row for each picture.

    Attributes:
      table: int64 (num_pictures, num_factors).
      names: Names of the factors.
      where: Whose labels they are, for messages.
      notes: What was left out.
    """

    table: np.ndarray
    names: list[str]
    where: str
    notes: tuple[str, ...] = ()


def picture_labels(folder: Path, paths: Sequence[Path], labels: str) -> PictureLabels:
    """The labels of pictures.

    Args:
      folder: The folder of all.
      paths: The pictures.
      labels: "folders", or the name of a .csv file, looked for in the folder too: its first line
        has names, its first column the pictures' paths below the folder, the others are factors.

    Raises:
      InputError: If a picture has no label, or the table cannot be read.
    """
    below = [path.relative_to(folder).as_posix() for path in paths]
    if labels == FOLDERS:
        return _of_folders(folder, below)
    below = [_plain(name) for name in below]
    path = Path(labels).expanduser()
    path = path if path.is_file() else folder / path
    head, rows = _read(path)
    by_picture = {_plain(row[0]): row[1:] for row in rows}
    _require_pictures_first(folder, path, below, by_picture)
    if len(by_picture) < len(rows):
        names = [_plain(row[0]) for row in rows]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"{path}: the picture {twice!r} stands twice in it.")
    lost = [name for name in below if name not in by_picture]
    if _plain(head[0]) in below:
        raise InputError(
            f"{path} begins with a picture, {head[0]!r}: put a line of names above it, of the "
            "pictures' column and of each factor."
        )
    if lost:
        raise InputError(
            f"{path} has no row for {len(lost)} of {len(below)} pictures, such as {lost[0]!r}. Its "
            f"first column holds their paths below {folder}."
        )
    columns = list(zip(*(by_picture[name] for name in below), strict=True))
    table = np.stack([_column(cells, path) for cells in columns], axis=1)
    return PictureLabels(table, head[1:], str(path), _left_out(path, by_picture.keys() - {*below}))


def _require_pictures_first(
    folder: Path, path: Path, below: Sequence[str], by_picture: Collection[str]
) -> None:
    """Refuses a table of which the first column names no picture at all."""
    if not {*below} & {*by_picture}:
        raise InputError(
            f"{path}: the first column names none of the {len(below)} pictures. It holds "
            f"{next(iter(by_picture))!r}, where a path below {folder} is expected, such as "
            f"{below[0]!r}: the pictures' column comes first, with their folders and suffixes."
        )


def _left_out(path: Path, names: Collection[str]) -> tuple[str, ...]:
    if not names:
        return ()
    rows = counted(len(names), "row")
    return (f"There is no picture for {rows} of {path}, such as {min(names)!r}: left out.",)


def num_folders(folder: Path, paths: Sequence[Path]) -> int:
    """How many folders the pictures lie in; 0 if some lie in none, or they are not equally deep."""
    parents = {path.parent.relative_to(folder).parts for path in paths}
    depths = {len(parts) for parts in parents}
    return len(parents) if len(depths) == 1 and depths != {0} else 0


def _of_folders(folder: Path, below: Sequence[str]) -> PictureLabels:
    parts = [name.split("/")[:-1] for name in below]
    depths = sorted({len(names) for names in parts})
    if depths[0] == 0 or len(depths) > 1:
        example = below[[len(names) for names in parts].index(depths[0])]
        others = f", others {depths[-1]} deep" if len(depths) > 1 else ""
        raise InputError(
            f"Labels from folders need every picture equally deep in folders of its labels, such "
            f"as {folder}/red/large/1.png; {example!r} lies {depths[0]} deep{others}."
        )
    names = ["folder"] if depths[0] == 1 else [f"folder_{i + 1}" for i in range(depths[0])]
    columns = [_column(cells, folder) for cells in zip(*parts, strict=True)]
    return PictureLabels(np.stack(columns, axis=1), names, f"the folders of {folder}")


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [[cell.strip() for cell in row] for row in csv.reader(file) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        if isinstance(error, UnicodeDecodeError):
            reason = "it is no text in UTF-8, which it has to be saved as"
        raise InputError(
            f"The labels {path} cannot be read: {reason}. dataset.labels is {FOLDERS!r} or a .csv "
            "file."
        ) from error
    if len(rows) < 2 or len(rows[0]) < 2:
        split = rows and any(mark in rows[0][0] for mark in ";\t")
        hint = " Put commas between the cells, not semicolons or tabs." if split else ""
        raise InputError(
            f"{path} is no table of labels: a line of names, then a row for each picture, its path "
            f"first and its labels after it.{hint}"
        )
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]):
            raise InputError(
                f"{path}: row {number} has {len(row)} cells, the first one {len(rows[0])}."
            )
    return rows[0], rows[1:]


def _column(cells: Sequence[str], path: Path) -> np.ndarray:
    """int64 (num,): the numbers themselves where all are integers, else ranks."""
    for read in (np.int64, np.float64, np.str_):
        try:
            column = np.array(cells, read)
        except (ValueError, OverflowError):
            continue
        return column if read is np.int64 else ranked(column, str(path))[0][:, 0]
    raise AssertionError("every cell is a text")


def _plain(name: str) -> str:
    """A path in one way: macOS writes ä in two characters, and Windows its folders with a \\."""
    return Path(unicodedata.normalize("NFC", name).strip().replace("\\", "/")).as_posix()
