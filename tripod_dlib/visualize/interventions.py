"""How each latent moves with each factor, as the interventional robustness score sees it."""

import os
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tripod_dlib.metrics.irs import robustness
from tripod_dlib.metrics.scale import which_vary
from tripod_dlib.results.figures import figure_style
from tripod_dlib.storage import atomic_path

INCHES = 2.2  # a side of one plot
DPI = 60


@figure_style()
def vis_all_interventional_effects(
    gen_factors: np.ndarray, latents: np.ndarray, output_dir: str | os.PathLike
) -> None:
    """Writes interventional_effect.png: a row a latent, a column a factor.

    Where the factor is the latent's own (its parent), mean, median and standard deviation of the
    latent over the factor's values; elsewhere its mean over them for each value of the parent. A
    latent that does not vary has no parent and stays empty.

    Args:
      gen_factors: int (num_points, num_factors).
      latents: float (num_points, num_latents).
      output_dir: Folder that gets the picture; it is made.

    Reference: Suter et al., 2019.
    """
    num_factors, num_latents = gen_factors.shape[1], latents.shape[1]
    varies = which_vary(latents)
    parents, scores = np.full(num_latents, -1), np.zeros(num_latents)
    if varies.any():
        robust = robustness(gen_factors, latents[:, varies], 0.99)
        parents[varies], scores[varies] = robust["parents"], robust["disentanglement_scores"]
    figure = Figure(figsize=(INCHES * num_factors, INCHES * num_latents), dpi=DPI)
    axes = figure.subplots(num_latents, num_factors, sharex="col", sharey="row", squeeze=False)
    for latent, factor in np.ndindex(num_latents, num_factors):
        place, parent = axes[latent, factor], parents[latent]
        if parent == factor:
            _own(place, gen_factors[:, factor], latents[:, latent])
            place.set_title(f"parent {parent}, IRS {scores[latent]:.2f}", fontsize=9)
        elif parent >= 0:
            _given_parent(place, gen_factors[:, factor], gen_factors[:, parent], latents[:, latent])
        place.set_xlabel(f"g{factor}")
        place.set_ylabel(f"E[z{latent}]" if parent >= 0 else f"z{latent} is constant")
    figure.tight_layout()
    with atomic_path(Path(output_dir) / "interventional_effect.png") as temporary:
        figure.savefig(temporary, format="png")


def _own(axes: Axes, factor: np.ndarray, latent: np.ndarray) -> None:
    values = np.unique(factor)
    groups = [latent[factor == value] for value in values]
    means, stds = (np.array([f(group) for group in groups]) for f in (np.mean, np.std))
    axes.plot(values, means, label="mean")
    axes.plot(values, [np.median(group) for group in groups], label="median")
    axes.fill_between(values, means - stds, means + stds, alpha=0.2)
    axes.legend(fontsize=7)


def _given_parent(axes: Axes, factor: np.ndarray, parent: np.ndarray, latent: np.ndarray) -> None:
    for held in np.unique(parent):
        values = np.unique(factor[parent == held])
        means = [latent[(parent == held) & (factor == value)].mean() for value in values]
        axes.plot(values, means, ".--", linewidth=1)
