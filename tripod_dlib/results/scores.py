"""The scores of a run as flat rows: what is logged, selected by, and printed at the end."""

import re
from collections.abc import Mapping

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
        elif not isinstance(value, bool | str) and not hasattr(value, "__len__"):
            flat[name] = float(value)
    return flat


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
    metrics = dict.fromkeys(key.partition(".")[0] for key in scores)
    rows, notes = [], []
    for metric in (name for name in metrics if name not in known):
        keys = [key for key in scores if key.partition(".")[0] == metric]
        shown = [key for key in keys if not SINGLE.search(key)][:MOST_ROWS]
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
