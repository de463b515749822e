"""Four scores of any matrix that relates latents to sources, and how its graph falls apart."""

from collections.abc import Callable, Iterable

import numpy as np
from scipy.sparse import bmat, csr_array
from scipy.sparse.csgraph import connected_components

from tripod_dlib.allowed import BinCount
from tripod_dlib.metrics.arguments import checks_settings
from tripod_dlib.metrics.counts import count
from tripod_dlib.metrics.importance import (
    completeness,
    completeness_per_source,
    disentanglement,
    disentanglement_per_latent,
)
from tripod_dlib.metrics.modularity_explicitness import modularity_per_latent

Scores = dict[str, float | None]


@checks_settings
def compute_unified_scores(
    sources: np.ndarray, latents: np.ndarray, *, num_bins: BinCount = 20, discrete: bool = False
) -> dict[str, object]:
    """Every aggregation of the matrix of mutual information.

    For another matrix call `aggregate` and `precision_curve` on it.

    Args:
      sources: (num_samples, num_sources) labels.
      latents: (num_samples, num_latents) numbers.
      num_bins: Bins of the histogram in which latents are counted.
      discrete: Count the latents' own values instead.

    Returns:
      The entries of `aggregate` and `precision_curve`; sources that never vary are left out, and
      "factor_i" numbers the others. A latent that never varies is part of no group and of no mean.
      None where undefined (see "notes").
      "matrix": float64 (num_latents, num_sources), in nats; NaN for a constant source.
      "notes": list of str.

    Raises:
      ValueError: See `inputs.check`.

    Reference: Locatello et al., 2020, "A sober look", section 4.
    """
    counts = count(sources, latents, num_bins, discrete)
    notes, information = list(counts.sample.notes), counts.information.T
    matrix, entropies = counts.sample.spread(information), counts.source_entropies
    why = counts.why_undefined("")
    if why:
        return {"matrix": matrix, "notes": [*notes, why]}
    varies = counts.latent_entropies > 0
    scores = aggregate(information, entropies)
    if varies.any():
        scores.update(precision_curve(information[varies]))
        scores["modularity"] = aggregate_modularity(information[varies], entropies)["modularity"]
    else:
        scores.update(precision_curve(information))
    if information.shape[0] == 1:
        notes.append("Gaps and completeness are undefined: there is only one latent.")
    if information.shape[1] == 1:
        notes.append("Disentanglement and modularity are undefined: only one source varies.")
    return {**scores, "matrix": matrix, "notes": notes}


def aggregate(matrix: np.ndarray, entropies: np.ndarray) -> Scores:
    """All four aggregations: those of DCI, MIG, SAP and modularity.

    Args:
      matrix: float64 (num_latents, num_sources), not negative.
      entropies: float64 (num_sources,): of the sources, in the matrix's unit.

    Returns:
      scores: By name; None where a single latent or source has nothing beside it.
    """
    scores: Scores = {}
    for function in AGGREGATIONS:
        scores.update(function(matrix, entropies))
    return scores


def aggregate_dci(matrix: np.ndarray, entropies: np.ndarray) -> Scores:
    """Disentanglement and completeness; "dci_completeness.code_i" is of source i, as published."""
    del entropies
    num_latents, num_sources = matrix.shape
    score, latents = None, [None] * num_latents
    if num_sources > 1:
        score, latents = disentanglement(matrix), disentanglement_per_latent(matrix)
    complete, sources = None, [None] * num_sources
    if num_latents > 1:
        complete, sources = completeness(matrix), completeness_per_source(matrix)
    return {
        "dci_disentanglement": score,
        "dci_completeness": complete,
        "dci": score,
        **_numbered("dci_disentanglement.code", latents),
        **_numbered("dci_completeness.code", sources),
    }


def aggregate_mig(matrix: np.ndarray, entropies: np.ndarray) -> Scores:
    """Gap between the two largest entries of each source, over its entropy."""
    return _mean_and_each("mig", "factor", largest_gaps(matrix) / entropies, len(matrix) > 1)


def aggregate_sap(matrix: np.ndarray, entropies: np.ndarray) -> Scores:
    """Gap between the two largest entries of each source."""
    del entropies
    return _mean_and_each("sap", "factor", largest_gaps(matrix), len(matrix) > 1)


def aggregate_modularity(matrix: np.ndarray, entropies: np.ndarray) -> Scores:
    """Modularity of each latent; one that tells nothing counts as 0."""
    del entropies
    defined = matrix.shape[1] > 1
    values = modularity_per_latent(matrix) if defined else np.zeros(len(matrix))
    return _mean_and_each("modularity", "code", values, defined)


AGGREGATIONS: tuple[Callable[[np.ndarray, np.ndarray], Scores], ...] = (
    aggregate_dci,
    aggregate_mig,
    aggregate_sap,
    aggregate_modularity,
)


def largest_gaps(matrix: np.ndarray) -> np.ndarray:
    """Gap between the two largest of each column (num_latents, num_sources); 0 of one latent."""
    ordered = np.sort(matrix, axis=0)
    return ordered[-1] - ordered[-2] if len(matrix) > 1 else np.zeros(matrix.shape[1])


def precision_curve(matrix: np.ndarray) -> dict[str, float | int]:
    """Into how many groups latents and sources fall when weak relations are left out.

    Args:
      matrix: float64 (num_latents, num_sources), not negative.

    Returns:
      "area_precision": Number of groups with a relation, integrated over the threshold that a
        relation must reach, between the smallest and the largest entry.
      "max_precision": Its largest value.
    """
    thresholds = np.unique(matrix)
    counts = [num_groups((matrix >= threshold) & (matrix != 0)) for threshold in thresholds]
    area = float(np.trapezoid(counts, thresholds))
    return {"area_precision": area, "max_precision": int(max(counts))}


def num_groups(related: np.ndarray) -> int:
    """Connected parts of a bipartite graph that have an edge."""
    block = csr_array(related.astype(np.int8))
    alone = (~related.any(axis=1)).sum() + (~related.any(axis=0)).sum()
    return int(connected_components(bmat([[None, block], [block.T, None]]))[0] - alone)


def _mean_and_each(name: str, kind: str, values: np.ndarray, defined: bool) -> Scores:
    each = values if defined else [None] * len(values)
    return {name: float(values.mean()) if defined else None, **_numbered(f"{name}.{kind}", each)}


def _numbered(prefix: str, values: Iterable[float | None]) -> Scores:
    numbers = [None if value is None else float(value) for value in values]
    return {f"{prefix}_{index}": number for index, number in enumerate(numbers)}
