"""Separated attribute predictability."""

import numpy as np
from sklearn.svm import LinearSVC

from tripod_dlib.metrics.arguments import checks_settings
from tripod_dlib.metrics.inputs import check_numbers
from tripod_dlib.metrics.mcc import absolute_correlations
from tripod_dlib.metrics.progress import steps
from tripod_dlib.metrics.scale import in_ordinary_unit, which_vary
from tripod_dlib.metrics.split import split

VARIANCE_FLOOR = 1e-12


@checks_settings
def compute_sap(
    sources: np.ndarray,
    latents: np.ndarray,
    *,
    continuous: bool = False,
    test_sources: np.ndarray | None = None,
    test_latents: np.ndarray | None = None,
) -> dict[str, object]:
    """Gap between the two single latents that predict a source best, averaged over sources.

    A nominal source is predicted by a class-balanced linear support vector machine, whose accuracy
    on the rows to score on counts; a continuous one by a line, whose squared correlation counts.

    Args:
      sources: (num_samples, num_sources): labels, of which only equality matters, or with
        `continuous` numbers.
      latents: (num_samples, num_latents) numbers.
      continuous: Whether the sources are numbers with an order and distances.
      test_sources, test_latents: Rows to score accuracies on; without them a third is held out, as
        `split` says. Correlations are those of `sources` and `latents`.

    Returns:
      "SAP_score": float in [0, 1]; None where undefined (see "notes").
      "score_matrix": float64 (num_latents, num_sources) in [0, 1]; NaN for a source left out.
      "notes": list of str.

      A constant latent tells nothing and takes part in no gap, unless there is only one other: then
      the gap is to what it scores. Latents that are all constant give 0.

    Raises:
      ValueError: If continuous sources are not finite numbers; see also `split.split`.

    Reference: Kumar et al., 2018, section 3.
    """
    if continuous:
        sample, numbers = check_numbers(sources, latents)
        matrix = np.square(absolute_correlations(sample.latents, numbers))
        scores, fitted, notes = sample.spread(matrix), sample.latents, list(sample.notes)
    else:
        parts = split(sources, latents, test_sources, test_latents)
        arrays, said = in_ordinary_unit(
            parts.latents, parts.test_latents, what="SAP's support vector machine"
        )
        matrix = accuracies(
            arrays[0],
            parts.sources,
            arrays[1],
            parts.test_sources,
            np.random.RandomState(0),
        )
        scores, fitted, notes = parts.spread(matrix), parts.latents, list(parts.notes)
        notes += said
    return {"SAP_score": _score(matrix, fitted, notes), "score_matrix": scores, "notes": notes}


def squared_correlations(latents: np.ndarray, sources: np.ndarray) -> np.ndarray:
    """Squared correlation of each latent with each source, as disentanglement_lib has it.

    A latent of a variance of at most 1e-12 counts as constant, and has 0.

    Args:
      latents: float64 (num_samples, num_latents).
      sources: (num_samples, num_sources) numbers.

    Returns:
      scores: float64 (num_latents, num_sources) in [0, 1].
    """
    scores = np.zeros((latents.shape[1], sources.shape[1]))
    for i, latent in enumerate(latents.T):
        for j, source in enumerate(sources.T):
            covariance = np.cov(latent, source, ddof=1)
            if covariance[0, 0] > VARIANCE_FLOOR and covariance[1, 1] > 0:
                square = covariance[0, 1] ** 2 / (covariance[0, 0] * covariance[1, 1])
                scores[i, j] = min(square, 1.0)
    return scores


def accuracies(
    latents: np.ndarray,
    sources: np.ndarray,
    test_latents: np.ndarray,
    test_sources: np.ndarray,
    generator: np.random.RandomState | None,
) -> np.ndarray:
    """Accuracy of each latent alone in predicting each source.

    Args:
      latents, test_latents: (num, num_latents).
      sources, test_sources: (num, num_sources) labels, at least two of each source to fit on.
      generator: Moved on by one draw per fit, which decides nothing with as many samples as there
        are latents here; None for NumPy's global generator.

    Returns:
      scores: float64 (num_latents, num_sources) in [0, 1].
    """
    scores = np.zeros((latents.shape[1], sources.shape[1]))
    with steps("support vector machines", scores.size) as advance:
        for i, j in np.ndindex(*scores.shape):
            classifier = LinearSVC(C=0.01, class_weight="balanced", random_state=generator)
            classifier.fit(latents[:, i : i + 1], sources[:, j])
            predicted = classifier.predict(test_latents[:, i : i + 1])
            scores[i, j] = np.mean(predicted == test_sources[:, j])
            advance()
    return scores


def mean_gap(scores: np.ndarray) -> float:
    """Mean over sources of the gap between the two largest of (num_latents, num_sources) scores."""
    ordered = np.sort(scores, axis=0)
    return float(np.mean(ordered[-1] - ordered[-2]))


def _score(matrix: np.ndarray, latents: np.ndarray, notes: list[str]) -> float | None:
    if latents.shape[1] == 1:
        notes.append("SAP is undefined: there is only one latent.")
        return None
    if not matrix.shape[1]:
        notes.append("No source varies: there is nothing to score.")
        return None
    varies = which_vary(latents)
    if not varies.any():
        return 0.0
    if varies.sum() == 1:
        varies[np.flatnonzero(~varies)[0]] = True
    return float(np.clip(mean_gap(matrix[varies]), 0.0, 1.0))
