"""What gradient-boosted trees say of each latent's use for each source."""

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier

from tripod_dlib.metrics.prediction import fit_sources, gradient_boosting_classifier


def importance_and_accuracy(
    latents: np.ndarray,
    sources: np.ndarray,
    test_latents: np.ndarray,
    test_sources: np.ndarray,
    generator: np.random.RandomState | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Importances of boosted trees, and how well they predict.

    Args:
      latents, test_latents: (num, num_latents).
      sources, test_sources: (num, num_sources) labels, at least one source.
      generator: What the trees are seeded from; None for NumPy's global generator.

    Returns:
      importance: float64 (num_latents, num_sources); a column sums to 1, or is 0 where no tree
        splits.
      train_accuracies, test_accuracies: float64 (num_sources,) in [0, 1].
    """

    def read(model: GradientBoostingClassifier, i: int) -> tuple[np.ndarray, float, float]:
        # a source of one label has no trees, and uses no latent
        used = getattr(model, "feature_importances_", np.zeros(latents.shape[1]))
        return (
            np.abs(used),
            np.mean(model.predict(latents) == sources[:, i]),
            np.mean(model.predict(test_latents) == test_sources[:, i]),
        )

    fits = fit_sources(gradient_boosting_classifier, latents, sources, read, generator)
    importance, train, test = zip(*fits, strict=True)
    return np.stack(importance, axis=1), np.array(train), np.array(test)
