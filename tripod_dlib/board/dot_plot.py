"""Every method's mean, interval and seeds in one plot a metric, as SVG for the board's page."""

import re
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from tripod_dlib.board.table import Cell, Column, Row
from tripod_dlib.pages.svg import COLOURS, INK, as_element, page_style
from tripod_dlib.storage import one_line

LONGEST_NAME = 30
ROW_HEIGHT = 0.21  # inches
WIDTH = 6.8  # inches


def dot_plot(name: str, column: Column, rows: Sequence[Row]) -> str | None:
    """A line a method, best above: its seeds, mean, interval and baseline.

    Methods stand in the order in which they are ranked: by what lies above the baseline, where the
    metric has one.

    Args:
      name: Of the plot, another for each of a page: letters and digits.
      column: Which metric.
      rows: Methods; those without a figure are left out.

    Returns:
      svg: An element that may be put into a page as it is; None where no method has a figure.
    """
    dots = [(row, row.cells[column.key]) for row in rows if column.key in row.cells]
    if not dots:
        return None
    dots.sort(key=lambda pair: -_rank(pair[1]))
    cells = [cell for _, cell in dots]
    with page_style():
        height = ROW_HEIGHT * len(dots)
        figure = Figure(figsize=(WIDTH, height + 0.7))
        axes = figure.subplots()
        # the frame is set by hand: fitting it would measure every letter of every name
        figure.subplots_adjust(
            left=0.4, right=0.97, bottom=0.5 / (height + 0.7), top=1 - 0.05 / (height + 0.7)
        )
        _draw(axes, cells)
        axes.set_yticks(range(len(dots)), [one_line(row.label, LONGEST_NAME) for row, _ in dots])
        axes.tick_params(axis="y", length=0, labelsize=9)
        axes.set_ylim(len(dots) - 0.4, -0.6)
        axes.set_xlabel(one_line(column.heading, LONGEST_NAME))
        axes.grid(axis="x", alpha=0.2, c=INK)
        axes.spines.left.set_visible(False)
        svg = as_element(figure, name)
    return re.sub(r"(\.\d\d)\d+", r"\1", svg)  # hundredths of a point are fine enough


def _rank(cell: Cell) -> float:
    return cell.mean if cell.above_baseline is None else cell.above_baseline


def _draw(axes: Axes, cells: Sequence[Cell]) -> None:
    places = range(len(cells))
    chance = [
        (cell.baseline_mean, cell.baseline_q95, place)
        for cell, place in zip(cells, places, strict=True)
        if cell.baseline_mean is not None
    ]
    _lines(axes, chance, width=7, color=INK, alpha=0.18)
    seeds = [(value, value, place) for place in places for _, value in cells[place].values]
    _lines(axes, seeds, width=4.5, color=COLOURS[5], alpha=0.7)
    intervals = [
        (*cell.interval, place)
        for cell, place in zip(cells, places, strict=True)
        if cell.interval is not None
    ]
    _lines(axes, intervals, width=1.6, color=COLOURS[3])
    means = [(cell.mean, cell.mean, place) for cell, place in zip(cells, places, strict=True)]
    _lines(axes, means, width=6.5, color=COLOURS[3])
    axes.autoscale_view()


def _lines(axes: Axes, lines: Sequence[tuple], *, width: float, **colour: object) -> None:
    """Level lines (from, to, place) as one path: thousands of seeds are few bytes each.

    A line without length has round ends all the same: it is a dot.
    """
    if not lines:
        return
    points = np.array([[(low, place), (high, place)] for low, high, place in lines], float)
    codes = np.tile([Outline.MOVETO, Outline.LINETO], len(lines))
    outline = Outline(points.reshape(-1, 2), codes)
    axes.add_patch(PathPatch(outline, fill=False, lw=width, capstyle="round", **colour))
    axes.update_datalim(points.reshape(-1, 2))
