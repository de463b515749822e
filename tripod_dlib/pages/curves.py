"""Curves as SVG inside a page, in the page's own colours."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter, MaxNLocator

from tripod_dlib.pages.svg import COLOURS, INK, as_element, page_style
from tripod_dlib.storage import one_line

STYLES = ("-", "--", ":", "-.")
LONGEST_NAME = 40
MOST_POINTS = 600
SMALLEST_SHARE = 1e-7  # of the largest value, that is told from 0


@dataclasses.dataclass(frozen=True)
class Curve:
    """One line of a plot.

    Attributes:
      name: For the legend; texts of any kind.
      steps: Where it has values.
      values: As many.
    """

    name: str
    steps: Sequence[float]
    values: Sequence[float]


def draw_curves(
    name: str,
    curves: Sequence[Curve],
    label: str,
    *,
    limits: tuple[float, float] | None = None,
    logarithmic: bool = False,
    marks: Sequence[tuple[str, float]] = (),
) -> str:
    """A plot over the steps, as an SVG element for a page.

    Args:
      name: Of the plot, another for each of a page: letters and digits.
      curves: Its lines.
      label: What the values are.
      limits: Lowest and highest value shown.
      logarithmic: Whether values are shown by their magnitude, zero and both signs included.
      marks: (name, step) of upright lines.

    Returns:
      svg: The element; its text may be put into a page as it is.
    """
    with page_style():
        figure = Figure(figsize=(6.4, 3.4))
        axes = figure.subplots()
        for number, curve in enumerate(curves):
            few = len(curve.steps) <= 30
            axes.plot(
                *_thinned(curve),
                color=COLOURS[number % len(COLOURS)],
                ls=STYLES[number // len(COLOURS) % len(STYLES)],
                marker="o" if few else None,
                ms=3.5,
                lw=1.4,
                label=_name(curve.name),
            )
        for mark, step in marks:
            axes.axvline(step, c=INK, ls=(0, (4, 3)), lw=1, alpha=0.6, label=_name(mark))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set(xlabel="step", ylabel=one_line(label, LONGEST_NAME))
        if limits is not None:
            axes.set_ylim(*limits)
        if logarithmic:
            _scale_by_magnitude(axes, curves)
        axes.grid(alpha=0.2, c=INK)
        if axes.get_legend_handles_labels()[0]:
            axes.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
        return as_element(figure, name, bbox_inches="tight")


def _name(name: str) -> str:
    """A name that a legend shows: those that begin with "_" it would leave out."""
    text = one_line(name, LONGEST_NAME)
    return f"\u200b{text}" if text.startswith("_") else text


def _thinned(curve: Curve) -> tuple[np.ndarray, np.ndarray]:
    """Of very many points the means of neighbours, so that a page stays small."""
    steps, values = np.asarray(curve.steps, float), np.asarray(curve.values, float)
    if len(steps) <= MOST_POINTS:
        return steps, values
    parts = np.linspace(0, len(steps), MOST_POINTS + 1).astype(int)[:-1]
    counts = np.diff([*parts, len(steps)])
    return np.add.reduceat(steps, parts) / counts, np.add.reduceat(values, parts) / counts


def _scale_by_magnitude(axes: Axes, curves: Sequence[Curve]) -> None:
    values = np.concatenate([np.asarray(curve.values, float) for curve in curves])
    sizes = np.abs(values[values != 0])
    if not sizes.size:
        return
    smallest = max(sizes.min(), sizes.max() * SMALLEST_SHARE)
    if values.min() > 0:
        axes.set_yscale("log")
        axes.set_ylim(bottom=smallest / 1.5)
    else:
        axes.set_yscale("symlog", linthresh=smallest)
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter(LogFormatter())  # the default one's are formulas
