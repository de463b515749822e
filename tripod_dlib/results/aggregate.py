"""Many runs in one file, as disentanglement_lib's aggregation gives them, and over seeds."""

import glob
import json
import math
import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tripod_dlib.errors import InputError
from tripod_dlib.storage import atomic_path

if TYPE_CHECKING:
    import pandas

# Bindings and results that tell one repetition of a setting from another.
REPETITION = ("random_seed", "model.model_num", "model.model_dir", "model.name")
# Numbers among the results that are no scores.
NO_SCORES = {
    *("elapsed_time", "global_step", "num_cpus", "num_latents", "num_values_per_latent"),
    *("selected_step", "random_seed", "protocol_version", "psnr_threshold"),
}


@dataclass(frozen=True)
class Group:
    """Runs of one setting that differ in their seeds only.

    Attributes:
      setting: Binding to value, those in which the groups differ.
      scores: Name to the runs' values; runs without the score are left out.
      num_runs: Number of runs.
    """

    setting: dict[str, str]
    scores: dict[str, list[float]]
    num_runs: int


def read_results(pattern: str) -> list[dict[str, object]]:
    """Reads the aggregate files that a pattern matches.

    Args:
      pattern: A glob; `**` stands for any number of folders.

    Returns:
      One flat dict a file, in the order of the paths, each with its "path" added.

    Raises:
      InputError: If nothing matches, or a file is not a JSON object.
    """
    paths = sorted(glob.glob(pattern, recursive=True))
    if not paths:
        raise InputError(
            f"No file matches {pattern!r}. Runs of tripod_train are found by "
            "'results/*/results/aggregate/train.json'; quote the pattern for the shell."
        )
    return [{**_read(path), "path": path} for path in paths]


def aggregate_results_to_json(result_file_pattern: str, output_path: str | os.PathLike) -> None:
    """Writes one table of many runs: an object column -> {row number -> value}.

    Args:
      result_file_pattern: Glob of files results/aggregate/<step>.json.
      output_path: The .json file to write.

    Raises:
      InputError: If nothing matches, a file is damaged, or pandas is not installed.
    """
    table = _pandas().DataFrame(read_results(result_file_pattern))
    with atomic_path(output_path) as temporary:
        table.to_json(temporary)


def load_aggregated_json_results(source_path: str | os.PathLike) -> "pandas.DataFrame":
    """Reads what `aggregate_results_to_json` wrote.

    Args:
      source_path: The .json file.

    Returns:
      One row a run, one column a key; texts of numbers come back as numbers.

    Raises:
      InputError: If pandas is not installed.
    """
    return _pandas().read_json(Path(source_path), orient="columns")


def group_over_seeds(results: Sequence[dict[str, object]]) -> list[Group]:
    """Puts runs together whose configurations are equal but for their seeds.

    Args:
      results: Flat results, as `read_results` gives them.

    Returns:
      groups: In the order in which each first appears.
    """
    members: dict[str, list[dict]] = {}
    for result in results:
        members.setdefault(json.dumps(_setting(result), sort_keys=True), []).append(result)
    settings = [json.loads(key) for key in members]
    names = sorted({name for setting in settings for name in setting})
    varying = [name for name in names if len({str(s.get(name)) for s in settings}) > 1]
    return [
        Group({name: setting.get(name, "-") for name in varying}, _scores(runs), len(runs))
        for setting, runs in zip(settings, members.values(), strict=True)
    ]


def mean_and_spread(values: Sequence[float]) -> tuple[float, float | None]:
    """Mean and sample standard deviation (over n - 1); None as the latter for a single value."""
    spread = statistics.stdev(values) if len(values) > 1 else None
    return statistics.fmean(values), spread


def _read(path: str) -> dict[str, object]:
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} cannot be read as JSON: {error}. Repair or exclude it."
        ) from error
    if not isinstance(content, dict):
        raise InputError(f"{path} holds no JSON object, so it is no result file. Exclude it.")
    return content


def _setting(result: dict[str, object]) -> dict[str, str]:
    return {
        key: str(value)
        for key, value in result.items()
        if "_config." in key and not key.endswith(REPETITION)
    }


def _scores(runs: Sequence[dict[str, object]]) -> dict[str, list[float]]:
    scores: dict[str, list[float]] = {}
    for run in runs:
        for key, value in run.items():
            if _is_score(key, value):
                scores.setdefault(key, []).append(float(value))
    return scores


def _is_score(key: str, value: object) -> bool:
    step, found, name = key.partition("_results.")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return bool(found) and name not in NO_SCORES and is_number and math.isfinite(value)


def _pandas():
    try:
        import pandas
    except ImportError as error:
        raise InputError(
            "Aggregated results need pandas, which is not installed: "
            "pip install 'tripod_dlib[report]'."
        ) from error
    return pandas
