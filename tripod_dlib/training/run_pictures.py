"""The pictures of a finished run. Each stands alone: one that fails is left out, and said."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tripod_dlib.metrics import psnr
from tripod_dlib.results.pictures import labelled, save_picture, tile, to_pixels
from tripod_dlib.results.plots import save_curves, save_importance_matrix, save_nmi_heat_map
from tripod_dlib.training.attempt import attempt
from tripod_dlib.training.traversal import order_by_factor, traverse

if TYPE_CHECKING:
    from tripod_dlib.training.run import Run
    from tripod_dlib.training.trained_model import TrainedModel

NUM_RECONSTRUCTED = 10
NUM_TRAVERSED = 5
NUM_ENCODED = 500  # images whose latents give a continuous latent's range


def save_pictures(run: "Run", trained: "TrainedModel", scores: dict[str, dict], step: int) -> None:
    """Draws reconstructions, traversals, what tells of what, and curves.

    Args:
      run: The finished run.
      trained: The selected model.
      scores: What `evaluate_protocol` gave for it.
      step: The selected one.
    """
    folder = run.folder.path / "pictures"
    with attempt("pictures/reconstructions.png"):
        save_picture(folder / "reconstructions.png", reconstructions(run, trained))
    infomec = scores.get("infomec")
    with attempt("pictures of traversals"):
        save_traversals(folder, run, trained, None if infomec is None else infomec["nmi"])
    with attempt("pictures/curves.png"):
        save_curves(folder / "curves.png", run.folder.metrics.read(), step)
    names = run.data.factor_names
    if infomec is not None:
        with attempt("pictures/nmi.png"):
            path = folder / "nmi.png"
            save_nmi_heat_map(path, infomec["nmi"], names, infomec["active"], infomec)
    if "dci_random_forest" in scores:
        with attempt("pictures/importance.png"):
            dci = scores["dci_random_forest"]
            save_importance_matrix(folder / "importance.png", dci["importance_matrix"], names, dci)


def reconstructions(run: "Run", trained: "TrainedModel") -> np.ndarray:
    """Images above their reconstructions, each with its PSNR: uint8 (height, width, 3)."""
    generator = np.random.RandomState(run.protocol.report_seed)
    images = run.data.sample_observations(NUM_RECONSTRUCTED, generator)
    decoded = trained.reconstruct(images)
    ratios = [f"{ratio:.1f} dB" for ratio in psnr(images, decoded)]
    title = f"{run.data.name}: images above their reconstructions, with their PSNR"
    pixels = tile(np.stack([to_pixels(images), to_pixels(decoded)]))
    return labelled(pixels, title, ["image", "model"], ratios)


def save_traversals(
    folder: Path, run: "Run", trained: "TrainedModel", nmi: np.ndarray | None
) -> None:
    """A picture of every latent from several images, and one of all latents from one image."""
    generator = np.random.RandomState(run.protocol.report_seed)
    latents = trained.encode(run.data.sample_observations(NUM_ENCODED, generator))
    order = order_by_factor(nmi, run.data.factor_names, trained.num_latents)
    overview, marked = [], []
    for latent, name in order:
        found = traverse(trained, latents, latent, NUM_TRAVERSED)
        overview.append(found.tiles[0])
        marked.append(found.starts[0])
        rows = [str(row) for row in range(len(found.tiles))]
        columns = [f"{value:+.2f}" for value in found.values]
        title = f"{name}: a row an image, a column a value; framed: the image's own"
        picture = labelled(tile(found.tiles, found.starts), title, rows, columns)
        save_picture(folder / f"traversal_z{latent:02d}.png", picture)
    most = max(map(len, overview))
    padded = [_padded(tiles, most) for tiles in overview]
    title = (
        "one image; a row a latent, from its lowest to its highest value; framed: the image's own"
    )
    picture = labelled(tile(np.stack(padded), marked), title, [name for _, name in order])
    save_picture(folder / "traversals.png", picture)


def _padded(tiles: np.ndarray, num: int) -> np.ndarray:
    """White tiles at the end, where another latent has more values."""
    return np.pad(tiles, [(0, num - len(tiles))] + [(0, 0)] * 3, constant_values=255)
