"""The beta-VAE score: which source two groups of points share, told by their latents."""

import numpy as np
from sklearn.linear_model import LogisticRegression

from tripod_dlib.allowed import PositiveInt
from tripod_dlib.metrics.arguments import checks_settings
from tripod_dlib.metrics.inputs import check
from tripod_dlib.metrics.prediction import fit_as_published
from tripod_dlib.metrics.scale import in_ordinary_unit
from tripod_dlib.metrics.seeds import generator_of
from tripod_dlib.metrics.shared_source import SharedSource


@checks_settings
def compute_beta_vae(
    sources: np.ndarray,
    latents: np.ndarray,
    *,
    num_train: PositiveInt = 10_000,
    num_eval: PositiveInt = 5_000,
    batch_size: PositiveInt = 64,
    seed: int = 0,
) -> dict[str, object]:
    """Accuracy of a linear classifier that tells which source pairs of samples have in common.

    A point is the mean absolute difference of the latents of `batch_size` pairs. Pairs are drawn
    from the given samples: one at random, its partner among those with the same label.

    Args:
      sources: (num_samples, num_sources) labels, of which only equality matters.
      latents: (num_samples, num_latents) numbers.
      num_train, num_eval: Points to fit on and to score on.
      batch_size: Pairs per point.
      seed: Seed of the draws.

    Returns:
      "train_accuracy", "eval_accuracy": float in [0, 1], None where undefined (see "notes");
        guessing is one over the number of sources.
      "notes": list of str.

    Raises:
      ValueError: See `inputs.check`.

    Reference: Higgins et al., 2017, section 3.
    """
    sample = check(sources, latents)
    notes = list(sample.notes)
    if len(sample.varying) < 2:
        notes.append("The beta-VAE score is undefined: fewer than two sources vary.")
        return {"train_accuracy": None, "eval_accuracy": None, "notes": notes}
    (latents,), said = in_ordinary_unit(sample.latents, what="The beta-VAE score's regression")
    notes += said
    generator = generator_of(seed)
    drawn = SharedSource(sample.sources)
    parts = []
    for num in (num_train, num_eval):
        labels = drawn.draw_sources(num, generator)
        features = np.empty((num, latents.shape[1]))
        for chosen, rows in drawn.pairs(labels, batch_size, generator):
            features[chosen] = difference(*np.moveaxis(latents[rows], -2, 0), axis=1)
        parts += [features, labels]
    train_accuracy, eval_accuracy = classify(*parts)
    return {"train_accuracy": train_accuracy, "eval_accuracy": eval_accuracy, "notes": notes}


def difference(latents: np.ndarray, partners: np.ndarray, axis: int = 0) -> np.ndarray:
    """Mean absolute difference of each latent over a batch of pairs."""
    return np.mean(np.abs(latents - partners), axis=axis)


def classify(
    features: np.ndarray, labels: np.ndarray, eval_features: np.ndarray, eval_labels: np.ndarray
) -> tuple[float, float]:
    """Accuracies of a logistic regression with scikit-learn's defaults.

    Args:
      features, eval_features: float64 (num, num_latents).
      labels, eval_labels: int64 (num,): the shared source.

    Returns:
      train_accuracy, eval_accuracy: float in [0, 1].

    Raises:
      ValueError: If all points to fit on share the same source.
    """
    if (labels == labels[0]).all():
        raise ValueError(
            f"The beta-VAE score's classifier tells sources apart, and of {len(labels)} points to "
            f"fit on (num_train) all share source {labels[0]}: draw more of them."
        )
    classifier = fit_as_published(LogisticRegression(), features, labels)
    return (
        float(np.mean(classifier.predict(features) == labels)),
        float(np.mean(classifier.predict(eval_features) == eval_labels)),
    )
