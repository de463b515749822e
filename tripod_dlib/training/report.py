"""The end of a run: the selected checkpoint on the second evaluation seed; results, pictures."""

import textwrap
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import gin
import numpy as np

from tripod_dlib.backend import accelerator
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.errors import InputError, without_call_places
from tripod_dlib.evaluation.metric_results import finite_scores
from tripod_dlib.results.attempt import attempt
from tripod_dlib.results.dlib_results import losses_of_step, update_result_directory
from tripod_dlib.results.provenance import peak_memory, provenance
from tripod_dlib.results.run_folder import TABLE
from tripod_dlib.results.scores import flatten_scores, metric_rows, table_rows
from tripod_dlib.results.table import format_table
from tripod_dlib.storage import atomic_path, write_bytes, write_text
from tripod_dlib.training.run_pictures import save_pictures
from tripod_dlib.training.trained_model import RESULT

if TYPE_CHECKING:
    from tripod_dlib.training.run import Run
    from tripod_dlib.training.trained_model import TrainedModel

WIDTH = 80
ARRAYS = (
    ("infomec", "nmi"),
    ("infomec", "active"),
    ("dci_random_forest", "importance_matrix"),
)
NO_FACTORS = "No factors of these images are known: there is PSNR alone."


def report(run: "Run", model_name: str) -> dict[str, object]:
    """Evaluates the selected checkpoint on the report seed and writes everything that stays.

    Args:
      run: A run that was trained to its end.
      model_name: Registered name of the model family.

    Returns:
      The flat results.

    Raises:
      InputError: If no evaluated weights can be read, or the metric of `evaluation.evaluation_fn`
        fails: after all else was written.
    """
    from tripod_dlib.evaluation.protocol import evaluate_protocol

    chosen, reason, trained, unreadable = run.weights.load_best(run.evaluations, run.psnr_threshold)
    write_bytes(run.folder.path / RESULT, run.weights.path(chosen["step"]).read_bytes())
    scores, sample = evaluate_protocol(
        run.data,
        trained.representation,
        trained.decode,
        num_samples=run.protocol.num_samples,
        seed=run.protocol.report_seed,
        baselines=True,
    )
    notes = list(dict.fromkeys(n for metric in scores.values() for n in metric.get("notes", [])))
    notes += [
        *unreadable,
        *run.folder.notes,
        *run.notes,
        *([] if run.data.num_factors else [NO_FACTORS]),
    ]
    results = {
        **_results(run, trained, chosen, reason, scores),
        "notes": notes,
        "model": model_name,
        **provenance(),
    }
    folder = run.folder.path / "results"
    update_result_directory(folder, "train", results)
    save_representation(run.folder.path / "representation.npz", sample, trained)
    rows = table_rows(flatten_scores(scores), flatten_scores(scores["baselines"]))
    own_rows, own_notes, failure = _own_metric(run, trained, folder)
    text = _text(run, model_name, reason, chosen["step"], [*rows, *own_rows], [*notes, *own_notes])
    write_text(run.folder.path / TABLE, text)
    save_pictures(run, trained, scores, chosen["step"])
    with attempt("report.html"):
        from tripod_dlib.training.page import make_page

        make_page(run.folder.path, run.data, trained, run.protocol.report_seed)
    print(text, end="")
    if failure is not None:
        raise failure
    run.folder.mark_finished(run.step)
    return results


def _own_metric(
    run: "Run", trained: "TrainedModel", folder: Path
) -> tuple[list[tuple], list[str], InputError | None]:
    """Rows and notes of `evaluation.evaluation_fn`, if it is bound; its error, if it failed."""
    from tripod_dlib.evaluation.evaluate import evaluate

    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", UserWarning)
            scores = evaluate(run.data, trained.representation, folder)
    except InputError as error:
        return [], [f"Not computed: {without_call_places(str(error))}"], error
    except Exception as error:  # of a metric that may be anybody's
        text = f"{type(error).__name__}: {without_call_places(str(error))}"
        reason = InputError(f"evaluation.evaluation_fn failed: {text}")
        reason.__cause__ = error
        return [], [f"Not computed: {reason}"], reason
    if scores is None:
        return [], [], None
    name = str(gin.query_parameter("evaluation.evaluation_fn")).lstrip("@").removesuffix("()")
    finite, undefined = finite_scores(name, scores)
    finite.pop("elapsed_time")
    rows, notes = metric_rows(flatten_scores({name: finite}), {}, singles=True)
    notes = [*undefined, *notes]
    return rows, [*dict.fromkeys(str(warning.message) for warning in caught), *notes], None


def _results(
    run: "Run", trained: "TrainedModel", chosen: dict, reason: str, scores: dict[str, dict]
) -> dict[str, object]:
    return {
        **flatten_scores(scores),
        **{f"{metric}.{key}": scores[metric][key] for metric, key in ARRAYS if metric in scores},
        **{key: value for key, value in chosen.items() if key.startswith("decoder.")},
        **_last_losses(run),
        "global_step": run.step,
        "selected_step": chosen["step"],
        "selected_because": reason,
        "psnr_threshold": run.psnr_threshold,
        "dataset": run.data.name,
        "factor_names": list(run.data.factor_names),
        "procedural": run.data.procedural,
        "random_seed": run.settings.random_seed,
        "num_latents": trained.num_latents,
        "num_values_per_latent": trained.num_values_per_latent,
        "elapsed_time": run.costs.elapsed_seconds,
        "training_time": run.costs.training_seconds,
        "peak_memory": peak_memory(),
        "energy": run.costs.joules,
        "accelerator": accelerator(),
        "data_fingerprint": run.folder.data_fingerprint,
    }


def _last_losses(run: "Run") -> dict[str, float]:
    """Those of the last logged step; none where that row was lost."""
    weights_of = run.model.parameters.weights_at
    for row in reversed(run.folder.metrics.read()):
        weights = weights_of(row["step"])
        if weights.keys() <= row.keys():
            terms = {name: row[name] for name in weights}
            return losses_of_step(terms, {name: float(weights[name]) for name in weights})
    return {}


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


def _text(run: "Run", model_name: str, reason: str, step: int, rows: list, notes: list[str]) -> str:
    heading = f"{model_name} on {run.data.name}{_origin(run.data)}"
    minutes = run.costs.elapsed_seconds / 60
    told = (
        f"Step {step} of {run.step}, chosen as the {reason}. Scores of {run.protocol.num_samples} "
        f"other samples; seed {run.settings.random_seed}; {minutes:.1f} minutes "
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
