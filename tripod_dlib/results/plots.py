"""Plots of a run: matrices of sources and latents, and curves. Names are shown, never typeset."""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from tripod_dlib.results.figures import figure_style
from tripod_dlib.storage import atomic_path, one_line

LONGEST_NAME = 30
SMALLEST_SHOWN = 0.05  # values below have no number in their cell
MOST_PIXELS = 16_000  # of a side
DOTS_PER_INCH = 120
SCORES = (
    *(("InfoM", "infomec.infom"), ("InfoC", "infomec.infoc"), ("InfoE", "infomec.infoe")),
    *(("D", "dci_random_forest.disentanglement"), ("C", "dci_random_forest.completeness")),
    ("MIG", "mig.discrete_mig"),
)
PSNR = "psnr.psnr"


def save_nmi_heat_map(
    path: Path,
    nmi: np.ndarray,
    source_names: Sequence[str],
    active: np.ndarray,
    scores: Mapping[str, float | None] | None = None,
) -> None:
    """Draws normalized mutual information, inactive latents hatched and in brackets.

    Args:
      path: A .png file.
      nmi: float (num_sources, num_latents); NaN for a constant source.
      source_names: Names of the sources.
      active: bool (num_latents,).
      scores: "infom", "infoc" and "infoe", for the title.
    """
    num_latents = nmi.shape[1]
    labels = [f"z{i}" if active[i] else f"(z{i})" for i in range(num_latents)]
    title = f"{int(active.sum())} of {num_latents} latents active"
    if scores is not None:
        named = [(name, scores.get(name.lower())) for name in ("InfoM", "InfoC", "InfoE")]
        shown = [f"{name} {'-' if value is None else f'{value:.3f}'}" for name, value in named]
        title = f"{'   '.join(shown)}   ({title})"
    with figure_style():
        figure = _heat_map(nmi, source_names, labels, title, "I(source; latent) / H(source)")
        for latent in np.flatnonzero(~active):
            left, right = latent - 0.5, latent + 0.5
            figure.axes[0].axvspan(left, right, fill=False, hatch="xx", ec="gray", lw=0)
        _save(figure, path)


def save_importance_matrix(
    path: Path,
    importance: np.ndarray,
    source_names: Sequence[str],
    scores: Mapping[str, float | None] | None = None,
) -> None:
    """Draws how much each latent matters to the predictor of each source.

    Args:
      path: A .png file.
      importance: float (num_latents, num_sources), each source's column summing to 1.
      source_names: Names of the sources.
      scores: "disentanglement" and "completeness", for the title.
    """
    labels = [f"z{i}" for i in range(len(importance))]
    title = "what predicts a source"
    if scores is not None:
        named = [
            (name[0].upper(), scores.get(name)) for name in ("disentanglement", "completeness")
        ]
        title = "   ".join(f"{name} {'-' if v is None else f'{v:.3f}'}" for name, v in named)
    with figure_style():
        name = "importance of the latent"
        _save(_heat_map(importance.T, source_names, labels, title, name), path)


def save_curves(path: Path, rows: Sequence[Mapping], selected_step: int | None = None) -> None:
    """Draws every loss term, and the scores of the evaluations, over the steps.

    Args:
      path: A .png file.
      rows: Those of metrics.jsonl.
      selected_step: Where a line is drawn; None for nowhere.
    """
    losses = [row for row in rows if "evaluation" not in row]
    evaluations = [row["evaluation"] for row in rows if "evaluation" in row]
    with figure_style():
        figure = Figure(figsize=(11, 4), dpi=DOTS_PER_INCH)
        left, right = figure.subplots(1, 2)
        for name in dict.fromkeys(name for row in losses for name in row if name != "step"):
            left.plot(*_curve(losses, name), label=one_line(name, LONGEST_NAME), lw=1)
        left.set(xlabel="step", title="loss and its terms, unweighted")
        left.set_yscale("symlog", linthresh=1e-4)
        left.yaxis.set_major_formatter("{x:g}")
        for name, key in SCORES:
            if any(row.get(key) is not None for row in evaluations):
                right.plot(*_curve(evaluations, key), "o-", label=name, ms=3)
        right.set(xlabel="step", ylim=(-0.02, 1.02), title="scores of the evaluations")
        decibels = right.twinx()
        decibels.plot(*_curve(evaluations, PSNR), "s:", c="black", label="PSNR", ms=3)
        decibels.set_ylabel("PSNR (dB)")
        for axes in (left, right) if selected_step is not None else ():
            axes.axvline(selected_step, c="gray", ls="--", lw=1, label="selected")
        if losses:
            left.legend(fontsize=7)
        lines = [axes.get_legend_handles_labels() for axes in (right, decibels)]
        right.legend(*(sum(parts, []) for parts in zip(*lines, strict=True)), fontsize=7)
        _save(figure, path)


def _curve(rows: Sequence[Mapping], name: str) -> tuple[list, list]:
    points = [(row["step"], row[name]) for row in rows if row.get(name) is not None]
    return [step for step, _ in points], [value for _, value in points]


def _heat_map(
    values: np.ndarray, rows: Sequence[str], columns: Sequence[str], title: str, quantity: str
) -> Figure:
    size = (max(3.2 + 0.5 * len(columns), 6.5), max(1.2 + 0.45 * len(rows), 2.6))
    figure = Figure(figsize=size, dpi=min(DOTS_PER_INCH, MOST_PIXELS / max(size)))
    axes = figure.subplots()
    axes.set_facecolor("lightgray")  # seen where a value is NaN
    drawn = axes.imshow(values, vmin=0.0, vmax=1.0, cmap="viridis", aspect="auto")
    for row, column in np.ndindex(values.shape):
        value = values[row, column]
        if value >= SMALLEST_SHOWN:
            color = "black" if value > 0.6 else "white"
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", c=color, size=7)
    axes.set_yticks(range(len(rows)), [one_line(name, LONGEST_NAME) for name in rows])
    axes.set_xticks(range(len(columns)), columns)
    axes.set_title(title, fontsize=10)
    figure.colorbar(drawn, ax=axes, fraction=0.03, pad=0.02, label=quantity)
    return figure


def _save(figure: Figure, path: Path) -> None:
    with atomic_path(path) as temporary, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")  # it is shown as a box
        figure.tight_layout()
        figure.savefig(temporary)
