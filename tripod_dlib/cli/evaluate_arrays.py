"""Scores of arrays: a table on the terminal, and results and pictures in a folder."""

import sys
import traceback
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from tripod_dlib.cli.metric_progress import metric_progress
from tripod_dlib.errors import InputError, counted
from tripod_dlib.evaluation.array_input import StoredRepresentation
from tripod_dlib.evaluation.arrays import evaluate_arrays
from tripod_dlib.metrics.doubts import doubts_about
from tripod_dlib.metrics.tables import as_numbers, as_table
from tripod_dlib.results.dlib_results import copydir, update_result_directory
from tripod_dlib.results.output_folder import output_folder, require_free, where_to_look
from tripod_dlib.results.provenance import provenance
from tripod_dlib.results.scores import (
    flatten_scores,
    other_rows,
    reasons_of_undefined,
    table_rows,
)
from tripod_dlib.results.table import format_table
from tripod_dlib.storage import write_text

NO_OUTPUT = "nothing is kept: --output_dir=FOLDER keeps results and pictures"


def score(
    stored: StoredRepresentation,
    *,
    discrete: bool,
    names: Sequence[str],
    seed: int,
    input_dir: str | None,
    output_dir: str | None,
    overwrite: bool,
) -> None:
    """Scores, prints, and writes if a folder is given.

    Args:
      stored: The arrays.
      discrete: Whether the latents are quantized.
      names: The metrics.
      seed: Seed of what they draw.
      input_dir: Folder whose results are copied beside the new ones; None for none.
      output_dir: Folder to write; None for none.
      overwrite: Whether an evaluation that is there is replaced.

    Raises:
      InputError: If the arrays cannot be scored or the folder is taken.
    """
    failures: dict[str, Exception] = {}
    if output_dir is not None:
        require_free(Path(output_dir), overwrite)  # before the work
    try:
        sources = as_table(stored.sources, "sources")
        latents = as_numbers(stored.latents, "latents")
        for note in (*stored.notes, *doubts_about(sources, latents)):
            print(f"Note: {note}", file=sys.stderr, flush=True)  # before minutes of work
        chosen = {"discrete": discrete, "metrics": names, "seed": seed}
        with metric_progress():
            scores = evaluate_arrays(sources, latents, **chosen, failures=failures)
    except ValueError as error:
        raise InputError(str(error)) from error
    if failures.keys() == set(names):
        raise _of_failures(failures)
    baselines = scores.pop("baselines")
    notes = notes_by_metric(scores)
    settings = {
        "metrics": list(names),
        "discrete": discrete,
        "num_samples": len(stored.latents),
        "num_sources": sources.shape[1],
        "num_latents": latents.shape[1],
        "random_seed": seed,
    }
    text = _text(scores, baselines, settings, notes, failures)
    print(text)
    if output_dir is None:
        print(NO_OUTPUT)
    else:
        results = {**_results(scores, baselines), "notes": [*stored.notes, *notes], **settings}
        with output_folder(output_dir, overwrite) as folder:
            if input_dir is not None:
                _copy_results(Path(input_dir).expanduser() / "results", folder / "results")
            update_result_directory(folder / "results", "evaluation", {**results, **provenance()})
            write_text(folder / "table.txt", text)
            _save_pictures(folder / "pictures", scores)
        print(where_to_look(output_dir))
    if failures:
        raise _of_failures(failures)


def _copy_results(before: Path, target: Path) -> None:
    if before.is_dir():
        copydir(before, target)


def _of_failures(failures: Mapping[str, Exception]) -> InputError:
    """What each metric raised, and where."""
    reasons = []
    for name, error in failures.items():
        (place,) = traceback.extract_tb(error.__traceback__)[-1:]
        where = f"{place.filename}, line {place.lineno}"
        reasons.append(f"the metric {name} failed: {type(error).__name__}: {error} ({where})")
    return InputError("; ".join(reasons))


def notes_by_metric(scores: dict[str, dict]) -> list[str]:
    """Notes of metrics' results, each once, led by the names of the metrics that it concerns."""
    concerned: dict[str, list[str]] = {}
    for metric, results in scores.items():
        for note in dict.fromkeys(results.get("notes", ())):
            concerned.setdefault(note, []).append(metric)
    everywhere = list(scores)
    return [
        note if metrics == everywhere else f"{', '.join(metrics)}: {note}"
        for note, metrics in concerned.items()
    ]


def _text(
    scores: dict[str, dict],
    baselines: dict[str, dict],
    settings: dict,
    notes: Sequence[str],
    failed: Collection[str],
) -> str:
    kind = "discrete" if settings["discrete"] else "continuous"
    heading = (
        f"{counted(settings['num_samples'], 'sample')}, "
        f"{counted(settings['num_sources'], 'source')}, "
        f"{counted(settings['num_latents'], f'{kind} latent')}"
    )
    flat, flat_baselines = flatten_scores(scores), flatten_scores(baselines)
    others, left_out = other_rows(flat, flat_baselines)
    computed = {name: results for name, results in scores.items() if name not in failed}
    rowless = [name for name, results in computed.items() if not flatten_scores(results)]
    left_out += [f"{name} has no row: none of its scores is a number." for name in rowless]
    rows = [*table_rows(flat, flat_baselines), *others]
    return f"{heading}\n\n{format_table(rows, [*notes, *left_out])}\n"


def _results(scores: dict[str, dict], baselines: dict[str, dict]) -> dict[str, object]:
    return {
        **flatten_scores(scores),
        **{f"baselines.{key}": value for key, value in flatten_scores(baselines).items()},
        **_arrays(scores),
        "undefined": reasons_of_undefined({**scores, **_prefixed(baselines, scores)}),
    }


def _prefixed(baselines: dict[str, dict], scores: dict[str, dict]) -> dict[str, dict]:
    """Baselines with their metrics' notes, under their keys in the results."""
    return {
        f"baselines.{name}": {**of_baseline, "notes": scores[name].get("notes", [])}
        for name, of_baseline in baselines.items()
    }


def _arrays(scores: dict[str, dict]) -> dict[str, object]:
    return {
        f"{metric}.{key}": value
        for metric, results in scores.items()
        for key, value in results.items()
        if hasattr(value, "shape") and value.ndim
    }


def _save_pictures(folder: Path, scores: dict[str, dict]) -> None:
    from tripod_dlib.results.plots import save_importance_matrix, save_nmi_heat_map

    for metric, results in scores.items():
        if "nmi" in results and "active" in results:
            names = _names(results["nmi"].shape[0])
            save_nmi_heat_map(folder / "nmi.png", results["nmi"], names, results["active"])
        matrix = results.get("importance_matrix")
        if getattr(matrix, "ndim", 0) == 2:
            path = folder / f"importance_{metric}.png"
            save_importance_matrix(path, matrix, _names(matrix.shape[1]))


def _names(num_sources: int) -> list[str]:
    return [f"source {i}" for i in range(num_sources)]
