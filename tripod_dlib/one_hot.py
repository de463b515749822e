"""Labels of one source that were written as several columns."""

import numbers

import numpy as np


def one_hot_columns(labels: np.ndarray) -> list[int]:
    """Columns of 0 and 1, side by side, of which each row has one 1; the first such block.

    Args:
      labels: (num, num_columns).
    """
    if labels.dtype.kind not in "biufO":
        return []
    binary = [index for index, column in enumerate(labels.T) if _is_binary(column)]
    for start in binary:
        total = np.zeros(len(labels))
        for index in range(start, labels.shape[1]):
            if index not in binary:
                break
            total += labels[:, index].astype(np.float64)
            if index >= start + 2 and (total == 1).all():
                return list(range(start, index + 1))
    return []


def _is_binary(column: np.ndarray) -> bool:
    if column.dtype.kind == "O" and not all(
        isinstance(entry, numbers.Real | np.bool_) for entry in column
    ):
        return False
    return bool(((column == 0) | (column == 1)).all() and (column == 1).any())
