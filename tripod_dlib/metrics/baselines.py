"""What the scores are for latents that know nothing of the sources.

Every latent's column is permuted on its own: same marginals, no information.
"""

from collections.abc import Collection

import numpy as np

from tripod_dlib.metrics.dci_random_forest import compute_dci_random_forest
from tripod_dlib.metrics.doubts import require_kind
from tripod_dlib.metrics.gaps import (
    compute_dcimig,
    compute_jemmig,
    compute_mig_sup,
    compute_rmig,
)
from tripod_dlib.metrics.infomec import active_latents, compactness, modularity
from tripod_dlib.metrics.inputs import check
from tripod_dlib.metrics.levels import rank_values
from tripod_dlib.metrics.mig import compute_mig
from tripod_dlib.metrics.mutual_information import (
    NUM_NEIGHBORS,
    discrete_mutual_information,
    entropy,
    scaled_and_jittered,
)
from tripod_dlib.metrics.neighbors import SortedLatent
from tripod_dlib.metrics.parallel import map_largest_first
from tripod_dlib.metrics.scale import centred_if_far
from tripod_dlib.metrics.seeds import generator_of
from tripod_dlib.metrics.sufficiency import compute_minimality, compute_sufficiency

NUM_PERMUTATIONS = {True: 20, False: 50}  # discrete or not: standard errors .005 and .01
MAX_CONTINUOUS_SAMPLES = (
    5_000  # shares of noise depend on the number of samples by less than errors
)
NUM_TREES = 10
DEFAULT_BASELINES = ("infomec", "dci_random_forest", "mig")
OF_COUNTS = {
    "dcimig": compute_dcimig,
    "jemmig": compute_jemmig,
    "mig": compute_mig,
    "mig_sup": compute_mig_sup,
    "minimality": compute_minimality,
    "rmig": compute_rmig,
    "sufficiency": compute_sufficiency,
}
BASELINES = ("infomec", "dci_random_forest", *OF_COUNTS)


def permutation_baselines(
    sources: np.ndarray,
    latents: np.ndarray,
    *,
    discrete: bool | None = None,
    metrics: Collection[str] = DEFAULT_BASELINES,
    seed: int = 0,
) -> dict[str, dict[str, float | None]]:
    """Scores of independent latents with the same marginals.

    InfoM and InfoC are means over permutations, with their standard errors; InfoE's is the closed
    form of its bias; DCI (with 10 trees), MIG and its relatives are those of one permutation.

    Args:
      sources: (num_samples, num_sources) labels.
      latents: (num_samples, num_latents) numbers.
      discrete: Whether the latents are discrete; must be said.
      metrics: Of which metrics, among `BASELINES`.
      seed: Seed of the permutations, used for nothing else.

    Returns:
      {"infomec": {...}, "dci_random_forest": {...}, "mig": {...}}, keys as in the metrics, numbers
      alone.

    Raises:
      ValueError: If a metric has no baseline; see also `inputs.check`.
    """
    require_kind(discrete)
    unknown = sorted(set(metrics) - set(BASELINES))
    if unknown:
        raise ValueError(f"No baseline of {unknown}; there are those of {', '.join(BASELINES)}.")
    sample = check(sources, latents)
    generator = generator_of(seed)
    permuted = _permute(sample.given, generator)
    scores: dict[str, dict[str, float | None]] = {}
    if "infomec" in metrics:
        scores["infomec"] = _infomec(sample, discrete, generator)
    if "dci_random_forest" in metrics:
        forest = compute_dci_random_forest(sources, permuted, num_trees=NUM_TREES, seed=seed)
        scores["dci_random_forest"] = _numbers(forest)
    for name, function in OF_COUNTS.items():
        if name in metrics:
            scores[name] = _numbers(function(sources, permuted, discrete=discrete))
    return scores


def _numbers(results: dict[str, object]) -> dict[str, float | None]:
    return {key: value for key, value in results.items() if np.ndim(value) == 0}


def _permute(latents: np.ndarray, generator: np.random.RandomState) -> np.ndarray:
    return np.stack([generator.permutation(column) for column in latents.T], axis=1)


def _infomec(sample, discrete: bool, generator: np.random.RandomState) -> dict[str, float | None]:
    active = active_latents(sample.latents, discrete)
    num_values = [len(np.unique(column)) for column in sample.latents.T]
    scores: dict[str, float | None] = {"infoe": _infoe_bias(sample, num_values, discrete)}
    if not sample.sources.shape[1] or not active.any():
        return {**dict.fromkeys(("infom", "infoc")), **scores}
    entropies = np.array([entropy(source) for source in sample.sources.T])[:, None]
    kept = sample.latents[:, active]
    kept = kept if discrete else centred_if_far(kept)
    draws = {"infom": [], "infoc": []}
    for information in _permuted_information(sample.sources, kept, discrete, generator):
        nmi, ignored = information / entropies, []
        draws["infom"].append(modularity(nmi, ignored))
        draws["infoc"].append(compactness(nmi, sample.latents.shape[1], ignored))
    for name, values in draws.items():
        defined = None not in values
        scores[name] = float(np.mean(values)) if defined else None
        spread = np.std(values, ddof=1) / np.sqrt(len(values)) if defined else None
        scores[f"{name}_standard_error"] = None if spread is None else float(spread)
    return scores


def _permuted_information(
    sources: np.ndarray, latents: np.ndarray, discrete: bool, generator: np.random.RandomState
) -> np.ndarray:
    """Mutual information (num_permutations, num_sources, num_latents) of permuted latents.

    Sorted continuous latents stay where they are, and the labels are permuted beside each, of at
    most `MAX_CONTINUOUS_SAMPLES` samples.
    """
    num_permutations = NUM_PERMUTATIONS[discrete]
    if discrete:
        levels = rank_values(latents)
        draws = (_permute(levels, generator) for _ in range(num_permutations))
        return np.stack([discrete_mutual_information(sources, permuted) for permuted in draws])
    if len(sources) > MAX_CONTINUOUS_SAMPLES:
        rows = generator.choice(len(sources), MAX_CONTINUOUS_SAMPLES, replace=False)
        sources, latents = sources[rows], latents[rows]
    scaled = scaled_and_jittered(latents, generator.randint(2**31))
    seeds = generator.randint(2**31, size=latents.shape[1])
    labels = np.ascontiguousarray(sources.T)

    def of_latent(j: int) -> list[np.ndarray]:
        latent, own = SortedLatent(scaled[:, j], NUM_NEIGHBORS), np.random.RandomState(seeds[j])
        orders = (own.permutation(len(sources)) for _ in range(num_permutations))
        return [latent.information(labels[:, order]) for order in orders]

    return np.moveaxis(map_largest_first(of_latent, np.ones(len(seeds))), 0, 2)


def _infoe_bias(sample, num_values: list[int], discrete: bool) -> float | None:
    """mean_i sum_j (b_j - 1)(K_i - 1) / (2 n log K_i): what a fit gains from noise."""
    classes = sample.num_values
    if not len(classes):
        return None
    freedom = sum(b - 1 for b in num_values) if discrete else len(num_values)
    gains = freedom * (classes - 1) / (2 * len(sample.sources) * np.log(classes))
    return float(np.minimum(gains, 1.0).mean())
