"""Two-axis arrays of whatever people hold: arrays, lists, data frames, tensors, sparse matrices."""

from collections.abc import Collection, Mapping

import numpy as np

from tripod_dlib.labels import is_missing

FEW_VALUES = 50  # a column of labels has seldom more
FEWEST_COUNTED = 10  # fewer rows may be numbered as their labels are, or be fewer than sources
EXACT = 2**53  # up to which float64 has all integers


def as_table(values: object, name: str) -> np.ndarray:
    """A two-axis array of labels or numbers.

    Args:
      values: An array, nested lists, a data frame, a tensor (of any device; gradients are left
        behind), a sparse matrix, or a structured array, whose fields become columns.
      name: What it is, for messages: "sources" or "latents".

    Returns:
      table: (num_rows, num_columns) of any dtype; the given array itself if it is one.

    Raises:
      ValueError: If it has not two axes, has rows of unequal length, or entries are masked; or if
        a frame still holds the index of another as a column.
    """
    _require_no_index(values, name)
    _require_one_array(values, name)
    values = _read_out(values)
    if isinstance(values, np.ma.MaskedArray):
        if np.ma.getmaskarray(values).any():
            raise ValueError(
                f"{name} are masked in {int(np.ma.getmaskarray(values).sum())} places: leave those "
                "rows out, for example by numpy.ma.compress_rows."
            )
        values = values.data
    try:
        table = np.asarray(values)
    except (ValueError, TypeError, RuntimeError) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        unequal = "inhomogeneous" in reason
        hint = "All rows have the same number of entries." if unequal else "Give a NumPy array."
        raise ValueError(f"{name} are no table of rows and columns: {reason} {hint}") from error
    if table.dtype.names:
        table = np.stack([table[field].astype(object) for field in table.dtype.names], axis=-1)
    if table.dtype.kind == "V":
        table = _of_framework_dtype(table, name)
    if table.ndim != 2:
        raise ValueError(_wrong_axes(values, table, name))
    return table


def as_tables(sources: object, latents: object) -> tuple[np.ndarray, np.ndarray]:
    """`as_table` of sources and `as_numbers` of latents, which are the same samples row by row.

    Raises:
      ValueError: As there; also if both are data frames whose indices are in another order.
    """
    indices = [getattr(values, "index", None) for values in (sources, latents)]
    if all(hasattr(index, "equals") for index in indices) and _is_reordered(*indices):
        raise ValueError(
            "sources and latents are data frames of the same index in another order, and rows "
            "are matched by their places: give latents.loc[sources.index]."
        )
    return as_table(sources, "sources"), as_numbers(latents, "latents")


def _is_reordered(one: Collection, other: Collection) -> bool:
    """Whether two indices of frames hold the same in another order."""
    if len(one) != len(other) or one.equals(other):
        return False
    return sorted(map(repr, one)) == sorted(map(repr, other))


def as_numbers(values: object, name: str) -> np.ndarray:
    """The same of numbers, some of which may be NaN.

    Returns:
      numbers: (num_rows, num_columns) of at most 64 bits: integers, booleans or floats.

    Raises:
      ValueError: If entries are no real numbers, or too large for 64 bits; see also `as_table`.
    """
    table = as_table(values, name)
    if table.dtype.kind == "O":
        table = _numbers_of_objects(table, name)
    if table.dtype.kind not in "fiub":
        example = f", such as {table.flat[0].item()!r}" if table.size else ""
        hint = " Convert texts by .astype(float)." if table.dtype.kind in "UST" else ""
        raise ValueError(f"{name} are numbers; got dtype {table.dtype}{example}.{hint}")
    if table.dtype.itemsize > 8:
        with np.errstate(over="ignore"):
            narrow = table.astype(np.float64)
        if (np.isinf(narrow) & np.isfinite(table)).any():
            raise ValueError(f"{name} of {table.dtype} are too large for float64: rescale them.")
        table = narrow
    return table


def require_finite(name: str, array: np.ndarray) -> None:
    """Refuses NaN and infinities.

    Raises:
      ValueError: With their count and where the first one is.
    """
    if array.dtype.kind != "f" or np.isfinite(array).all():
        return
    row, column = np.argwhere(~np.isfinite(array))[0]
    count = int((~np.isfinite(array)).sum())
    raise ValueError(
        f"{name} hold {count} NaN or infinite values, the first in row {row}, column {column}. "
        "Leave those rows out, or find out where they come from."
    )


def as_floats(numbers: np.ndarray) -> np.ndarray:
    """Numbers (num_rows, num_columns) as float64; large integers less their column's mean, rounded.

    A column beyond 2^53 would lose its differences otherwise.
    """
    floats = numbers.astype(np.float64)
    if numbers.dtype.kind in "iu" and numbers.size:
        large = np.abs(floats).max(axis=0) >= EXACT
        columns = numbers[:, large].astype(np.uint64)  # whose differences wrap around to the true
        above = (columns - numbers[:, large].min(axis=0).astype(np.uint64)).astype(np.float64)
        floats[:, large] = above - np.round(above.mean(axis=0))
    return floats


def counts_rows(column: np.ndarray) -> bool:
    """Whether a column (num,) goes up by one from row to row, as an index does."""
    if len(column) < FEWEST_COUNTED or column.dtype.kind not in "iufO":
        return False
    try:
        numbers = column.astype(np.float64)
    except (TypeError, ValueError):
        return False
    with np.errstate(over="ignore"):
        return bool((np.diff(numbers) == 1).all())


def say_if_transposed(sources: tuple[int, int], latents: tuple[int, int]) -> str:
    """A sentence on two shapes whose rows differ, or nothing."""
    both = sources[1] == latents[1] and sources[0] < sources[1]
    if both or sources[0] == latents[1] or sources[1] == latents[0]:
        return " They look transposed: give the transpose (.T) of what is."
    return ""


def say_if_exchanged(latents: np.ndarray) -> str:
    """A sentence where latents (num_samples, num_latents) look like labels, or nothing."""
    if not latents.size or (latents % 1 != 0).any():
        return ""
    most = max(len(np.unique(column)) for column in latents.T)
    if most > min(FEW_VALUES, len(latents) / 2):
        return ""
    return " The latents look like labels: perhaps sources and latents were exchanged."


def _require_one_array(values: object, name: str) -> None:
    """Refuses arrays by name: a dictionary, what numpy.load gives of an .npz, an HDF5 file."""
    if isinstance(values, Mapping):
        keys = list(values)
        hint = f" Give one of its arrays, such as FILE[{keys[0]!r}]." if keys else ""
        raise ValueError(f"{name} are one array; got a {type(values).__name__} of {keys}.{hint}")


def _require_no_index(values: object, name: str) -> None:
    """Refuses a data frame whose first column is the index that a file was written with."""
    columns = getattr(values, "columns", None)
    if columns is None or not hasattr(values, "shape") or not len(columns):
        return
    first = str(columns[0])
    if not first.strip() or first.startswith("Unnamed: "):
        raise ValueError(
            f"The first column of {name} is {first!r}: the index of the frame that was saved. Read "
            "the file with index_col=0, or drop the column."
        )


def _read_out(values: object) -> object:
    """What NumPy can read: tensors without gradients in main memory, sparse matrices in full."""
    if isinstance(values, list | tuple):  # of rows, perhaps
        return [_read_out(row) if hasattr(row, "detach") else row for row in values]
    for method in ("detach", "cpu", "toarray"):
        if hasattr(values, method):
            values = getattr(values, method)()
    is_bfloat16 = str(getattr(values, "dtype", "")) == "torch.bfloat16"
    return values.float() if is_bfloat16 else values


def _of_framework_dtype(table: np.ndarray, name: str) -> np.ndarray:
    """bfloat16 and its like, which NumPy knows by name only, as float32."""
    try:
        return table.astype(np.float32)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} of dtype {table.dtype} are neither numbers nor texts.") from error


def _wrong_axes(values: object, table: np.ndarray, name: str) -> str:
    array = name if name.isidentifier() else "array"
    what = f"{table.shape}" if table.shape else f"a {type(values).__name__}"
    number = {"sources": "num_sources", "latents": "num_latents"}.get(name, "num_columns")
    hint = ""
    if table.ndim == 1:
        hint = f" One column is numpy.reshape({array}, (-1, 1))."
    elif table.ndim > 2:
        hint = f" Flatten the other axes: {array}.reshape(len({array}), -1)."
    return f"{name} are a table (num_samples, {number}); got {what}.{hint}"


def _numbers_of_objects(table: np.ndarray, name: str) -> np.ndarray:
    """float64 of a table of Python's numbers, NaN where one is missing; int64 of integers alone."""
    if all(isinstance(entry, int | np.integer) for entry in table.flat):
        try:
            return table.astype(np.int64)
        except OverflowError as error:
            raise ValueError(
                f"{name} hold integers of more than 64 bits: subtract each column's smallest."
            ) from error
    numbers = np.empty(table.shape)
    for place, entry in np.ndenumerate(table):
        try:
            is_text = isinstance(entry, str | bytes)
            numbers[place] = np.nan if is_missing(entry) else float("x" if is_text else entry)
        except (TypeError, ValueError, OverflowError) as error:
            raise ValueError(
                f"{name} are numbers; row {place[0]}, column {place[1]} holds {entry!r}."
            ) from error
    return numbers
