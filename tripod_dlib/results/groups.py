"""Runs of one setting over seeds: which belong together, and what they score."""

import itertools
import json
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tripod_dlib.errors import counted

# Bindings and results that tell one repetition of a setting from another, or change no image.
REPETITION = (
    *("random_seed", "model.model_num", "model.model_dir", "model.name", "evaluation.name"),
    "dataset.cache_dir",
)
# Numbers among the results that are no scores.
NO_SCORES = {
    *("elapsed_time", "training_time", "peak_memory", "global_step", "num_cpus", "num_latents"),
    *("num_values_per_latent", "selected_step", "random_seed", "protocol_version", "num_samples"),
    *("psnr_threshold", "num_sources", "energy", "accelerator"),
}
SETTINGS = ("data_fingerprint", "discrete", "num_samples")  # results that are no repetition's
METRIC = "evaluation_config.evaluation.evaluation_fn"
EVALUATION = "evaluation_results."


@dataclass(frozen=True)
class Group:
    """Runs of one setting that differ in their seeds only.

    Attributes:
      setting: Binding to value, those in which the groups differ.
      scores: Name to the runs' values; runs in which it is undefined or missing are left out, so
        that none may be left. Scores of a metric of disentanglement_lib's protocol are named
        "evaluation_results.<metric>.<score>".
      num_runs: Number of runs.
      notes: Sentences on runs that do not count.
    """

    setting: dict[str, str]
    scores: dict[str, list[float]]
    num_runs: int
    notes: tuple[str, ...] = ()


def group_over_seeds(results: Sequence[dict[str, object]]) -> list[Group]:
    """Puts runs together whose configurations are equal but for their seeds.

    Several evaluations of one run count as one run, each metric with columns of its own. Of runs
    with the same seed one counts: what is computed twice is no repetition. Scores of arrays, of
    whose making nothing is known, stand each alone.

    Args:
      results: Flat results, as `read_results` gives them.

    Returns:
      groups: In the order in which each first appears.
    """
    members: dict[str, list[dict]] = {}
    for run in _merge_evaluations(results):
        members.setdefault(json.dumps(_setting(run), sort_keys=True), []).append(run)
    settings = [json.loads(key) for key in members]
    names = sorted({name for setting in settings for name in setting})
    varying = [name for name in names if len({str(s.get(name)) for s in settings}) > 1]
    groups = []
    for setting, runs in zip(settings, members.values(), strict=True):
        by_seed: dict[object, dict] = {}
        for number, run in enumerate(runs):
            by_seed.setdefault(_seeds(run, number), run)
        kept = list(by_seed.values())
        notes = [] if len(kept) == len(runs) else [_repeated(runs, kept)]
        shown = {name: setting.get(name, "-") for name in varying}
        scores = _scores(kept)
        notes += _texts(kept, scores)
        groups.append(Group(shown, scores, len(kept), tuple(notes)))
    return groups


def mean_and_spread(values: Sequence[float]) -> tuple[float, float | None]:
    """Mean and sample standard deviation (over n - 1); None as the latter for a single value."""
    spread = statistics.stdev(values) if len(values) > 1 else None
    return statistics.fmean(values), spread


def _merge_evaluations(results: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """One dict a run, in which evaluations' scores have the names of their metrics."""
    names = _names_of_evaluations(results)
    runs: dict[object, dict] = {}
    scores: dict[object, dict[str, list]] = {}
    for number, result in enumerate(results):
        run = tuple(
            (key, value)
            for key, value in sorted(result.items())
            if key.endswith("_results.uuid") and not key.startswith(EVALUATION)
        )
        run = run or number
        evaluated = {key: value for key, value in result.items() if key.startswith("evaluation_")}
        rest = {key: value for key, value in result.items() if key not in evaluated}
        merged = runs.setdefault(run, rest)
        merged.update({key: value for key, value in rest.items() if key not in merged})
        if run == number:  # arrays: how they were scored is what is known of them
            kept = [f"{EVALUATION}{name}" for name in SETTINGS]
            merged.update({key: evaluated[key] for key in kept if key in evaluated})
        for key, value in evaluated.items():
            if _is_score(key, value):
                name = f"{EVALUATION}{names[number]}{key.removeprefix(EVALUATION)}"
                scores.setdefault(run, {}).setdefault(name, []).append(float(value))
    for run, of_run in scores.items():  # one run evaluated on several draws is one repetition
        runs[run].update({name: statistics.fmean(values) for name, values in of_run.items()})
    return list(runs.values())


def _names_of_evaluations(results: Sequence[dict[str, object]]) -> list[str]:
    """What stands before each result's evaluation scores: "mig.", "mig[discretizer.num_bins=30]."

    Metrics of disentanglement_lib's protocol get their names, and what they were bound to where
    one metric was bound in several ways.
    """
    metrics = [str(result.get(METRIC, "")).strip("'\"@()") for result in results]
    bindings = [_evaluation_bindings(result) for result in results]
    seen: dict[tuple[str, str], set] = {}
    for metric, bound in zip(metrics, bindings, strict=True):
        for key, value in bound.items():
            seen.setdefault((metric, key), set()).add(value)
    names = []
    for metric, bound in zip(metrics, bindings, strict=True):
        varying = [f"{key}={value}" for key, value in bound.items() if len(seen[metric, key]) > 1]
        suffix = f"[{', '.join(varying)}]" if varying else ""
        names.append(f"{metric}{suffix}." if metric else "")
    return names


def _evaluation_bindings(result: Mapping[str, object]) -> dict[str, str]:
    return {
        key.removeprefix("evaluation_config."): str(value)
        for key, value in result.items()
        if key.startswith("evaluation_config.")
        and not key.endswith(REPETITION)
        and not key.startswith("evaluation_config.dataset.")
    }


def _setting(run: Mapping[str, object]) -> dict[str, str]:
    bound = {
        key: str(value)
        for key, value in run.items()
        if "_config." in key and not key.endswith(REPETITION)
    }
    results = {
        key: str(value)
        for key, value in run.items()
        if key.partition("_results.")[2] in SETTINGS and value is not None
    }
    if any(key.endswith("data_fingerprint") for key in results):  # the content is known
        bound = {key: v for key, v in bound.items() if not key.endswith("dataset.data_dir")}
    return {**bound, **results} if bound else {**results, "path": str(run.get("path"))}


def _seeds(run: Mapping[str, object], number: int) -> object:
    seeds = [(key, str(v)) for key, v in run.items() if "_config." in key and "random_seed" in key]
    results = [(key, str(v)) for key, v in run.items() if key.endswith("_results.random_seed")]
    return tuple(sorted(seeds or results)) or number


def _repeated(runs: Sequence[dict], kept: Sequence[dict]) -> str:
    left_out = len(runs) - len(kept)
    what = f"{counted(left_out, 'run')} {'has' if left_out == 1 else 'have'}"
    paths = {str(run.get("path")) for run in runs} - {str(run.get("path")) for run in kept}
    shown = ", ".join(itertools.islice(sorted(paths), 3))
    return f"{what} a seed that was there already, and does not count: {shown}."


def _scores(runs: Sequence[dict[str, object]]) -> dict[str, list[float]]:
    scores: dict[str, list[float]] = {}
    for run in runs:
        for key, value in run.items():
            if _is_score(key, value):
                scores.setdefault(key, []).append(float(value))
            elif value is None and _may_be_score(key):
                scores.setdefault(key, [])
    return scores


def _texts(runs: Sequence[dict[str, object]], scores: Mapping[str, object]) -> list[str]:
    """A sentence on each score that is a text in some run, as files that were edited have."""
    notes = []
    for key in scores:
        texts = [run[key] for run in runs if isinstance(run.get(key), str)]
        if texts:
            notes.append(
                f"{key} is a text, such as {texts[0]!r}, in {counted(len(texts), 'run')}, which "
                f"{'does' if len(texts) == 1 else 'do'} not count there."
            )
    return notes


def _is_score(key: str, value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return _may_be_score(key) and is_number and math.isfinite(value)


def _may_be_score(key: str) -> bool:
    _, separator, name = key.partition("_results.")
    return bool(separator) and name not in {*NO_SCORES, *SETTINGS}
