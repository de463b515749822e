"""DCI with gradient-boosted trees, as disentanglement_lib computes it."""

import numpy as np

from tripod_dlib.metrics.boosting import importance_and_accuracy
from tripod_dlib.metrics.importance import importance_scores
from tripod_dlib.metrics.prediction import as_generator, gradient_boosting_classifier
from tripod_dlib.metrics.split import split


def compute_dci_boosting(
    sources: np.ndarray,
    latents: np.ndarray,
    *,
    test_sources: np.ndarray | None = None,
    test_latents: np.ndarray | None = None,
    seed: int | np.random.RandomState | None = 0,
) -> dict[str, object]:
    """Disentanglement, completeness, informativeness from boosted trees that predict each source.

    One `GradientBoostingClassifier` of scikit-learn per source, with its defaults: 100 stages of
    trees of depth 3. `compute_dci_random_forest` is the other DCI; their numbers do not compare.

    Args:
      sources: (num_samples, num_sources) labels, of which only equality matters.
      latents: (num_samples, num_latents) numbers, discrete or continuous.
      test_sources, test_latents: Rows to score on; without them a third is held out, as `split`
        says.
      seed: Seed of the trees, or what they draw from; None is NumPy's global generator, which is
        what disentanglement_lib uses: there the scores move from run to run.

    Returns:
      "disentanglement", "completeness": float in [0, 1], None where undefined (see "notes").
      "informativeness_train", "informativeness_test": mean accuracy over sources, in [0, 1].
      "importance_matrix": float64 (num_latents, num_sources); NaN for a source that is left out.
      "notes": list of str.

    Raises:
      ValueError: See `split.split`.

    Reference: Eastwood & Williams, 2018; Locatello et al., 2019, section B.2.
    """
    parts = split(sources, latents, test_sources, test_latents)
    num_latents = parts.latents.shape[1]
    if not len(parts.varying):
        notes = list(parts.notes)
        notes.append("No source varies: there is nothing to score.")
        keys = ("disentanglement", "completeness", "informativeness_train", "informativeness_test")
        matrix = parts.spread(np.zeros((num_latents, 0)))
        return {**dict.fromkeys(keys), "importance_matrix": matrix, "notes": notes}
    varies, fitted = parts.varying_latents(), parts.for_predictors(gradient_boosting_classifier)
    notes = list(fitted.notes)
    of_varying, train, test = importance_and_accuracy(
        fitted.latents,
        fitted.sources,
        fitted.test_latents,
        fitted.test_sources,
        as_generator(seed),
    )
    importance = np.zeros((num_latents, of_varying.shape[1]))
    importance[varies] = of_varying
    return {
        **importance_scores(importance, notes),
        "informativeness_train": float(train.mean()),
        "informativeness_test": float(test.mean()),
        "importance_matrix": parts.spread(importance),
        "notes": notes,
    }
