"""What finished runs of a study gave: the settings that tuning chooses, durations, the table."""

import json
import statistics
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tripod_dlib.errors import InputError, did_you_mean
from tripod_dlib.results.scores import TABLE
from tripod_dlib.results.table import format_number
from tripod_dlib.studies.manifest import Run
from tripod_dlib.studies.state import DIVERGED, DONE, FAILED, State, read_json, run_path
from tripod_dlib.studies.study import FINAL, TUNING, Study

RESULTS = Path("results") / "json" / "train_results.json"
PSNR, THRESHOLD, SECONDS = "psnr.psnr", "psnr_threshold", "elapsed_time"
KEPT = {key for _, key in TABLE} | {PSNR, THRESHOLD, SECONDS}
Kind = tuple[str, str]


def read_results(
    folder: Path, runs: Iterable[Run], states: Mapping[str, State], score: str
) -> dict[str, dict[str, object]]:
    """The scores of finished runs, by name: those of the table, and one more."""
    kept = KEPT | {score}
    return {
        run.name: {
            key: value
            for key, value in read_json(run_path(folder, run.name) / RESULTS).items()
            if key in kept
        }
        for run in runs
        if states[run.name].kind == DONE
    }


def choose(
    study: Study,
    runs: Sequence[Run],
    states: Mapping[str, State],
    results: Mapping[str, Mapping[str, object]],
) -> dict[Kind, dict[str, object]]:
    """The hyperparameters that tuning chooses, for each dataset and model whose tuning has ended.

    A setting that reaches its runs' PSNR threshold comes before one that does not; then one all of
    whose runs were finished before one of which runs failed or diverged; then the higher mean of
    the selection score (the higher mean PSNR, where the threshold is not reached); then the first.

    Args:
      study: Says the score.
      runs: Of the manifest.
      states: Of the runs, by name.
      results: Of the finished ones, by name.

    Raises:
      InputError: If no run that tuning finished has the selection score.
    """
    by_kind: dict[Kind, dict[str, list[Run]]] = {}
    for run in runs:
        if run.phase == TUNING:
            settings = by_kind.setdefault(run.kind, {})
            settings.setdefault(json.dumps(run.hyperparameters), []).append(run)
    chosen = {}
    for kind, settings in by_kind.items():
        members = [run for of_setting in settings.values() for run in of_setting]
        if any(states[run.name].kind not in (DONE, FAILED, DIVERGED) for run in members):
            continue
        _require_score(kind, study.selection_score, [results.get(run.name) for run in members])
        ranks = {
            key: _rank([results.get(run.name, {}) for run in of_setting], study.selection_score)
            for key, of_setting in settings.items()
        }
        best = max(ranks, key=ranks.__getitem__)  # the first of equal ones
        if ranks[best] > _rank([], study.selection_score):
            chosen[kind] = json.loads(best)
    return chosen


def _require_score(kind: Kind, score: str, results: Sequence[Mapping[str, object] | None]) -> None:
    finished = [result for result in results if result]
    if finished and not any(score in result for result in finished):
        known = sorted({key for result in finished for key in result} - {THRESHOLD, SECONDS})
        dataset, model = kind
        raise InputError(
            f"study.selection_score is {score!r}, and no tuning run of {model} on {dataset} has "
            f"it.{did_you_mean(score, known)} They have {', '.join(known) or 'no scores'}, and "
            f"those of other metrics, as in {RESULTS} of the runs. Bind it anew and give the same "
            "command; no run is repeated."
        )


def _rank(results: Sequence[Mapping[str, object]], score: str) -> tuple:
    finished = [result for result in results if result]
    psnr, value = _mean(finished, PSNR), _mean(finished, score)
    threshold = _mean(finished, THRESHOLD)
    reached = threshold is None or (psnr is not None and psnr >= threshold)
    worst = float("-inf")
    wanted = value if reached else psnr
    whole = bool(finished) and len(finished) == len(results)
    return bool(finished) and reached, whole, worst if wanted is None else wanted


def seconds_per_step(
    runs: Iterable[Run],
    states: Mapping[str, State],
    results: Mapping[str, Mapping[str, object]],
) -> dict[Kind, float]:
    """Seconds a step of each kind: of its first finished run, else of one that is running."""
    measured: dict[Kind, float] = {}
    running: dict[Kind, float] = {}
    for run in runs:
        elapsed = results.get(run.name, {}).get(SECONDS)
        if elapsed and run.kind not in measured:
            measured[run.kind] = elapsed / run.steps
        rate = states[run.name].seconds_per_step
        if rate is not None:
            running.setdefault(run.kind, rate)
    return {**running, **measured}


def table_of(
    study: Study,
    runs: Sequence[Run],
    states: Mapping[str, State],
    results: Mapping[str, Mapping[str, object]],
) -> tuple[list[str], list[list[str]]]:
    """A row for each dataset and model (and setting, where none is chosen), of the reported runs.

    Returns:
      header and rows, all texts; a score's cell is "mean ± deviation". "runs" says of how many,
      and which did not finish.
    """
    groups: dict[tuple, list[Run]] = {}
    for run in runs:
        if run.phase == FINAL:
            key = (run.dataset, run.model, _shown(run.hyperparameters))
            groups.setdefault(key, []).append(run)
    header = ["dataset", "model", "hyperparameters", "runs", *(heading for heading, _ in TABLE)]
    rows = []
    for key, members in sorted(groups.items()):
        finished = [results[run.name] for run in members if results.get(run.name)]
        scores = [_cell(_values(finished, score)) for _, score in TABLE]
        rows.append([*key, _runs_cell(study, members, states), *scores])
    return header, rows


def _runs_cell(study: Study, members: Sequence[Run], states: Mapping[str, State]) -> str:
    kinds = [states[run.name].kind for run in members]
    ended = [f"{kinds.count(kind)} {kind}" for kind in (DIVERGED, FAILED) if kind in kinds]
    done = kinds.count(DONE)
    few = [f"fewer than {study.least_seeds}"] if done < study.least_seeds else []
    return ", ".join([f"{done} of {len(members)}", *ended, *few])


def _shown(hyperparameters: Mapping[str, object]) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in hyperparameters.items())


def _cell(values: Sequence[float]) -> str:
    if not values:
        return "-"
    mean = format_number(statistics.fmean(values))
    return f"{mean} ± {format_number(statistics.stdev(values))}" if len(values) > 1 else mean


def _values(results: Iterable[Mapping[str, object]], key: str) -> list[float]:
    return [result[key] for result in results if isinstance(result.get(key), int | float)]


def _mean(results: Iterable[Mapping[str, object]], key: str) -> float | None:
    values = _values(results, key)
    return statistics.fmean(values) if values else None
