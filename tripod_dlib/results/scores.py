"""The scores of a run as flat rows: what is logged, selected by, and printed at the end."""

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
