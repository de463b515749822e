"""The pictures of a run. Each stands alone: one that fails is left out, and said."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.metrics import psnr
from tripod_dlib.results.attempt import attempt
from tripod_dlib.results.pictures import labelled, save_picture, tile, to_pixels
from tripod_dlib.results.plots import save_curves, save_importance_matrix, save_nmi_heat_map
from tripod_dlib.training.trained_model import TrainedModel
from tripod_dlib.training.traversal import Traversal, order_by_factor, traverse

if TYPE_CHECKING:
    from tripod_dlib.training.run import Run

NUM_RECONSTRUCTED = 10
NUM_TRAVERSED = 5
NUM_ENCODED = 500  # images whose latents give a continuous latent's range
FRAMED = "framed: the image's own"


def save_pictures(run: "Run", trained: TrainedModel, scores: dict[str, dict], step: int) -> None:
    """Draws reconstructions, traversals, what tells of what, and curves.

    Args:
      run: The finished run.
      trained: The selected model.
      scores: What `evaluate_protocol` gave for it.
      step: The selected one.
    """
    folder, seed = run.folder.path / "pictures", run.protocol.report_seed
    with attempt("pictures/reconstructions.png"):
        save_picture(folder / "reconstructions.png", reconstructions(run.data, trained, seed))
    infomec = scores.get("infomec")
    with attempt("pictures of traversals"):
        nmi = None if infomec is None else infomec["nmi"]
        traversals, _ = traverse_all(run.data, trained, nmi, seed, NUM_TRAVERSED)
        save_picture(folder / "traversals.png", overview(traversals))
        for traversal, name in traversals:
            path = folder / f"traversal_z{traversal.latent:02d}.png"
            save_picture(path, several_images(traversal, name))
    with attempt("pictures/curves.png"):
        save_curves(folder / "curves.png", run.folder.metrics.read(), step)
    _save_matrices(folder, run.data.factor_names, scores)


def reconstructions(
    data: GroundTruthData, trained: TrainedModel, seed: int, num: int = NUM_RECONSTRUCTED
) -> np.ndarray:
    """Images above their reconstructions, each with its PSNR: uint8 (height, width, 3)."""
    images = data.sample_observations(num, np.random.RandomState(seed))
    decoded = trained.reconstruct(images)
    ratios = [f"{ratio:.1f} dB" for ratio in psnr(images, decoded)]
    title = f"{data.name}: images above their reconstructions, with their PSNR"
    pixels = tile(np.stack([to_pixels(images), to_pixels(decoded)]))
    return labelled(pixels, title, ["image", "model"], ratios)


def traverse_all(
    data: GroundTruthData,
    trained: TrainedModel,
    nmi: np.ndarray | None,
    seed: int,
    num_images: int,
) -> tuple[list[tuple[Traversal, str]], np.ndarray]:
    """Every latent's traversal and name, in the order of the factors that they tell of.

    Args:
      data: Where the images come from.
      trained: The model.
      nmi: float (num_factors, num_latents), or None where no factors are known.
      seed: Seed of the draws.
      num_images: Number of images from which each latent is traversed.

    Returns:
      traversals: (traversal, name of the latent).
      images: float32 (num_images, height, width, channels), those that they start from.
    """
    images = data.sample_observations(NUM_ENCODED, np.random.RandomState(seed))
    latents = trained.encode(images)
    order = order_by_factor(nmi, data.factor_names, trained.num_latents)
    traversals = [(traverse(trained, latents, latent, num_images), name) for latent, name in order]
    return traversals, images[:num_images]


def overview(traversals: list[tuple[Traversal, str]]) -> np.ndarray:
    """All latents from one image, a row a latent: uint8 (height, width, 3)."""
    most = max(len(traversal.values) for traversal, _ in traversals)
    tiles = np.stack([_padded(traversal.tiles[0], most) for traversal, _ in traversals])
    marked = [traversal.starts[0] for traversal, _ in traversals]
    title = f"one image; a row a latent, from its lowest to its highest value; {FRAMED}"
    return labelled(tile(tiles, marked), title, [name for _, name in traversals])


def several_images(traversal: Traversal, name: str) -> np.ndarray:
    """One latent from several images, a row an image: uint8 (height, width, 3)."""
    rows = [str(row) for row in range(len(traversal.tiles))]
    columns = [f"{value:+.2f}" for value in traversal.values]
    title = f"{name}: a row an image, a column a value; {FRAMED}"
    return labelled(tile(traversal.tiles, traversal.starts), title, rows, columns)


def _save_matrices(folder: Path, names: list[str], scores: dict[str, dict]) -> None:
    if "infomec" in scores:
        with attempt("pictures/nmi.png"):
            infomec, path = scores["infomec"], folder / "nmi.png"
            save_nmi_heat_map(path, infomec["nmi"], names, infomec["active"], infomec)
    if "dci_random_forest" in scores:
        with attempt("pictures/importance.png"):
            dci, path = scores["dci_random_forest"], folder / "importance.png"
            save_importance_matrix(path, dci["importance_matrix"], names, dci)


def _padded(tiles: np.ndarray, num: int) -> np.ndarray:
    """White tiles at the end, where another latent has more values."""
    return np.pad(tiles, [(0, num - len(tiles))] + [(0, 0)] * 3, constant_values=255)
