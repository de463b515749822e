"""Pictures of a matrix that relates factors and latents, and what falls apart at a threshold."""

import os
from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tripod_dlib.metrics.unified import num_groups
from tripod_dlib.results.figures import figure_style
from tripod_dlib.storage import atomic_path

TICK_EVERY = 10


@figure_style()
def heat_square(
    matrix: np.ndarray,
    output_dir: str | os.PathLike,
    name: str,
    xlabel: str,
    ylabel: str,
    max_val: float | None = None,
    factor_names: Sequence[str] | None = None,
) -> None:
    """Writes a picture of squares, the larger and darker the larger the value.

    Args:
      matrix: (num_latents, num_factors), values in [0, max_val].
      output_dir: Folder; it is made.
      name: Name of the .png file, without its ending.
      xlabel: What the first axis is.
      ylabel: What the second axis is.
      max_val: Largest possible value; None for the largest there is.
      factor_names: Names along the second axis; None for numbers.

    Raises:
      ValueError: If a value is larger than `max_val`.
    """
    largest = float(np.max(matrix))
    if max_val is not None and largest > max_val:
        raise ValueError(f"The matrix has a value of {largest:g}, above max_val, {max_val:g}.")
    max_val = (largest or 1.0) if max_val is None else max_val
    palette = [tuple(color) for color in matplotlib.colormaps["Blues"](np.linspace(0, 1, 256))]
    figure = Figure(figsize=(6.5, 5.5))
    axes, bar = figure.subplots(1, 2, width_ratios=(14, 1))
    points = figure.get_size_inches()[0] * 72 * 0.6 / max(matrix.shape)  # side of a cell
    plot_matrix_squares(matrix, max_val, palette, points**2, axes)
    axes.set_xticks(range(matrix.shape[0]))
    axes.set_yticks(range(matrix.shape[1]), factor_names)
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    plot_bar_palette(palette, max_val, bar)
    _save(figure, output_dir, name)


def plot_matrix_squares(
    matrix: np.ndarray, max_val: float, palette: Sequence, size_scale: float, ax: Axes
) -> None:
    """Draws the squares.

    Args:
      matrix: (num_columns, num_rows), values in [0, max_val].
      max_val: Value of the largest square.
      palette: Colours from 0 to `max_val`.
      size_scale: Area of the largest square, in points squared.
      ax: Where to draw.
    """
    columns, rows = np.indices(matrix.shape).reshape(2, -1)
    shares = np.asarray(matrix, np.float64).reshape(-1) / max_val
    colors = [palette[int(share * (len(palette) - 1))] for share in shares]
    ax.scatter(columns, rows, s=size_scale * shares, marker="s", c=colors)
    for axis, num in ((ax.xaxis, matrix.shape[0]), (ax.yaxis, matrix.shape[1])):
        axis.set_ticks(np.arange(num) + 0.5, minor=True)
    ax.grid(visible=False, which="major")
    ax.grid(visible=True, which="minor")
    ax.set_xlim(-0.5, matrix.shape[0] - 0.5)
    ax.set_ylim(-0.5, matrix.shape[1] - 0.5)
    ax.tick_params(which="both", length=0)
    ax.set_aspect(1.0)


def plot_bar_palette(palette: Sequence, max_val: float, ax: Axes) -> None:
    """Draws the colours from 0 to `max_val` upwards, as a legend."""
    height = max_val / len(palette)
    ax.barh(np.arange(len(palette)) * height, 1.0, height, color=palette, align="edge")
    ax.set_xlim(0, 1)
    ax.set_ylim(0, max_val)
    ax.set_xticks([])
    ax.set_yticks(np.linspace(0, max_val, 3))
    ax.yaxis.tick_right()


@figure_style()
def plot_recovery_vs_independent(
    matrix: np.ndarray, output_dir: str | os.PathLike, name: str
) -> None:
    """Writes a picture of how many factors are found at each threshold, and in how many groups.

    Args:
      matrix: (num_factors, num_latents).
      output_dir: Folder; it is made.
      name: Name of the .png file, without its ending.
    """
    thresholds = np.sort(np.ravel(matrix))[::-1]
    figure = Figure(figsize=(6.5, 4.5))
    axes = figure.subplots()
    for function, label, style in (
        (precision, "Independent groups", "-"),
        (recall, "Discovered", "--"),
    ):
        axes.plot([function(matrix, threshold) for threshold in thresholds], style, label=label)
    places = range(0, len(thresholds), TICK_EVERY)
    axes.set_xticks(places, [f"{thresholds[place]:.2f}" for place in places])
    axes.set_yticks(range(len(matrix) + 1))
    axes.set_xlabel("Threshold")
    axes.set_ylabel("Number of factors")
    axes.legend()
    _save(figure, output_dir, name)


def precision(matrix: np.ndarray, th: float) -> int:
    """Groups of factors and latents that hang together by values of at least a threshold.

    Args:
      matrix: (num_factors, num_latents), not negative; 0 relates nothing.
      th: The threshold.
    """
    return num_groups((matrix >= th) & (matrix != 0))


def recall(matrix: np.ndarray, th: float) -> int:
    """Factors that have a latent with a value of at least a threshold; see `precision`."""
    return int(((matrix >= th) & (matrix != 0)).any(axis=1).sum())


def bfs(
    matrix: np.ndarray,
    to_visit: list[tuple[int, int]],
    factors: np.ndarray,
    codes: np.ndarray,
    size: int,
) -> tuple[np.ndarray, np.ndarray, int]:
    """Marks all that hangs together with some nodes.

    Args:
      matrix: (num_factors, num_latents); a value other than 0 is an edge.
      to_visit: Nodes to begin with, (number, 0) for a factor and (number, 1) for a latent.
      factors: (num_factors,), 1 for those that are marked; changed in place.
      codes: (num_latents,), the same for latents.
      size: Nodes counted so far, the first ones among them.

    Returns:
      factors, codes, size: The marks and the count.
    """
    related, marks, nodes = np.asarray(matrix) != 0, (factors, codes), list(to_visit)
    for number, side in nodes:
        marks[side][number] = 1
    while nodes:
        number, side = nodes.pop()
        beside = related[number] if side == 0 else related[:, number]
        for other in np.flatnonzero(beside & (marks[1 - side] == 0)):
            marks[1 - side][other] = 1
            nodes.append((int(other), 1 - side))
            size += 1
    return factors, codes, size


def _save(figure: Figure, output_dir: str | os.PathLike, name: str) -> None:
    with atomic_path(Path(output_dir) / f"{name}.png") as temporary:
        figure.savefig(temporary, format="png", bbox_inches="tight")
