"""A result file from two arrays: the board's metrics in their variants, beside their baselines."""

import datetime
import hashlib
import re
import warnings
from collections.abc import Callable
from importlib.metadata import version

import numpy as np

from tripod_dlib.board.record import SCHEMA_VERSION, Record, record_of
from tripod_dlib.board.variant import Variant, parse_key
from tripod_dlib.metrics.dci_random_forest import compute_dci_random_forest
from tripod_dlib.metrics.doubts import require_discrete
from tripod_dlib.metrics.infomec import compute_infomec
from tripod_dlib.metrics.mig import compute_mig
from tripod_dlib.metrics.tables import as_tables

NUM_PERMUTATIONS = 20
PRUNING, NEIGHBORS, BINS = "iqr", 10, 20
METRIC_OF = {"discrete_mig": "mig"}
KEPT = (
    *("infom", "infoc", "infoe", "infoe_held_out", "disentanglement", "completeness"),
    *("informativeness_test", "discrete_mig"),
)


def measured_figures(
    sources: np.ndarray,
    latents: np.ndarray,
    *,
    discrete: bool,
    selection: str,
    num_permutations: int = NUM_PERMUTATIONS,
    seed: int = 0,
    progress: Callable[[str], None] = lambda text: None,
) -> dict[str, dict]:
    """InfoMEC, DCI with forests and MIG, each with what permuted latents score.

    Args:
      sources: (num_samples, num_sources) labels.
      latents: (num_samples, num_latents) numbers.
      discrete: Whether the latents are quantized.
      selection: How the model was selected: "oracle", "label_free" or "stated".
      num_permutations: Permutations behind each baseline's mean and quantile; every latent is
        permuted on its own, and scored as the latents are.
      seed: Of the metrics and of the permutations.
      progress: Told what is under way, a line each.

    Returns:
      figures: As in a result file.

    Raises:
      ValueError: If the arrays cannot be scored.
    """
    sources, latents = as_tables(sources, latents)
    parse_key(variant_of("mig", len(latents), discrete, selection).key)  # before the work
    if discrete:
        require_discrete(latents)
    progress(f"scoring {len(latents)} samples of {latents.shape[1]} latents")
    scores = _scores(sources, latents, discrete, seed)
    generator = np.random.RandomState(seed)
    draws: dict[str, list] = {key: [] for key in scores}
    for number in range(num_permutations):
        progress(f"baseline: permutation {number + 1} of {num_permutations}")
        permuted = np.stack([generator.permutation(column) for column in latents.T], axis=1)
        for key, value in _scores(sources, permuted, discrete, seed, held_out=False).items():
            draws[key].append(value)
    figures = {}
    for name, value in scores.items():
        variant = variant_of(METRIC_OF.get(name, name), len(latents), discrete, selection)
        figures[variant.key] = {"value": value}
        known = [draw for draw in draws[name] if draw is not None]
        if variant.ranked and value is not None and known:
            figures[variant.key]["baseline"] = {
                "mean": float(np.mean(known)),
                "q95": max(float(np.quantile(known, 0.95)), float(np.mean(known))),
                "permutations": len(known),
            }
    return figures


def variant_of(metric: str, num_samples: int, discrete: bool, selection: str) -> Variant:
    """The variant of a metric that this library computes with its defaults."""
    settings: dict[str, object] = {
        "library": f"tripod_dlib-{version('tripod_dlib')}",
        "samples": num_samples,
        "selection": selection,
    }
    if metric in ("infom", "infoc"):
        settings |= {"estimator": "plugin" if discrete else f"knn{NEIGHBORS}", "pruning": PRUNING}
    if metric.startswith("info") and not metric.startswith("informativeness"):
        settings["latents"] = "discrete" if discrete else "continuous"
    if metric in ("disentanglement", "completeness", "informativeness_test"):
        settings["trees"] = "forest"
    if metric == "mig":
        settings["bins"] = "values" if discrete else BINS
    return Variant.of(metric, **settings)


def submission(
    *,
    method: dict[str, str],
    revision: str,
    dataset: dict[str, object],
    seed: int,
    made_from: str,
    figures: dict[str, dict],
    measured_by: str = "reported",
    status: str = "finished",
    **further: object,
) -> Record:
    """A checked record of today.

    Args:
      method: "name" and perhaps "developer", "url", "framework"; empty entries are left out.
      revision, dataset, seed, made_from, figures, measured_by, status: Fields of a result file.
      further: Further fields, or another date; None and empty ones are left out.

    Raises:
      InputError: If a field is at fault.
    """
    content = {
        "schema_version": SCHEMA_VERSION,
        "method": {key: value for key, value in method.items() if value},
        "revision": revision,
        "dataset": {key: value for key, value in dataset.items() if value not in (None, "")},
        "seed": seed,
        "status": status,
        "measured_by": measured_by,
        "made_from": made_from,
        "date": datetime.date.today().isoformat(),
        "figures": figures,
        **{key: value for key, value in further.items() if value},
    }
    return record_of(content)


def digest_of_arrays(sources: np.ndarray, latents: np.ndarray) -> str:
    """SHA-256 of two arrays' shapes, types and contents."""
    digest = hashlib.sha256()
    for array in (np.asarray(sources), np.asarray(latents)):
        digest.update(f"{array.shape} {array.dtype.str}".encode())
        is_text = array.dtype.hasobject
        digest.update(repr(array.tolist()).encode() if is_text else np.ascontiguousarray(array))
    return digest.hexdigest()


def recomputed(record: Record, figures: dict[str, dict]) -> list[str]:
    """Sentences on figures of a record that a new measurement does not give.

    Args:
      record: What was submitted.
      figures: What `measured_figures` gives for the same arrays, with any number of permutations.
    """
    sentences = []
    for variant, figure in record.figures.items():
        if variant.key not in figures:
            key = re.sub(r"library=[^,\]]*", "library=...", variant.key)
            sentences.append(f"figures.{variant.key}: is not what this version measures ({key})")
            continue
        value = figures[variant.key]["value"]
        same = value == figure.value or (
            None not in (value, figure.value) and abs(value - figure.value) <= 1e-6
        )
        if not same:
            sentences.append(f"figures.{variant.key}: {figure.value} is claimed, {value} measured")
    return sentences


def _scores(
    sources: np.ndarray, latents: np.ndarray, discrete: bool, seed: int, held_out: bool = True
) -> dict:
    settings = {"pruning": PRUNING, "num_neighbors": NEIGHBORS, "held_out": held_out}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # classes that are rare, sources left out
        infomec = compute_infomec(sources, latents, discrete=discrete, seed=seed, **settings)
        forest = compute_dci_random_forest(sources, latents, seed=seed)
        mig = compute_mig(sources, latents, num_bins=BINS, discrete=discrete)
    scores = {**infomec, **forest, **mig}
    return {key: scores[key] for key in KEPT}
