"""Metrics by name on two arrays from anywhere; no framework is needed.

from tripod_dlib.evaluation.arrays import evaluate_arrays
scores = evaluate_arrays(sources, latents, discrete=False)
"""

import contextlib
import warnings
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.metric_results import checked_results
from tripod_dlib.evaluation.wrappers.of_arrays import parameters_of_metric, takes_arrays
from tripod_dlib.metrics.baselines import BASELINES, permutation_baselines
from tripod_dlib.metrics.doubts import (
    KIND_UNKNOWN,
    doubts_about,
    look_quantized,
    require_discrete,
)
from tripod_dlib.metrics.inputs import require_shapes
from tripod_dlib.metrics.progress import told_as
from tripod_dlib.metrics.seeds import require_seed
from tripod_dlib.metrics.tables import as_tables
from tripod_dlib.registry import metrics as registered

GIVEN = ("discrete", "seed")
DEFAULT_METRICS = ("infomec", "dci_random_forest", "mig")


def evaluate_arrays(
    sources: np.ndarray,
    latents: np.ndarray,
    *,
    discrete: bool | None = None,
    metrics: Sequence[str] = DEFAULT_METRICS,
    baselines: bool = True,
    seed: int = 0,
    failures: dict[str, Exception] | None = None,
) -> dict[str, dict]:
    """Scores of latents, each metric by its name.

    Args:
      sources: (num_samples, num_sources) labels: an array, lists, a data frame, a tensor.
      latents: (num_samples, num_latents) numbers, the same.
      discrete: Whether the latents take few values (quantized) or are continuous; must be said.
      metrics: Names of metrics; see `names_of_arrays`.
      baselines: Whether to compute what latents score that know nothing, for the metrics that have
        such a baseline.
      seed: Seed of the metrics that draw, and of the baselines, which use a generator of their own.
      failures: If given, what a metric of another package raises is put here by its name and stands
        in its notes, and the other metrics are computed; else it is raised.

    Returns:
      {"infomec": {...}, ...}, the results of each metric, and with `baselines` the same keys again
      under "baselines". A score that is undefined is None; the metric's "notes" say why.

    Raises:
      InputError: If a name is unknown, or `discrete` is not said.
      ValueError: If the arrays cannot be scored, or the seed is none.
    """
    metrics = _names(metrics)
    functions = {name: metric_of_arrays(name) for name in metrics}
    if not isinstance(discrete, bool | np.bool_):
        raise InputError(KIND_UNKNOWN)
    seed = require_seed(seed)
    sources, latents = as_tables(sources, latents)
    require_shapes(sources, latents)
    if discrete:
        require_discrete(latents)
    doubts, quantized = doubts_about(sources, latents), [] if discrete else look_quantized(latents)
    scores = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # what they say stands in the results' notes
        for name, function in functions.items():
            known = parameters_of_metric(function)
            given = {"discrete": discrete, "seed": seed}
            chosen = {key: value for key, value in given.items() if key in known}
            try:
                with told_as(name):
                    results = _results(name, function, sources, latents, chosen, len(metrics) > 1)
            except Exception as error:
                if failures is None or name in registered.builtin_names:
                    raise
                failures[name] = error
                results = {"notes": [f"Not computed: {type(error).__name__}: {error}"]}
            said = [*(quantized if "discrete" in known else []), *doubts]
            notes = list(dict.fromkeys([*said, *results.get("notes", [])]))
            scores[name] = {**results, "notes": notes} if said else results
        if baselines:
            with told_as("baselines"):
                scores["baselines"] = _baselines(sources, latents, discrete, metrics, seed)
    return scores


def _results(
    name: str,
    function: Callable[..., dict],
    sources: np.ndarray,
    latents: np.ndarray,
    chosen: dict[str, object],
    is_one_of_several: bool,
) -> dict[str, object]:
    """A metric's checked results; what another package's warns of is among its notes."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        try:
            results = function(sources, latents, **chosen)
        except ValueError as error:
            raise ValueError(f"{name}: {error}" if is_one_of_several else str(error)) from error
        except Exception as error:
            error.add_note(f"in the metric {name}")
            raise
    for one in caught:
        if not issubclass(one.category, UserWarning):
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    results = checked_results(name, results)
    if name in registered.builtin_names:  # their notes say all
        return results
    said = [str(one.message) for one in caught if one.category is UserWarning]
    notes = list(dict.fromkeys([*results.get("notes", []), *said]))
    return {**results, "notes": notes} if notes else results


def _names(metrics: Sequence[str]) -> list[str]:
    if isinstance(metrics, str):
        raise InputError(f"metrics is a list of names; got the text {metrics!r}: [{metrics!r}].")
    names = list(metrics) if isinstance(metrics, Iterable) else []
    if not names or not all(isinstance(name, str) for name in names):
        raise InputError(
            f"metrics is a list of one name or more, such as ['mig']; got {metrics!r}."
        )
    return list(dict.fromkeys(names))


def metric_of_arrays(name: str) -> Callable[..., dict]:
    """The function of sources and latents behind a metric's name.

    Raises:
      InputError: If the name is unknown or means nothing for two arrays.
    """
    function = _of_arrays(name)
    if function is None:
        taken = ", ".join(parameters_of_metric(registered.declared(name))) or "nothing"
        raise InputError(
            f"{name} is no metric of two arrays: those take (sources, latents, *, ...); it takes "
            f"({taken}). Metrics of arrays are: {', '.join(names_of_arrays())}."
        )
    others = list(parameters_of_metric(function).values())[2:]
    open_ones = [p.name for p in others if p.default is p.empty and p.name not in GIVEN]
    if open_ones:
        raise InputError(
            f"{name} takes {', '.join(open_ones)}, which nothing gives: a metric of arrays has "
            f"defaults for all but sources, latents, and {' and '.join(GIVEN)}, which it may take."
        )
    return function


def names_of_arrays() -> list[str]:
    """The names of all metrics that score two arrays, sorted; those that can be imported."""
    names = []
    for name in registered.names():
        with contextlib.suppress(InputError, ImportError):  # of another package, which is broken
            names += [name] if _of_arrays(name) is not None else []
    return names


def _of_arrays(name: str) -> Callable[..., dict] | None:
    metric = registered.declared(name)
    return metric if takes_arrays(metric) else getattr(metric, "of_arrays", None)


def _baselines(
    sources: np.ndarray, latents: np.ndarray, discrete: bool, metrics: Sequence[str], seed: int
) -> dict[str, dict]:
    asked = [name for name in metrics if name in BASELINES]
    if not asked:
        return {}
    return permutation_baselines(sources, latents, discrete=discrete, metrics=asked, seed=seed)
