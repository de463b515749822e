"""The end of a run: the selected checkpoint on the second evaluation seed, files and pictures."""

import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.errors import InputError
from tripod_dlib.results.dlib_results import update_result_directory
from tripod_dlib.results.pictures import (
    labelled,
    reconstruction_grid,
    save_importance_matrix,
    save_nmi_heat_map,
    save_picture,
    tile,
    to_pixels,
)
from tripod_dlib.results.provenance import provenance
from tripod_dlib.results.run_folder import RunFolder
from tripod_dlib.results.scores import flatten_scores, table_rows
from tripod_dlib.results.table import format_table
from tripod_dlib.storage import atomic_path, write_text
from tripod_dlib.training.selection import select

if TYPE_CHECKING:
    from tripod_dlib.training.run import Run
    from tripod_dlib.training.trained_model import TrainedModel

TABLE = "table.txt"
WIDTH = 80
NUM_PICTURED = 10
NUM_TRAVERSED = 5
NUM_CONTINUOUS_VALUES = 12
MOST_VALUES = 16  # of a quantized latent, in one picture
ARRAYS = (
    ("infomec", "nmi"),
    ("infomec", "active"),
    ("dci_random_forest", "importance_matrix"),
)
NO_FACTORS = "No factors of these images are known: there is PSNR alone."


def print_again(folder: RunFolder) -> dict[str, object]:
    """Prints the table of a finished run; returns its results."""
    print((folder.path / TABLE).read_text(encoding="utf-8"), end="")
    results = folder.path / "results" / "json" / "train_results.json"
    return json.loads(results.read_text(encoding="utf-8"))


def report(run: "Run", model_name: str) -> dict[str, object]:
    """Evaluates the selected checkpoint on the report seed and writes everything that stays.

    Args:
      run: A run that was trained to its end.
      model_name: Registered name of the model family.

    Returns:
      The flat results.

    Raises:
      InputError: If no evaluated weights were kept.
    """
    from tripod_dlib.evaluation.evaluate import evaluate
    from tripod_dlib.evaluation.protocol import evaluate_protocol
    from tripod_dlib.training.trained_model import RESULT, load

    chosen, reason = _selected(run)
    with atomic_path(run.folder.path / RESULT) as temporary:
        temporary.write_bytes(run.weights_path(chosen["step"]).read_bytes())
    trained = load(run.folder.path)
    scores, sample = evaluate_protocol(
        run.data,
        trained.representation,
        trained.decode,
        num_samples=run.protocol.num_samples,
        seed=run.protocol.report_seed,
        baselines=True,
    )
    notes = list(dict.fromkeys(n for metric in scores.values() for n in metric.get("notes", [])))
    if not run.data.num_factors:
        notes.append(NO_FACTORS)
    results = {
        **_results(run, trained, chosen, reason, scores),
        "notes": notes,
        "model": model_name,
        **provenance(),
    }
    save_representation(run.folder.path / "representation.npz", sample, trained)
    save_pictures(run.folder.path / "pictures", run, trained, scores)
    update_result_directory(run.folder.path / "results", "train", results)
    evaluate(run.data, trained.representation, run.folder.path / "results")
    rows = table_rows(flatten_scores(scores), flatten_scores(scores["baselines"]))
    text = _text(run, model_name, reason, chosen["step"], rows, notes)
    write_text(run.folder.path / TABLE, text)
    run.folder.mark_finished(run.step)
    print(text, end="")
    return results


def _selected(run: "Run") -> tuple[dict, str]:
    """The evaluation that counts, out of those whose weights are there, and why."""
    chosen, reason = select(run.evaluations, run.psnr_threshold)
    if run.weights_path(chosen["step"]).exists():
        return chosen, reason
    candidates = run.evaluations_with_weights()  # protocol bindings changed since
    if not candidates:
        raise InputError(
            f"{run.folder.path} holds no weights of an evaluated step; begin anew with --overwrite."
        )
    return select(candidates, run.psnr_threshold)


def _results(
    run: "Run", trained: "TrainedModel", chosen: dict, reason: str, scores: dict[str, dict]
) -> dict[str, object]:
    return {
        **flatten_scores(scores),
        **{f"{metric}.{key}": scores[metric][key] for metric, key in ARRAYS if metric in scores},
        **{key: value for key, value in chosen.items() if key.startswith("decoder.")},
        "global_step": run.step,
        "selected_step": chosen["step"],
        "selected_because": reason,
        "psnr_threshold": run.psnr_threshold,
        "dataset": run.data.name,
        "procedural": run.data.procedural,
        "random_seed": run.settings.random_seed,
        "num_latents": trained.num_latents,
        "num_values_per_latent": trained.num_values_per_latent,
        "elapsed_time": run.elapsed_seconds,
    }


def save_representation(path: Path, sample: object, trained: "TrainedModel") -> None:
    """Writes the reported sample for other tools: arrays "sources" and "latents".

    "num_values_per_latent" is 0 for continuous latents.
    """
    with atomic_path(path) as temporary:
        np.savez(
            temporary,
            sources=sample.sources,
            latents=sample.latents,
            num_values_per_latent=trained.num_values_per_latent or 0,
        )


def save_pictures(
    folder: Path, run: "Run", trained: "TrainedModel", scores: dict[str, dict]
) -> None:
    """Draws reconstructions, a traversal of every latent, and the NMI heat map."""
    generator = np.random.RandomState(run.protocol.report_seed)
    images = run.data.sample_observations(NUM_PICTURED, generator)
    grid = reconstruction_grid(images, trained.reconstruct(images))
    title = f"{run.data.name}: images above their reconstructions"
    save_picture(folder / "reconstructions.png", labelled(grid, title, ["image", "model"]))
    latents = trained.encode(run.data.sample_observations(500, generator))
    overview = []
    for latent in range(trained.num_latents):
        tiles, values = traversal(trained, latents, latent)
        overview.append(tiles[0])
        title = f"z{latent}: an image a row, a value of this latent a column"
        rows, columns = [str(row) for row in range(len(tiles))], [f"{v:+.2f}" for v in values]
        picture = labelled(tile(tiles), title, rows, columns)
        save_picture(folder / f"traversal_z{latent:02d}.png", picture)
    names = [f"z{latent}" for latent in range(trained.num_latents)]
    title = "one image, each row another latent, from its lowest to its highest value"
    picture = labelled(tile(np.stack(overview)), title, names)
    save_picture(folder / "traversals.png", picture)
    if not run.data.num_factors:
        return
    infomec = scores["infomec"]
    names = run.data.factor_names
    save_nmi_heat_map(folder / "nmi.png", infomec["nmi"], names, infomec["active"])
    importance = scores["dci_random_forest"]["importance_matrix"]
    save_importance_matrix(folder / "importance.png", importance, names)


def traversal(
    trained: "TrainedModel", latents: np.ndarray, latent: int
) -> tuple[np.ndarray, np.ndarray]:
    """What one latent does: rows are images, columns the latent's values.

    Args:
      trained: The model.
      latents: (num, num_latents) of images; the first few are traversed, all give a continuous
        latent's range; a quantized one takes its own values, evenly chosen where there are many.
      latent: Which one.

    Returns:
      tiles: uint8 (num_images, num_values, height, width, 3).
      values: float (num_values,), what the latent was set to.
    """
    values = trained.latent_values(latent)
    if values is None:
        values = np.linspace(*np.percentile(latents[:, latent], [2, 98]), NUM_CONTINUOUS_VALUES)
    elif len(values) > MOST_VALUES:
        values = values[np.linspace(0, len(values) - 1, MOST_VALUES).round().astype(int)]
    points = np.repeat(latents[:NUM_TRAVERSED, None, :], len(values), axis=1)
    points[:, :, latent] = values
    decoded = trained.decode(points.reshape(-1, trained.num_latents))
    shape = (len(points), len(values), *decoded.shape[1:3], 3)
    return to_pixels(decoded).reshape(shape), values


def _text(run: "Run", model_name: str, reason: str, step: int, rows: list, notes: list[str]) -> str:
    heading = f"{model_name} on {run.data.name}{_origin(run.data)}"
    told = (
        f"Step {step} of {run.step}, chosen as the {reason}. Scores of {run.protocol.num_samples} "
        f"other samples; seed {run.settings.random_seed}; {run.elapsed_seconds / 60:.1f} minutes "
        "of training and evaluation."
    )
    return (
        f"\n{heading}\n{textwrap.fill(told, WIDTH)}\n\n{format_table(rows, notes)}\n\n"
        f"pictures and results: {run.folder.path}\n"
    )


def _origin(data: GroundTruthData) -> str:
    if data.resembles:
        return f" (procedural: not the scores of {data.resembles}, which it resembles)"
    return " (procedural: rendered by this package)" if data.procedural else ""
