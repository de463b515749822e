"""InfoMEC: modularity, compactness and explicitness of latents with respect to sources."""

import numpy as np

from tripod_dlib.allowed import PositiveInt
from tripod_dlib.metrics.arguments import checks_settings
from tripod_dlib.metrics.doubts import look_quantized, require_discrete, require_kind
from tripod_dlib.metrics.explicitness import Design, cross_entropies
from tripod_dlib.metrics.inputs import Sample, check
from tripod_dlib.metrics.levels import rank_values
from tripod_dlib.metrics.mutual_information import (
    NUM_NEIGHBORS,
    continuous_mutual_information,
    discrete_mutual_information,
    entropy,
)
from tripod_dlib.metrics.scale import centred_if_far, normalised, which_vary
from tripod_dlib.metrics.seeds import generator_of

PRUNING_RULES = ("iqr", "range", "none")
HELD_OUT_FRACTION = 0.2
ROUNDING = 1e-12


@checks_settings
def compute_infomec(
    sources: np.ndarray,
    latents: np.ndarray,
    *,
    discrete: bool | None = None,
    pruning: str = "iqr",
    num_neighbors: PositiveInt = NUM_NEIGHBORS,
    held_out: bool = True,
    seed: int = 0,
) -> dict[str, object]:
    """InfoM, InfoC and InfoE.

    InfoM is 1 when every active latent tells of one source only, InfoC when every source is told
    of by one active latent only, InfoE when a linear model reads every source off the latents.

    Args:
      sources: (num_samples, num_sources) labels, integers or strings.
      latents: (num_samples, num_latents) numbers.
      discrete: Whether the latents take few values (quantized) or are continuous; must be said.
      pruning: Which latents are inactive. "iqr" (Tripod): inter-quartile range at most 0.1 if
        discrete, at most a tenth of the largest if continuous. "range" (its predecessor): range 0,
        or at most a twentieth of the largest. "none": all are active.
      num_neighbors: Of the mutual information's estimate, continuous latents only.
      held_out: Whether to compute the second figure of InfoE, which takes a fit of its own.
      seed: Of that estimate's jitter and of the held-out split.

    Returns:
      "infom", "infoc", "infoe": float, or None where undefined (see "notes").
      "infoe_held_out": InfoE fitted on 80 % of the samples and scored on the rest: negative where
        the fit is worse than guessing, None where a class is missing in the 80 %, or not asked for.
      "nmi": float64 (num_sources, num_latents) in [0, 1], mutual information over the source's
        entropy; NaN for a constant source. An estimate above the entropy, as neighbours give, is
        shown as 1; InfoM and InfoC take it as it is, as published.
      "active": bool (num_latents,).
      "cross_entropies": float64 (num_sources,), in nats; NaN for a constant source.
      "notes": list of str.

    Raises:
      ValueError: See `inputs.check`; also if discrete latents have too many values to be discrete.

    Reference: Hsu et al., 2023, section 4; Hsu et al., 2024, section 2.1.
    """
    require_kind(discrete)
    sample = check(sources, latents)
    notes = [*sample.notes, *([] if discrete else look_quantized(sample.latents))]
    if discrete:
        require_discrete(sample.given)
    active = active_latents(sample.latents, discrete, pruning)
    levels = rank_values(sample.given) if discrete else None
    if discrete:
        information = discrete_mutual_information(sample.sources, levels)
    else:
        information = continuous_mutual_information(
            sample.sources, centred_if_far(sample.latents), num_neighbors, seed
        )
    entropies = np.array([entropy(source) for source in sample.sources.T])
    nmi = information / entropies.reshape(-1, 1)
    design = Design.one_hot(levels) if discrete else Design.dense(sample.latents)
    scores = {
        "infom": modularity(nmi[:, active], notes),
        "infoc": compactness(nmi[:, active], sample.latents.shape[1], notes),
        **_explicitness(sample, design, held_out, seed, notes),
    }
    if not active.any() and sample.sources.shape[1]:
        notes.append("No latent is active: all three scores are 0." + _why_inactive(sample.latents))
        scores.update(infom=0.0, infoc=0.0, infoe=0.0, infoe_held_out=0.0)
    if not sample.sources.shape[1]:
        notes.append("No source varies: there is nothing to score.")
        scores.update(dict.fromkeys(key for key, score in scores.items() if np.ndim(score) == 0))
    return {
        **scores,
        "nmi": sample.spread(np.minimum(nmi, 1.0).T).T,
        "active": active,
        "notes": notes,
    }


def active_latents(latents: np.ndarray, discrete: bool, pruning: str = "iqr") -> np.ndarray:
    """Which latents vary enough to count: bool (num_latents,); see `compute_infomec`.

    Raises:
      ValueError: If the rule is unknown.
    """
    if not discrete:  # thresholds are then relative to the largest
        latents, _ = normalised(latents, together=True)
    with np.errstate(over="ignore"):
        if pruning == "iqr":
            spread = np.subtract(*np.percentile(latents, [75, 25], axis=0))
            return spread > (0.1 if discrete else spread.max() / 10)
        if pruning == "range":
            spread = np.ptp(latents, axis=0)
            return spread > (0.0 if discrete else spread.max() / 20)
    if pruning == "none":
        return np.ones(latents.shape[1], bool)
    raise ValueError(f"Unknown pruning {pruning!r}; choose one of {', '.join(PRUNING_RULES)}.")


def _why_inactive(latents: np.ndarray) -> str:
    """A sentence where latents vary and yet none is active."""
    largest = np.subtract(*np.percentile(latents, [75, 25], axis=0)).max()
    if not which_vary(latents).any():
        return ""
    return (
        f" The largest inter-quartile range is {largest:.3g}; the threshold is made for values "
        "from -1 to 1, and pruning='none' counts all latents."
    )


def modularity(nmi: np.ndarray, notes: list[str]) -> float | None:
    """InfoM of active latents' normalized mutual information (num_sources, num_active)."""
    if nmi.shape[0] == 1:
        notes.append("InfoM is undefined: only one source varies.")
    if nmi.shape[0] < 2:
        return None
    return _gap_to_uniform(nmi.T)


def compactness(nmi: np.ndarray, num_latents: int, notes: list[str]) -> float | None:
    """InfoC of active latents' normalized mutual information (num_sources, num_active)."""
    if nmi.shape[1] == 1 or num_latents == 1:
        notes.append("InfoC is undefined: there is only one latent to tell of a source.")
        return None
    return _gap_to_uniform(nmi) if nmi.size else 0.0


def _gap_to_uniform(rows: np.ndarray) -> float:
    """Mean share of the largest entry of each row, 0 for uniform rows and 1 for single entries."""
    if not len(rows):
        return 0.0
    size = rows.shape[1]
    totals = rows.sum(axis=1)
    informed = totals > 0
    shares = np.where(informed, rows.max(axis=1) / np.where(informed, totals, 1.0), 1.0 / size)
    return float(np.clip((shares.mean() - 1.0 / size) / (1.0 - 1.0 / size), 0.0, 1.0))


def _explicitness(
    sample: Sample, design: Design, held_out: bool, seed: int, notes: list[str]
) -> dict[str, object]:
    null = np.log(sample.num_values)
    fitted = cross_entropies(sample.sources, design)
    scores = {"infoe": _mean_gain(null, fitted), "cross_entropies": sample.spread(fitted)}
    order = generator_of(seed).permutation(len(sample.latents))
    fit_rows = order >= HELD_OUT_FRACTION * len(order)
    enough = len(order) >= 10 and all(
        len(np.unique(source[fit_rows])) == size
        for source, size in zip(sample.sources.T, sample.num_values, strict=True)
    )
    scores["infoe_held_out"] = None
    if held_out and enough:
        gain = _mean_gain(null, cross_entropies(sample.sources, design, fit_rows))
        scores["infoe_held_out"] = gain
        lacking = [
            index
            for index, (source, size) in enumerate(zip(sample.sources.T, sample.num_values))
            if len(np.unique(source[~fit_rows])) < size
        ]
        if lacking:
            sources = sample.varying[lacking].tolist()
            notes.append(f"The held-out InfoE saw no row of some labels of sources {sources}.")
    elif held_out:
        notes.append(
            "The held-out InfoE is undefined: fewer than 10 samples, or a whole class held out."
        )
    return scores


def _mean_gain(null: np.ndarray, fitted: np.ndarray) -> float | None:
    """Mean relative reduction of cross-entropy; a fit worse than guessing is reported as such."""
    if not len(null):
        return None
    gain = float(np.minimum((null - fitted) / null, 1.0).mean())
    return 0.0 if abs(gain) < ROUNDING else gain
