"""A run's page: what its model shows, decoded for the sliders."""

from pathlib import Path

import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.metrics import psnr
from tripod_dlib.pages.run_page import write_run_page
from tripod_dlib.pages.run_record import read_run
from tripod_dlib.pages.visuals import Decoded, Slider, Visuals
from tripod_dlib.results.attempt import attempt
from tripod_dlib.results.pictures import to_pixels
from tripod_dlib.training.run_pictures import NUM_RECONSTRUCTED, traverse_all
from tripod_dlib.training.trained_model import TrainedModel

NUM_STARTS = 4  # images that sliders start from


def make_page(run: Path, data: GroundTruthData, trained: TrainedModel, seed: int) -> Path:
    """Writes report.html into a run's folder, from its results and its model.

    Args:
      run: The folder of a finished run.
      data: The dataset that it was trained on.
      trained: Its selected model.
      seed: Seed by which images are drawn.

    Returns:
      The page's path.

    Raises:
      InputError: If Jinja2 is not installed, the folder holds no finished run, or the page cannot
        be written.
    """
    record = read_run(run)
    nmi = record.results.get("infomec.nmi")
    nmi = None if nmi is None else np.array(nmi, np.float64)  # None becomes NaN
    return write_run_page(record, visuals_of(data, trained, nmi, seed))


def visuals_of(
    data: GroundTruthData, trained: TrainedModel, nmi: np.ndarray | None, seed: int
) -> Visuals:
    """What a page shows of a model; what fails is left out, and said.

    Args:
      data: Where images come from.
      trained: The model.
      nmi: float (num_factors, num_latents), by which latents are ordered and named, or None.
      seed: Seed of the draws.
    """
    sliders, starts, decoded = [], [], None
    with attempt("report.html: the sliders"):
        traversals, images = traverse_all(data, trained, nmi, seed, NUM_STARTS)
        sliders = [
            Slider(name, traversal.latent, traversal.values, traversal.starts, traversal.tiles)
            for traversal, name in traversals
        ]
        starts = to_pixels(images)
    with attempt("report.html: the reconstructions"):
        decoded = _decoded(data, trained, seed)
    return Visuals(sliders, starts, decoded)


def _decoded(data: GroundTruthData, trained: TrainedModel, seed: int) -> Decoded:
    images = data.sample_observations(NUM_RECONSTRUCTED, np.random.RandomState(seed))
    reconstructions = trained.reconstruct(images)
    return Decoded(
        images=to_pixels(images),
        reconstructions=to_pixels(reconstructions),
        psnr=psnr(images, reconstructions),
        errors=np.abs(images.astype(np.float64) - reconstructions).max(axis=-1),
    )
