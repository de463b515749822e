"""What a trained model makes of images, and what each of its latents does."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from tripod_dlib.backend import require_backend
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.results.output_folder import output_folder
from tripod_dlib.results.stored_bindings import dataset_arguments, run_bindings
from tripod_dlib.storage import progress, write_json
from tripod_dlib.visualize.animation import save_animation
from tripod_dlib.visualize.cycles import cycles_of, evenly, sampled_latents
from tripod_dlib.visualize.grids import grid_save_images, save_image
from tripod_dlib.visualize.interventions import vis_all_interventional_effects

MARKER = Path("visualization.json")
NUM_PICTURED = 64
NUM_TRAVERSED = 11  # values of a latent in a traversal


def visualize(
    model_dir: str | os.PathLike,
    output_dir: str | os.PathLike,
    overwrite: bool = False,
    num_animations: int = 5,
    num_frames: int = 20,
    fps: int = 10,
    num_points_irs: int = 10000,
) -> None:
    """Writes reconstructions, samples, traversals, animations and interventional effects.

    Files are those of disentanglement_lib: reconstructions/reconstructions.jpg,
    sampled/samples.jpg, traversals/traversals0.jpg, ..., animated_traversals/<cycle>0.gif, ... and
    interventional_effects/interventional_effect.png. A quantized model's latents go through their
    values, in one cycle.

    Args:
      model_dir: Folder of a finished run.
      output_dir: Folder to write.
      overwrite: Whether pictures that are there are replaced.
      num_animations: Animations of each cycle, each from another image.
      num_frames: Frames of each.
      fps: Frames per second.
      num_points_irs: Images from which the interventional effects are estimated.

    Raises:
      InputError: If a folder or the run's dataset cannot be used.
    """
    run = Path(model_dir)
    data = get_named_ground_truth_data(**dataset_arguments(run_bindings(run)))
    with output_folder(output_dir, overwrite, MARKER) as folder:
        require_backend()
        from tripod_dlib.training.trained_model import load

        model, generator = load(run), np.random.RandomState(0)
        _reconstructions(folder, model, data.sample_observations(NUM_PICTURED, generator))
        images = data.sample_observations(NUM_PICTURED, generator)
        mean, std = _posterior(model, images)
        samples = model.decode(sampled_latents(mean, std, NUM_PICTURED, generator))
        grid_save_images(samples, folder / "sampled" / "samples.jpg")
        cycles = cycles_of(mean, std, model.num_values_per_latent is not None)
        _traversals(folder / "traversals", model.decode, mean, model.num_values_per_latent)
        total = len(cycles) * min(num_animations, len(mean))
        with progress(total, f"animating {model.num_latents} latents", "animations") as shown:
            for name, cycle in cycles.items():
                for number, base in enumerate(mean[:num_animations]):
                    path = folder / "animated_traversals" / f"{name}{number}.gif"
                    save_animation(_animated(model.decode, base, cycle, num_frames), path, fps)
                    shown.update(1)
        if data.num_factors:
            factors, images = data.sample(num_points_irs, generator)
            latents = model.encode(images)
            vis_all_interventional_effects(factors, latents, folder / "interventional_effects")
        write_json(folder / MARKER, {"model": run.name, "dataset": data.name})


def _reconstructions(folder: Path, model, images: np.ndarray) -> None:
    pairs = np.concatenate([images, model.reconstruct(images)], axis=2)
    grid_save_images(pairs, folder / "reconstructions" / "reconstructions.jpg")


def _posterior(model, images: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """Latents and, where the model has a Gaussian posterior, its standard deviations."""
    return model.posterior(images) if model.has_posterior else (model.encode(images), None)


def _traversals(
    folder: Path, decode: Callable, mean: np.ndarray, num_values_per_latent: int | None
) -> None:
    """A picture an image, as many as there are latents: a column a latent, a row a value."""
    num_latents = mean.shape[1]
    bases, values = mean[:num_latents], np.linspace(-1.0, 1.0, NUM_TRAVERSED)
    ways = [values] * num_latents
    if num_values_per_latent is not None:
        ways = [evenly(np.unique(latent), NUM_TRAVERSED) for latent in mean.T]
    images = decode(np.concatenate([_changed(base, ways) for base in bases]))
    grids = images.reshape(len(bases), num_latents, NUM_TRAVERSED, *images.shape[1:])
    for number, grid in enumerate(grids):
        picture = np.concatenate(np.concatenate(grid, axis=2), axis=0)
        save_image(picture, folder / f"traversals{number}.jpg")


def _animated(
    decode: Callable[[np.ndarray], np.ndarray],
    base: np.ndarray,
    cycle: Callable[[int, float, int], np.ndarray],
    num_frames: int,
) -> np.ndarray:
    """For each latent images on its way through a cycle: (num_latents, num_frames, height, ...)."""
    ways = [cycle(latent, float(start), num_frames) for latent, start in enumerate(base)]
    images = decode(_changed(base, ways))
    return images.reshape(len(base), num_frames, *images.shape[1:])


def _changed(base: np.ndarray, ways: Sequence[np.ndarray]) -> np.ndarray:
    """Latents of which one at a time takes its values: (num_latents * num_values, num_latents)."""
    latents = np.tile(base, (len(ways), len(ways[0]), 1))
    for latent, values in enumerate(ways):
        latents[latent, :, latent] = values
    return latents.reshape(-1, len(base))
