"""Interventional robustness score."""

import numpy as np

from tripod_dlib.allowed import Probability
from tripod_dlib.metrics.arguments import checks_settings
from tripod_dlib.metrics.inputs import check
from tripod_dlib.metrics.progress import steps
from tripod_dlib.metrics.scale import normalised, which_vary


@checks_settings
def compute_irs(
    sources: np.ndarray, latents: np.ndarray, *, diff_quantile: Probability = 0.99
) -> dict[str, object]:
    """How little each latent moves while one source is held and all others change.

    Args:
      sources: (num_samples, num_sources) labels, of which only equality matters.
      latents: (num_samples, num_latents) numbers.
      diff_quantile: Which quantile of the moves counts, in [0, 1].

    Returns:
      "IRS": float in [0, 1], 0 if no latent varies, None if no source does (see "notes").
      "num_active_dims": Number of latents that vary.
      "irs_matrix": float64 (num_latents, num_sources): 1 - move / largest move, slightly negative
        at times; 0 for a latent that never varies, NaN for a constant source.
      "notes": list of str.

    Raises:
      ValueError: If the quantile is out of range; see also `inputs.check`.

    Reference: Suter et al., 2019.
    """
    sample = check(sources, latents)
    notes = list(sample.notes)
    varies = which_vary(sample.latents)
    matrix = np.zeros((len(varies), len(sample.varying)))
    score = 0.0
    if not len(sample.varying):
        notes.append("No source varies: there is nothing to score.")
        score = None
    elif varies.any():
        scores = robustness(sample.sources, sample.latents[:, varies], diff_quantile)
        score = float(np.clip(scores["avg_score"], 0.0, 1.0))
        matrix[varies] = scores["IRS_matrix"]
    return {
        "IRS": score,
        "num_active_dims": int(varies.sum()),
        "irs_matrix": sample.spread(matrix),
        "notes": notes,
    }


def robustness(
    sources: np.ndarray, latents: np.ndarray, diff_quantile: Probability
) -> dict[str, np.ndarray | float]:
    """The score under disentanglement_lib's names; 0 of latents that do not vary.

    Args:
      sources: (num_samples, num_sources) labels.
      latents: (num_samples, num_latents) numbers.
      diff_quantile: Which quantile of the moves counts, in [0, 1].

    Returns:
      "disentanglement_scores": (num_latents,), the largest entry of each row of the matrix.
      "avg_score": Their mean, weighted by the largest moves.
      "parents": int64 (num_latents,), the source of the largest entry.
      "IRS_matrix": (num_latents, num_sources), 1 - move / largest move.
      "max_deviations": (num_latents,), each latent's largest distance from its mean.
    """
    latents, exponents = normalised(np.asarray(latents, np.float64))
    largest = np.abs(latents - latents.mean(axis=0)).max(axis=0)
    moves = []
    with steps("interventional robustness", sources.shape[1]) as advance:
        for labels in sources.T:
            moves.append(_mean_move(labels, latents, diff_quantile))
            advance()
    moved = largest > 0
    matrix = np.zeros((len(largest), sources.shape[1]))
    matrix[moved] = 1.0 - np.stack(moves, axis=1)[moved] / largest[moved, None]
    scores = matrix.max(axis=1)
    weights = np.ldexp(largest, exponents - exponents.max())
    with np.errstate(over="ignore"):  # of the two ends of float64 it is infinite
        deviations = np.ldexp(largest, exponents)
    return {
        "disentanglement_scores": scores,
        "avg_score": float(np.average(scores, weights=weights)) if moved.any() else 0.0,
        "parents": matrix.argmax(axis=1),
        "IRS_matrix": matrix,
        "max_deviations": deviations,
    }


def _mean_move(labels: np.ndarray, latents: np.ndarray, quantile: float) -> np.ndarray:
    """Quantile of each latent's distance from its mean while a source is held; mean over values."""
    moves = np.zeros(latents.shape[1])
    values = np.unique(labels)
    for value in values:
        held = latents[labels == value]
        moves += np.percentile(np.abs(held - held.mean(axis=0)), 100 * quantile, axis=0)
    return moves / len(values)
