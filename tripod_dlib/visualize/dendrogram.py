"""At which threshold factors come to share latents: a tree of factors."""

import os
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from scipy.cluster import hierarchy

from tripod_dlib.results.figures import figure_style
from tripod_dlib.storage import atomic_path


def dendrogram_plot(
    matrix: np.ndarray, output_dir: str | os.PathLike, factor_names: Sequence[str]
) -> dict[str, float]:
    """Draws the tree and says when each pair of factors came together.

    Values of the matrix are taken from the largest on, each joining a factor and a latent; the
    place in that order is the threshold.

    Args:
      matrix: (num_factors, num_latents).
      output_dir: Path of the picture without its ending ".png".
      factor_names: Names of the factors.

    Returns:
      merges: "merge_I_J" to the threshold at which factors I and J came together.
    """
    links, discovered, thresholds = _joined(np.asarray(matrix))
    if len(links):
        _draw(links, discovered, thresholds, factor_names, f"{os.fspath(output_dir)}.png")
    return report_merges(links, len(matrix))


def report_merges(z: np.ndarray, num_factors: int) -> dict[str, float]:
    """When each pair of factors came together.

    Args:
      z: (num_factors - 1, 4), as SciPy's `linkage`: two clusters, the threshold, the new size.
      num_factors: Number of factors.
    """
    members = {factor: [factor] for factor in range(num_factors)}
    merges = {}
    for row, (one, other, threshold, _) in enumerate(z):
        left, right = members.pop(int(one)), members.pop(int(other))
        merges.update({f"merge_{i}_{j}": threshold for i in left for j in right})
        members[num_factors + row] = left + right
    return merges


def _joined(matrix: np.ndarray) -> tuple[np.ndarray, dict[int, int], np.ndarray]:
    """SciPy's linkage of the factors, when each factor was first met, and the sorted values."""
    num_factors, num_latents = matrix.shape
    order = np.argsort(-matrix, axis=None, kind="stable")
    nodes = hierarchy.DisjointSet(range(num_factors + num_latents))
    cluster = dict(enumerate(range(num_factors)))  # of a factor
    links, discovered = [], {}
    for place, (factor, latent) in enumerate(zip(*np.unravel_index(order, matrix.shape))):
        discovered.setdefault(int(factor), place)
        parts = [nodes.subset(int(node)) for node in (factor, num_factors + latent)]
        nodes.merge(int(factor), int(num_factors + latent))
        met = [sorted(node for node in part if node < num_factors) for part in parts]
        if parts[0] == parts[1] or not all(met):
            continue
        size = sum(map(len, met))
        links.append([*(cluster[part[0]] for part in met), place, size])
        cluster.update(dict.fromkeys([*met[0], *met[1]], num_factors + len(links) - 1))
    return np.array(links, np.float64).reshape(-1, 4), discovered, np.sort(matrix, None)[::-1]


@figure_style()
def _draw(
    links: np.ndarray,
    discovered: dict[int, int],
    thresholds: np.ndarray,
    factor_names: Sequence[str],
    path: str,
) -> None:
    figure = Figure(figsize=(6.5, 4.5))
    axes = figure.subplots()
    tree = hierarchy.dendrogram(links, no_plot=True)
    for heights, positions in zip(tree["dcoord"], tree["icoord"], strict=True):
        begins = [
            discovered[tree["leaves"][int((place - 5) // 10)]] if height == 0 else height
            for height, place in zip(heights[::3], positions[::3], strict=True)
        ]
        axes.plot([begins[0], heights[1], heights[2], begins[1]], positions, "b")
    leaves = range(5, 10 * len(tree["leaves"]), 10)
    axes.set_yticks(leaves, [factor_names[leaf] for leaf in tree["leaves"]])
    places = range(0, len(thresholds), 10)
    axes.set_xticks(places, [f"{thresholds[place]:.2f}" for place in places])
    axes.set_xlabel("Threshold")
    axes.set_ylabel("Factor")
    with atomic_path(path) as temporary:
        figure.savefig(temporary, format="png", bbox_inches="tight")
