"""Tables of factor labels: checked against a grid, or turned into one."""

from collections.abc import Sequence

import numpy as np

from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.errors import InputError
from tripod_dlib.labels import rank_labels

LABEL_TOLERANCE = 1e-3
FEWEST_COUNTED = 10  # fewer rows may be numbered as their labels are


def require_row_major(labels: np.ndarray, space: FactorSpace, where: str) -> None:
    """Checks that row i of the labels is cell i of the grid, the last factor fastest.

    Labels are numbers that grow with the factor's value; which numbers does not matter.

    Args:
      labels: (num_cells, num_factors).
      space: The grid.
      where: Whose labels, for messages.

    Raises:
      InputError: If the shape does not fit or a row is another cell's; names the first.
    """
    require_table(labels.shape, labels.dtype, space, where)
    labels = labels.astype(np.float64)
    expected = space.factors(np.arange(space.num_cells))
    wrong = ~np.isfinite(labels)
    for column, size in enumerate(space.sizes):
        values, cells = labels[:, column], expected[:, column]
        levels = _levels(values, cells, size)
        with np.errstate(invalid="ignore"):
            wrong[:, column] |= ~(np.abs(values - levels[cells]) <= LABEL_TOLERANCE)
            flat = ~(np.diff(levels) > LABEL_TOLERANCE)
        if flat.any():
            wrong[:, column] |= cells > np.argmax(flat)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise InputError(
            f"{where}: row {row} is not the cell {tuple(expected[row].tolist())} of the grid "
            f"{space.sizes}: its label of {space.names[column]} is {labels[row, column]:.6g}. The "
            "rows must be in the official order; get the file again, or bind the right "
            "dataset.factor_sizes."
        )


def require_table(shape: tuple[int, ...], dtype: np.dtype, space: FactorSpace, where: str) -> None:
    """Checks that labels are a table of numbers, one row a cell; nothing need be read for it.

    Args:
      shape: Of the labels.
      dtype: Of the labels.
      space: The grid.
      where: Whose labels, for messages.

    Raises:
      InputError: If they are not.
    """
    expected = (space.num_cells, len(space.sizes))
    if shape != expected or dtype.kind not in "fiu":
        raise InputError(
            f"{where}: {expected} numbers are expected for a grid of {space.sizes}; it holds "
            f"{shape} of dtype {dtype}. For another grid bind dataset.factor_sizes."
        )


def _levels(values: np.ndarray, cells: np.ndarray, size: int) -> np.ndarray:
    """The label of each of a factor's values: the most frequent labels, if they stand out."""
    finite = values[np.isfinite(values)]
    labels, counts = np.unique(np.round(finite / LABEL_TOLERANCE), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    stands_out = len(labels) == size or (
        len(labels) > size and counts[order[size - 1]] > counts[order[size]]
    )
    if stands_out:
        return np.sort(labels[order[:size]]) * LABEL_TOLERANCE
    with np.errstate(invalid="ignore"):
        groups = [values[(cells == level) & np.isfinite(values)] for level in range(size)]
    return np.array([np.median(group) if len(group) else np.nan for group in groups])


def ranked(labels: np.ndarray, where: str) -> tuple[np.ndarray, tuple[int, ...]]:
    """Turns labels of any kind into integers: the rank of each among the values of its column.

    Args:
      labels: (num, num_factors) or (num,), integers, floats, booleans or strings.
      where: Whose labels, for messages.

    Returns:
      factors: int64 (num, num_factors).
      sizes: Number of values of each column.

    Raises:
      InputError: If a label is missing or a measurement (see `rank_labels`), or a column counts the
        rows beside others.
    """
    if labels.ndim == 1:
        labels = labels[:, None]
    if labels.ndim != 2 or labels.dtype.kind not in "biufUS":
        raise InputError(
            f"{where}: labels are numbers or strings, (num_images, num_factors); got "
            f"{labels.shape} of dtype {labels.dtype}."
        )
    columns = [rank_labels(column, f"{where}: column {i}") for i, column in enumerate(labels.T)]
    sizes = [column.num_values for column in columns]
    _require_no_index(labels, sizes, where)
    return np.stack([column.ranks for column in columns], axis=1), tuple(sizes)


def _require_no_index(labels: np.ndarray, sizes: Sequence[int], where: str) -> None:
    """Refuses a column that goes up by one from row to row beside another that varies."""
    for index, column in enumerate(labels.T):
        counts = sizes[index] == len(column) >= FEWEST_COUNTED and column.dtype.kind in "iuf"
        others = any(size > 1 for i, size in enumerate(sizes) if i != index)
        if counts and others and (np.diff(column.astype(np.float64)) == 1).all():
            raise InputError(
                f"{where}: column {index} counts the rows ({column[0]}, {column[1]}, ...): it is "
                "an index, no factor. Save the labels without it."
            )


def rows_of_cells(factors: np.ndarray, space: FactorSpace) -> np.ndarray | None:
    """The row of each cell: int64 (num_cells,), or None unless every cell has exactly one.

    Args:
      factors: int (num, num_factors).
      space: The grid.
    """
    cells = space.index(factors)
    if len(cells) != space.num_cells:
        return None
    order = np.argsort(cells, kind="stable")
    return order if (cells[order] == np.arange(space.num_cells)).all() else None
