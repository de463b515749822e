"""Makers of result files."""

import copy
import hashlib

from tripod_dlib.board.record import Record, record_of
from tripod_dlib.board.variant import OWN, VALUES, Variant

DEFAULTS = {
    "library": "tripod_dlib-0.1.0",
    "samples": "10000",
    "selection": "oracle",
    "estimator": "plugin",
    "latents": "discrete",
    "pruning": "iqr",
    "trees": "forest",
    "bins": "values",
}


def variant(metric: str, **settings: str) -> Variant:
    """A valid variant of a metric."""
    names = ("library", "samples", "selection", *OWN.get(metric, ()))
    return Variant.of(metric, **{**{name: DEFAULTS[name] for name in names}, **settings})


def content(
    method="Tripod", dataset="shapes3d", seed=0, scores=None, baseline=0.2, variants=None, **fields
) -> dict:
    """The content of a valid result file.

    Args:
      scores: Metric to value.
      baseline: Mean of every baseline; its quantile is .05 above.
      variants: Metric to settings of its variant that differ from the defaults.
      fields: Further fields.
    """
    figures = {}
    for metric, value in (scores if scores is not None else {"infom": 0.7}).items():
        key = variant(metric, **(variants or {}).get(metric, {}))
        figures[key.key] = {"value": value}
        if key.ranked and value is not None:
            figures[key.key]["baseline"] = {
                "mean": baseline,
                "q95": baseline + 0.05,
                "permutations": 20,
            }
    return {
        "schema_version": "1.0",
        "method": {"name": method},
        "revision": "r1",
        "dataset": {"name": dataset},
        "seed": seed,
        "status": "finished",
        "measured_by": "reported",
        "made_from": "arrays",
        "date": "2026-01-02",
        "figures": figures,
        **copy.deepcopy(fields),
    }


def verified(what: str) -> dict:
    """Fields of a verified result of a run, which this text tells from other runs."""
    names = ("configuration", "representation", "weights")
    digests = {name: hashlib.sha256(f"{name} {what}".encode()).hexdigest() for name in names}
    return {"measured_by": "verified", "made_from": "run", "digests": digests}


def record(**fields) -> Record:
    """A record of such content."""
    return record_of(content(**fields))


assert set(DEFAULTS) >= {name for names in OWN.values() for name in names}
assert all(DEFAULTS[name] in values for name, values in VALUES.items())
