"""Rows of text as columns of a terminal."""

from collections.abc import Sequence


def aligned(rows: Sequence[Sequence[str]], figures: bool = False) -> list[str]:
    """A line a row, each column as wide as its widest cell.

    Args:
      rows: Of equally many cells, the heads among them.
      figures: Whether all columns but the first stand at the right.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    placed = [str.ljust, *[str.rjust if figures else str.ljust] * (len(widths) - 1)]
    return [
        "  ".join(place(cell, width) for place, cell, width in zip(placed, row, widths)).rstrip()
        for row in rows
    ]
