"""Classifiers of several sources: boosted trees in parallel, with the draws of a plain loop.

`GradientBoostingClassifier` without a seed draws one number per tree from NumPy's global generator.
Every source's draws are known before any is fitted, so each gets a generator that stands where a
plain loop would have stood, and the given one is moved as the loop would have moved it.
"""

import warnings
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from sklearn.base import ClassifierMixin, is_regressor
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import BaseEnsemble, GradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.model_selection import KFold
from sklearn.tree import BaseDecisionTree
from sklearn.utils import check_random_state
from threadpoolctl import threadpool_limits

from tripod_dlib.metrics.parallel import map_largest_first
from tripod_dlib.metrics.progress import steps
from tripod_dlib.metrics.scale import HIDDEN, read_by_trees
from tripod_dlib.metrics.seeds import generator_of

Predictor = str | Callable[[], ClassifierMixin]
Result = TypeVar("Result")
LARGEST_DRAW = np.iinfo(np.int32).max
NUM_FOLDS = 5


def logistic_regression_cv() -> LogisticRegressionCV:
    """Ten strengths of the penalty, chosen by accuracy on five consecutive folds."""
    return LogisticRegressionCV(
        Cs=10,
        cv=KFold(n_splits=NUM_FOLDS),
        l1_ratios=(0.0,),
        scoring="accuracy",
        use_legacy_attributes=False,
    )


def gradient_boosting_classifier() -> GradientBoostingClassifier:
    """scikit-learn's defaults: 100 stages of trees of depth 3, a tree per class in each."""
    return GradientBoostingClassifier()


PREDICTORS = {
    "logistic_regression_cv": logistic_regression_cv,
    "gradient_boosting_classifier": gradient_boosting_classifier,
}


def resolve(predictor: Predictor) -> Callable[[], ClassifierMixin]:
    """The function behind a predictor's name; a function is itself.

    Raises:
      ValueError: If the name is unknown, or the function gives no classifier.
    """
    if callable(predictor):
        _require_classifiers(predictor)
        return predictor
    if predictor not in PREDICTORS:
        raise ValueError(
            f"Unknown predictor {predictor!r}; known are {', '.join(PREDICTORS)}, and any function "
            "that gives an unfitted classifier."
        )
    return PREDICTORS[predictor]


def grows_trees(classifier: ClassifierMixin) -> bool:
    """Whether a classifier is of trees, to which only the order of a latent's values matters."""
    return isinstance(classifier, BaseDecisionTree | BaseEnsemble)


def as_generator(seed: int | np.random.RandomState | None) -> np.random.RandomState | None:
    """A generator of a seed; a generator is itself, and None is NumPy's global one.

    Raises:
      ValueError: If it is none of these.
    """
    is_generator = seed is None or isinstance(seed, np.random.RandomState)
    return seed if is_generator else generator_of(seed)


def fit_sources(
    make_classifier: Callable[[], ClassifierMixin],
    latents: np.ndarray,
    sources: np.ndarray,
    read: Callable[[ClassifierMixin, int], Result],
    generator: np.random.RandomState | None = None,
) -> list[Result]:
    """Fits one classifier per source and reads what is wanted of it.

    Unseeded `GradientBoostingClassifier`s are fitted in threads, the result being that of a loop;
    any other classifier is fitted in its turn. A source of one label is predicted by that label; a
    source of which a fold of a cross-validation would see one label is not cross-validated.

    Args:
      make_classifier: Gives an unfitted classifier in scikit-learn's manner.
      latents: (num_samples, num_latents).
      sources: (num_samples, num_sources) labels.
      read: Takes a fitted classifier and the number of its source; called in the fitting thread.
      generator: What unseeded boosting draws from; None for NumPy's global generator.

    Returns:
      results: What `read` gave, in the order of the sources.
    """
    _warn_of_hidden(make_classifier, latents)
    classifiers, waiting, costs, results = [], [], [], {}
    for i, source in enumerate(sources.T):
        classifier = _that_can_be_fitted(make_classifier(), source)
        classifiers.append(classifier)
        if _draws_are_known(classifier):
            num_trees = _number_of_trees(classifier, source)
            classifier.set_params(random_state=_reserve(generator, num_trees))
            waiting.append(i)
            costs.append(num_trees)
        else:
            results[i] = read(fit_as_published(classifier, latents, source), i)

    with steps("boosted trees", sum(classifiers[i].n_estimators for i in waiting)) as advance:

        def fit(index: int) -> Result:
            i = waiting[index]
            fitted = classifiers[i].fit(latents, sources[:, i], monitor=lambda *_: advance())
            return read(fitted, i)

        results.update(zip(waiting, map_largest_first(fit, costs), strict=True))
    return [results[i] for i in range(len(classifiers))]


def fit_as_published(
    classifier: ClassifierMixin, latents: np.ndarray, labels: np.ndarray
) -> ClassifierMixin:
    """Fits on one BLAS thread and without a word on convergence.

    The published scores are those after scikit-learn's 100 iterations, converged or not; and for
    matrices of this size more threads only wait for each other.
    """
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", ConvergenceWarning)
        return classifier.fit(latents, labels)


def _require_classifiers(make_classifier: Callable[[], object]) -> None:
    """Refuses a function that does not give classifiers, in words."""
    try:
        made = make_classifier()
    except TypeError as error:
        raise ValueError(
            f"The predictor {make_classifier!r} cannot be called without arguments: {error}. It "
            "gives an unfitted classifier: lambda: KNeighborsClassifier(3)."
        ) from error
    if isinstance(made, type) or not (hasattr(made, "fit") and hasattr(made, "predict")):
        raise ValueError(
            f"The predictor {make_classifier!r} gives {made!r}; it gives an unfitted classifier, "
            "which has fit and predict."
        )
    if is_regressor(made):
        raise ValueError(
            f"The predictor {make_classifier!r} gives {made!r}, a regressor; labels are classes, "
            "which a classifier predicts."
        )


def prediction_accuracies(
    make_classifier: Callable[[], ClassifierMixin],
    latents: np.ndarray,
    sources: np.ndarray,
    test_latents: np.ndarray,
    test_sources: np.ndarray,
    generator: np.random.RandomState | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Accuracy with which all latents predict each source, on the rows fitted on and on others.

    Args:
      make_classifier: Gives an unfitted classifier in scikit-learn's manner.
      latents, test_latents: (num, num_latents).
      sources, test_sources: (num, num_sources) labels.
      generator: See `fit_sources`.

    Returns:
      train, test: float64 (num_sources,) in [0, 1].
    """

    def read(model: ClassifierMixin, i: int) -> tuple[float, float]:
        return (
            float(np.mean(model.predict(latents) == sources[:, i])),
            float(np.mean(model.predict(test_latents) == test_sources[:, i])),
        )

    accuracies = fit_sources(make_classifier, latents, sources, read, generator)
    train, test = np.array(accuracies, np.float64).reshape(len(accuracies), 2).T
    return train, test


def _warn_of_hidden(make_classifier: Callable[[], ClassifierMixin], latents: np.ndarray) -> None:
    hidden = ~read_by_trees(np.asarray(latents, np.float64))
    if hidden.any() and grows_trees(make_classifier()):
        which = np.flatnonzero(hidden).tolist()
        warnings.warn(f"{HIDDEN.format(which)}: rescale them.", stacklevel=3)


def _that_can_be_fitted(classifier: ClassifierMixin, labels: np.ndarray) -> ClassifierMixin:
    if (labels == labels[0]).all():
        return DummyClassifier(strategy="most_frequent")
    if isinstance(classifier, LogisticRegressionCV) and isinstance(classifier.cv, KFold):
        folds = classifier.cv
        if len(labels) < folds.n_splits or any(
            (labels[rows] == labels[rows[0]]).all() for rows, _ in folds.split(labels)
        ):
            return LogisticRegression()
    return classifier


def _draws_are_known(classifier: ClassifierMixin) -> bool:
    return (
        type(classifier) is GradientBoostingClassifier
        and classifier.random_state is None
        and classifier.subsample == 1.0
        and classifier.n_iter_no_change is None
        and classifier.init in (None, "zero")
    )


def _number_of_trees(classifier: GradientBoostingClassifier, labels: np.ndarray) -> int:
    num_classes = len(np.unique(labels))
    return classifier.n_estimators * (num_classes if num_classes > 2 else 1)


def _reserve(generator: np.random.RandomState | None, num_trees: int) -> np.random.RandomState:
    """A generator that stands where `generator` stood, which is moved on by one draw per tree."""
    generator = check_random_state(generator)
    ahead = np.random.RandomState(0)
    ahead.set_state(generator.get_state())
    generator.randint(LARGEST_DRAW, size=num_trees)
    return ahead
