"""Mean correlation coefficient, the measure of the identifiability literature."""

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.stats import rankdata

from tripod_dlib.metrics.inputs import check_numbers


def compute_mcc(sources: np.ndarray, latents: np.ndarray) -> dict[str, object]:
    """Mean absolute correlation of each source with the latent that stands for it.

    Sources and latents are matched one to one so that the mean is largest. A source that is left
    without a latent, because there are fewer latents than sources, counts as 0.

    Args:
      sources: (num_samples, num_sources) numbers, discrete or continuous; labels without an order
        have no correlation.
      latents: (num_samples, num_latents) numbers.

    Returns:
      "mcc_pearson", "mcc_spearman": float in [0, 1], of values and of ranks; None if no source
        varies (see "notes").
      "pearson", "spearman": float64 (num_sources, num_latents), absolute correlations, 0 for a
        constant latent; NaN for a constant source.
      "matched_pearson", "matched_spearman": int64 (num_sources,), the latent of each source, -1
        for none.
      "notes": list of str.

    Raises:
      ValueError: If sources are not numbers; see also `inputs.check`.

    Reference: Hyvarinen & Morioka, 2016; Khemakhem et al., 2020.
    """
    sample, numbers = check_numbers(sources, latents)
    notes = list(sample.notes)
    if not len(sample.varying):
        notes.append("No source varies: there is nothing to score.")
    results: dict[str, object] = {}
    for name, transform in (("pearson", np.asarray), ("spearman", _ranks)):
        correlations = absolute_correlations(transform(numbers), transform(sample.latents))
        score, matched = _match(correlations)
        all_matched = np.full(sample.num_sources, -1)
        all_matched[sample.varying] = matched
        results[f"mcc_{name}"] = score
        results[name] = sample.spread(correlations.T).T
        results[f"matched_{name}"] = all_matched
    return {**results, "notes": notes}


def absolute_correlations(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """|Pearson's r| of all pairs of columns, 0 where a column does not vary.

    Args:
      one: float64 (num_samples, num_one).
      other: float64 (num_samples, num_other).

    Returns:
      correlations: float64 (num_one, num_other) in [0, 1].
    """
    return np.clip(np.abs(_unit_columns(one).T @ _unit_columns(other)), 0.0, 1.0)


def _unit_columns(values: np.ndarray) -> np.ndarray:
    """Columns centred and of length 1; scaled first, so that squares stay within range."""
    size = np.abs(values).max(axis=0)
    values = values / np.where(size > 0, size, 1.0)
    centred = np.where(np.ptp(values, axis=0) > 0, values - values.mean(axis=0), 0.0)
    length = np.linalg.norm(centred, axis=0)
    return centred / np.where(length > 0, length, 1.0)


def _ranks(values: np.ndarray) -> np.ndarray:
    return rankdata(values, axis=0) if values.size else values


def _match(correlations: np.ndarray) -> tuple[float | None, np.ndarray]:
    """Mean over rows of the best one-to-one matching, and the column of each row, -1 for none."""
    matched = np.full(len(correlations), -1)
    if not len(correlations):
        return None, matched
    rows, columns = linear_sum_assignment(correlations, maximize=True)
    matched[rows] = columns
    return float(correlations[rows, columns].sum() / len(correlations)), matched
