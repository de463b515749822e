"""The scores of a run as flat rows: what is logged, selected by, and printed at the end."""

import re
from collections.abc import Mapping

import numpy as np

# Heading in the final table, and where the protocol's result has the score.
TABLE = (
    ("InfoM", "infomec.infom"),
    ("InfoC", "infomec.infoc"),
    ("InfoE", "infomec.infoe"),
    ("D", "dci_random_forest.disentanglement"),
    ("C", "dci_random_forest.completeness"),
    ("I", "dci_random_forest.informativeness_test"),
    ("MIG", "mig.discrete_mig"),
    ("PSNR (dB)", "psnr.psnr"),
)


# What a line on an evaluation shows, in its order: name and key.
LINE = (
    *(("InfoM", "infomec.infom"), ("InfoC", "infomec.infoc"), ("InfoE", "infomec.infoe")),
    *(("D", "dci_random_forest.disentanglement"), ("PSNR", "psnr.psnr")),
)

# Of one other metric at most so many scores have a row, none of a single factor or latent.
MOST_ROWS = 16
SINGLE = re.compile(r"[a-z]_?\d")


def flatten_scores(scores: Mapping[str, object], prefix: str = "") -> dict[str, float | None]:
    """Numbers and None of nested results, keys joined by dots; arrays and texts are left out.

    Args:
      scores: Nested mappings, as `evaluate_protocol` returns them.
      prefix: Put before every key.

    Returns:
      flat: {"infomec.infom": 0.71, ...}.
    """
    flat: dict[str, float | None] = {}
    for key, value in scores.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            flat.update(flatten_scores(value, f"{name}."))
        elif value is None:
            flat[name] = None
        elif not isinstance(value, bool | str) and not np.ndim(value):
            flat[name] = float(value)
    return flat


def evaluation_line(row: Mapping[str, float | None], training_steps: int, seconds: float) -> str:
    """An evaluation while training, for people: "step 1200/4800: InfoM .512 …".

    Args:
      row: "step" and flat scores; those that are not there are left out.
      training_steps: Updates in all.
      seconds: What the evaluation took.
    """
    shown = [f"{name} {_short(row[key])}" for name, key in LINE if key in row]
    shown = [f"{text} dB" if text.startswith("PSNR") else text for text in shown]
    varying = row.get("num_varying_latents")
    latents = "" if varying is None else f", {varying:.0f} latents vary"
    return f"step {row['step']}/{training_steps}: {'  '.join(shown)}{latents} ({seconds:.1f} s)"


def short_scores(row: Mapping[str, float | None]) -> dict[str, str]:
    """InfoM and PSNR of an evaluation, for a progress bar."""
    chosen = [(name, key) for name, key in LINE if name in ("InfoM", "PSNR") and key in row]
    return {name: _short(row[key]) for name, key in chosen}


def _short(value: float | None) -> str:
    """Three decimals below 1, without the leading zero, one above; a dash for None."""
    if value is None:
        return "-"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}".removeprefix("0")


def table_rows(
    scores: Mapping[str, float | None], baselines: Mapping[str, float | None]
) -> list[tuple[str, float | None, float | None]]:
    """The rows of the final table: heading, score, baseline; None where it is undefined.

    Scores that were not computed, for want of factors, have no row.

    Args:
      scores: Flat scores of a result.
      baselines: The same keys for latents (images) that know nothing of the sources.
    """
    return [
        (heading, scores.get(key), baselines.get(key)) for heading, key in TABLE if key in scores
    ]


def other_rows(
    scores: Mapping[str, float | None], baselines: Mapping[str, float | None]
) -> tuple[list[tuple[str, float | None, float | None]], list[str]]:
    """Rows of the metrics that have none in the final table, under the names of their scores.

    Args:
      scores: Flat scores of a result, keys beginning with the metric's name and a dot.
      baselines: The same keys for latents that know nothing of the sources.

    Returns:
      rows: (heading, score, baseline), at most `MOST_ROWS` a metric.
      notes: Sentences on scores that have no row.
    """
    known = {key.partition(".")[0] for _, key in TABLE}
    others = {key: value for key, value in scores.items() if key.partition(".")[0] not in known}
    return metric_rows(others, baselines)


def metric_rows(
    scores: Mapping[str, float | None],
    baselines: Mapping[str, float | None],
    singles: bool = False,
) -> tuple[list[tuple[str, float | None, float | None]], list[str]]:
    """Rows of any metrics, under the names of their scores; arguments and values: `other_rows`.

    With `singles` scores that seem to be of a single factor or latent have rows too.
    """
    rows, notes = [], []
    for metric in dict.fromkeys(key.partition(".")[0] for key in scores):
        keys = [key for key in scores if key.partition(".")[0] == metric]
        whole = [key for key in keys if singles or not SINGLE.search(key)]
        shown = (whole or keys)[:MOST_ROWS]
        rows += [(key, scores[key], baselines.get(key)) for key in shown]
        if len(keys) > len(shown):
            notes.append(f"{metric} has {len(keys) - len(shown)} further scores, in its results.")
    return rows, notes


def reasons_of_undefined(scores: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """Why scores are None: what their metrics note, by flat key.

    Args:
      scores: Nested results of metrics, each perhaps with "notes".
    """
    reasons = {}
    for metric, results in scores.items():
        said = " ".join(results.get("notes", ())) or "It is not defined for these arrays."
        undefined = [key for key, value in flatten_scores(results).items() if value is None]
        reasons.update({f"{metric}.{key}": said for key in undefined})
    return reasons
