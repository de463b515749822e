"""Downstream tasks: how well sources are predicted from latents, with few samples and with many."""

from collections.abc import Callable, Sequence

import numpy as np
from sklearn.base import ClassifierMixin

from tripod_dlib.allowed import NonNegativeInt, PositiveInt
from tripod_dlib.metrics.arguments import checks_settings
from tripod_dlib.metrics.boosting import importance_and_accuracy
from tripod_dlib.metrics.prediction import (
    Predictor,
    as_generator,
    gradient_boosting_classifier,
    prediction_accuracies,
    resolve,
)
from tripod_dlib.metrics.progress import steps
from tripod_dlib.metrics.scale import which_vary
from tripod_dlib.metrics.split import split


@checks_settings
def compute_downstream_task(
    sources: np.ndarray,
    latents: np.ndarray,
    *,
    num_train: Sequence[PositiveInt] | None = None,
    predictor: Predictor = "logistic_regression_cv",
    test_sources: np.ndarray | None = None,
    test_latents: np.ndarray | None = None,
    seed: int | np.random.RandomState | None = 0,
) -> dict[str, object]:
    """Accuracy of predicting each source from all latents, for several numbers of samples.

    Args:
      sources: (num_samples, num_sources) labels, of which only equality matters.
      latents: (num_samples, num_latents) numbers.
      num_train: Numbers of samples to fit on, the first ones of those there are; None for all.
      predictor: "logistic_regression_cv", "gradient_boosting_classifier", or a function that gives
        an unfitted classifier in scikit-learn's manner.
      test_sources, test_latents: Rows to score on; without them a third is held out, as `split`
        says.
      seed: Seed of unseeded boosting, or what it draws from; None is NumPy's global generator.

    Returns:
      For each number n: "n:mean_train_accuracy", "n:min_train_accuracy" over sources,
        "n:train_accuracy_factor_i", and the same with "test"; in [0, 1]. Only sources that vary.
      "notes": list of str.

    Raises:
      ValueError: If a number of samples is not available; see also `split.split`.

    Reference: Locatello et al., 2019, section 5.5.
    """
    make_classifier = resolve(predictor)
    parts = split(sources, latents, test_sources, test_latents).for_predictors(make_classifier)
    generator, scores = as_generator(seed), {}
    for num in [len(parts.latents)] if num_train is None else num_train:
        if num > len(parts.latents):
            raise ValueError(
                f"num_train is at most the {len(parts.latents)} samples to fit on; got {num}."
            )
        accuracies = prediction_accuracies(
            make_classifier,
            parts.latents[:num],
            parts.sources[:num],
            parts.test_latents,
            parts.test_sources,
            generator,
        )
        scores.update(accuracies_by_name(num, *accuracies, parts.varying))
    return {**scores, "notes": list(parts.notes)}


@checks_settings
def compute_reduced_downstream_task(
    sources: np.ndarray,
    latents: np.ndarray,
    *,
    num_latents_to_remove: NonNegativeInt = 2,
    predictor: Predictor = "gradient_boosting_classifier",
    test_sources: np.ndarray | None = None,
    test_latents: np.ndarray | None = None,
    seed: int | np.random.RandomState | None = 0,
) -> dict[str, object]:
    """Accuracy of predicting a source without the latents that matter most to it.

    Args:
      sources: (num_samples, num_sources) labels, of which only equality matters.
      latents: (num_samples, num_latents) numbers.
      num_latents_to_remove: Latents removed, one at a time, by the importance of boosted trees.
      predictor: See `compute_downstream_task`.
      test_sources, test_latents: Rows to score on; without them a third is held out, as `split`
        says.
      seed: Seed of unseeded boosting, or what it draws from; None is NumPy's global generator.

    Returns:
      "n:reduced_factor_i:mean_train_accuracy_reduced_factor" (of source i),
        "..._accuracy_factor_j", "..._accuracy_non_reduced_factor" (mean of the others), the same
        with "test", and their means "n:mean_train_accuracy_reduced_factor" and
        "n:mean_train_accuracy_other_factors"; n is the number of rows fitted on. In [0, 1].
      "notes": list of str.

    Raises:
      ValueError: If no latent would be left; see also `split.split`.
    """
    make_classifier = resolve(predictor)
    given = split(sources, latents, test_sources, test_latents)
    num_varying = int(which_vary(given.latents).sum())
    if not 0 <= num_latents_to_remove < max(num_varying, 1):
        raise ValueError(
            f"num_latents_to_remove is {num_latents_to_remove}; of {given.latents.shape[1]} "
            f"latents {num_varying} vary in the rows to fit on, of which one at least is left."
        )
    parts = given.for_predictors(make_classifier, gradient_boosting_classifier)
    generator = as_generator(seed)
    accuracies = reduced_accuracies(
        parts.latents,
        parts.sources,
        parts.test_latents,
        parts.test_sources,
        make_classifier,
        lambda kept, test_kept, source: without(
            most_important(kept, parts.sources, source, generator), kept, test_kept
        ),
        num_latents_to_remove,
        generator,
    )
    scores = reduced_by_name(len(parts.latents), *accuracies, parts.varying)
    notes = list(parts.notes)
    if len(parts.varying) < 2:
        notes.append("There is no other source to predict: fewer than two sources vary.")
    return {**scores, "notes": notes}


def most_important(
    latents: np.ndarray,
    sources: np.ndarray,
    source: int,
    generator: np.random.RandomState | None = None,
) -> int:
    """The latent that boosted trees use most for one source; trees are grown for all sources."""
    importance = importance_and_accuracy(latents, sources, latents, sources, generator)[0]
    return int(np.argmax(importance[:, source]))


def without(latent: int, *latents: np.ndarray) -> tuple[np.ndarray, ...]:
    """Arrays (num, num_latents) less one latent."""
    return tuple(np.delete(array, latent, axis=1) for array in latents)


def reduced_accuracies(
    latents: np.ndarray,
    sources: np.ndarray,
    test_latents: np.ndarray,
    test_sources: np.ndarray,
    make_classifier: Callable[[], ClassifierMixin],
    remove: Callable[[np.ndarray, np.ndarray, int], tuple[np.ndarray, np.ndarray]],
    num_latents_to_remove: int,
    generator: np.random.RandomState | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Accuracies of all sources, once for each source whose latents are removed.

    Args:
      latents, test_latents: (num, num_latents).
      sources, test_sources: (num, num_sources) labels.
      make_classifier: Gives an unfitted classifier.
      remove: Takes the latents that are left of both parts and a source; gives them less one.
      num_latents_to_remove: How many.
      generator: See `prediction.fit_sources`.

    Returns:
      train, test: float64 (num_sources, num_sources): row i with what tells of source i removed.

    Raises:
      ValueError: If no latent would be left.
    """
    num_latents, num_sources = latents.shape[1], sources.shape[1]
    if not 0 <= num_latents_to_remove < num_latents:
        raise ValueError(
            f"Of {num_latents} latents at most {num_latents - 1} can be removed; asked for "
            f"{num_latents_to_remove}."
        )
    train, test = np.zeros((2, num_sources, num_sources))
    with steps("predictions of reduced latents", num_sources * (num_latents_to_remove + 1)) as told:
        for i in range(num_sources):
            kept, test_kept = latents, test_latents
            for _ in range(num_latents_to_remove):
                kept, test_kept = remove(kept, test_kept, i)
                told()
            train[i], test[i] = prediction_accuracies(
                make_classifier, kept, sources, test_kept, test_sources, generator
            )
            told()
    return train, test


def accuracies_by_name(
    num: int, train: np.ndarray, test: np.ndarray, columns: Sequence[int]
) -> dict[str, float]:
    """Accuracies (num_sources,) of predictors fitted on `num` points, under their keys."""
    scores = {}
    for part, accuracies in (("train", train), ("test", test)):
        if len(accuracies):
            scores[f"{num}:mean_{part}_accuracy"] = float(np.mean(accuracies))
            scores[f"{num}:min_{part}_accuracy"] = float(np.min(accuracies))
        for column, accuracy in zip(columns, accuracies, strict=True):
            scores[f"{num}:{part}_accuracy_factor_{column}"] = float(accuracy)
    return scores


def reduced_by_name(
    num: int, train: np.ndarray, test: np.ndarray, columns: Sequence[int]
) -> dict[str, float | None]:
    """Accuracies (num_sources, num_sources) of `reduced_accuracies`, under their keys."""
    scores: dict[str, float | None] = {}
    for part, matrix in (("train", train), ("test", test)):
        others = []
        for i, column in enumerate(columns):
            prefix = f"{num}:reduced_factor_{column}:mean_{part}_accuracy"
            rest = np.delete(matrix[i], i)
            others.append(float(rest.mean()) if len(rest) else None)
            scores[f"{prefix}_reduced_factor"] = float(matrix[i, i])
            for j, other in enumerate(columns):
                scores[f"{prefix}_factor_{other}"] = float(matrix[i, j])
            scores[f"{prefix}_non_reduced_factor"] = others[-1]
        if len(columns):
            scores[f"{num}:mean_{part}_accuracy_reduced_factor"] = float(np.diag(matrix).mean())
            mean = None if None in others else float(np.mean(others))
            scores[f"{num}:mean_{part}_accuracy_other_factors"] = mean
    return scores
