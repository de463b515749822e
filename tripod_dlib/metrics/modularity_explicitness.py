"""Modularity and explicitness."""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from tripod_dlib.allowed import BinCount
from tripod_dlib.metrics.arguments import checks_settings
from tripod_dlib.metrics.doubts import look_quantized, require_discrete
from tripod_dlib.metrics.levels import histogram_discretize, rank_values
from tripod_dlib.metrics.mutual_information import discrete_mutual_information
from tripod_dlib.metrics.prediction import fit_as_published
from tripod_dlib.metrics.scale import mean_and_deviation
from tripod_dlib.metrics.split import TrainTest, split


@checks_settings
def compute_modularity_explicitness(
    sources: np.ndarray,
    latents: np.ndarray,
    *,
    num_bins: BinCount = 20,
    discrete: bool = False,
    test_sources: np.ndarray | None = None,
    test_latents: np.ndarray | None = None,
) -> dict[str, object]:
    """Whether each latent tells of one source, and how well all latents predict each source.

    Args:
      sources: (num_samples, num_sources) labels, of which only equality matters.
      latents: (num_samples, num_latents) numbers.
      num_bins: Bins of the histogram in which latents are counted for modularity.
      discrete: Count the latents' own values instead.
      test_sources, test_latents: Rows to score explicitness on; without them a third is held out,
        as `split` says.

    Returns:
      "modularity_score": float in [0, 1], the mean over latents that vary, of the rows fitted on;
        0 if none varies, None with fewer than two sources that vary (see "notes").
      "explicitness_score_train", "explicitness_score_test": float in [0, 1], the mean over sources
        of the area under the ROC curve of a logistic regression; guessing is 0.5.
      "modularity_per_latent": float64 (num_latents,), 0 for a latent that tells nothing.
      "explicitness_train_per_source", "explicitness_test_per_source": float64 (num_sources,), NaN
        for a source that is left out.
      "notes": list of str.

    Raises:
      ValueError: See `split.split`.

    Reference: Ridgeway & Mozer, 2018, sections 3.1 and 3.3.
    """
    parts = split(sources, latents, test_sources, test_latents)
    if discrete:
        require_discrete(parts.latents)
    notes = [*parts.notes, *([] if discrete else look_quantized(parts.latents))]
    per_latent, score = _modularity(parts, num_bins, discrete, notes)
    pairs = [
        explicitness(parts.latents, labels, parts.test_latents, test_labels)
        for labels, test_labels in zip(parts.sources.T, parts.test_sources.T, strict=True)
    ]
    train, test = np.array(pairs, np.float64).reshape(len(pairs), 2).T
    return {
        "modularity_score": score,
        "explicitness_score_train": float(train.mean()) if len(pairs) else None,
        "explicitness_score_test": float(np.nanmean(test)) if np.isfinite(test).any() else None,
        "modularity_per_latent": per_latent,
        "explicitness_train_per_source": parts.spread(train),
        "explicitness_test_per_source": parts.spread(test),
        "notes": notes,
    }


def modularity_per_latent(information: np.ndarray) -> np.ndarray:
    """1 - what a latent tells of other sources than its own, squared, relative to the worst case.

    Args:
      information: float64 (num_latents, num_sources), at least two sources, in any unit.

    Returns:
      scores: float64 (num_latents,) in [0, 1]; 0 for a latent that tells nothing.
    """
    squares = np.square(information)
    largest = squares.max(axis=1)
    others = squares.sum(axis=1) - largest
    tells = largest > 0
    worst = np.where(tells, largest * (information.shape[1] - 1), 1.0)
    return np.where(tells, np.clip(1.0 - others / worst, 0.0, 1.0), 0.0)


def modularity(information: np.ndarray) -> float:
    """Mean of `modularity_per_latent`; latents that tell nothing count as 0."""
    return float(modularity_per_latent(information).mean())


def information_of_levels(levels: np.ndarray, sources: np.ndarray) -> np.ndarray:
    """Mutual information in nats, float64 (num_latents, num_sources), of columns of any labels."""
    return discrete_mutual_information(rank_values(sources), rank_values(levels)).T


def explicitness(
    latents: np.ndarray, labels: np.ndarray, test_latents: np.ndarray, test_labels: np.ndarray
) -> tuple[float, float]:
    """Area under the ROC curve of a logistic regression, one class against the rest, averaged.

    Args:
      latents, test_latents: (num, num_latents).
      labels, test_labels: (num,), at least two labels to fit on.

    Returns:
      train, test: float in [0, 1]. A class that a part lacks, or that the regression was not fitted
        on, is left out of that part's mean; NaN if none is left.
    """
    inputs, mean, std = standardise(latents)
    classifier = fit_as_published(LogisticRegression(), inputs, labels)
    test_inputs = standardise(test_latents, mean, std)[0]
    return (
        _roc_area(classifier, inputs, labels),
        _roc_area(classifier, test_inputs, test_labels),
    )


def standardise(
    latents: np.ndarray, mean: np.ndarray | None = None, std: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Latents less their mean over their standard deviation (divisor num); a constant one gives 0.

    Args:
      latents: (num, num_latents).
      mean, std: (num_latents,), of other rows; None for those of the latents.

    Returns:
      standardised: (num, num_latents), with the mean and the standard deviation used.
    """
    own_mean, own_std = mean_and_deviation(latents)
    mean, std = own_mean if mean is None else mean, own_std if std is None else std
    varies = std > np.finfo(np.float64).eps * np.abs(mean)
    largest = np.maximum(np.abs(latents).max(axis=0, initial=0.0), np.abs(mean))
    exponents = -np.frexp(largest)[1]  # powers of two round nothing, and differences are in range
    centred = np.ldexp(latents, exponents) - np.ldexp(mean, exponents)
    scaled = centred / np.where(varies, np.ldexp(std, exponents), 1.0)
    return np.where(varies, scaled, 0.0), mean, std


def _modularity(
    parts: TrainTest, num_bins: int, discrete: bool, notes: list[str]
) -> tuple[np.ndarray, float | None]:
    latents = parts.latents
    levels = latents if discrete else histogram_discretize(latents, num_bins)
    if len(parts.varying) < 2:
        notes.append("Modularity is undefined: fewer than two sources vary.")
        return np.full(latents.shape[1], np.nan), None
    per_latent = modularity_per_latent(information_of_levels(levels, parts.sources))
    varies = levels.max(axis=0) > levels.min(axis=0)
    return per_latent, float(per_latent[varies].mean()) if varies.any() else 0.0


def _roc_area(classifier: LogisticRegression, inputs: np.ndarray, labels: np.ndarray) -> float:
    probabilities = classifier.predict_proba(inputs)
    areas = []
    for column, label in enumerate(classifier.classes_):
        is_label = labels == label
        if is_label.any() and not is_label.all():
            areas.append(roc_auc_score(is_label, probabilities[:, column]))
    return float(np.mean(areas)) if areas else float("nan")
