"""Tables of factor labels: checked against a grid, or turned into one."""

import numpy as np

from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.errors import InputError

LABEL_TOLERANCE = 1e-3


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
    shape = (space.num_cells, len(space.sizes))
    if labels.shape != shape or labels.dtype.kind not in "fiu":
        raise InputError(
            f"{where}: {shape} numbers are expected for a grid of {space.sizes}; it holds "
            f"{labels.shape} of dtype {labels.dtype}. For another grid bind dataset.factor_sizes."
        )
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
      InputError: If they are not finite, or have so many values that they are no labels.
    """
    if labels.ndim == 1:
        labels = labels[:, None]
    if labels.ndim != 2 or labels.dtype.kind not in "biufUS":
        raise InputError(
            f"{where}: labels are numbers or strings, (num_images, num_factors); got "
            f"{labels.shape} of dtype {labels.dtype}."
        )
    columns, sizes = [], []
    for column in range(labels.shape[1]):
        values = labels[:, column]
        if labels.dtype.kind == "f":
            if not np.isfinite(values).all():
                row = int(np.argmin(np.isfinite(values)))
                raise InputError(f"{where}: the label {column} of row {row} is {values[row]}.")
        levels, ranks = np.unique(values, return_inverse=True)
        fractions = labels.dtype.kind == "f" and (levels % 1 != 0).any()
        if fractions and len(levels) > max(len(labels) / 2, 2):
            raise InputError(
                f"{where}: column {column} has {len(levels)} different values in {len(labels)} "
                "rows: a factor has finitely many values. Bin the column, or leave it out."
            )
        columns.append(ranks.reshape(-1))
        sizes.append(len(levels))
    return np.stack(columns, axis=1).astype(np.int64), tuple(sizes)


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
