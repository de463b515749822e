"""The classifier that predicts factors from latents, chosen by gin."""

from collections.abc import Callable

import gin
from sklearn.base import ClassifierMixin

from tripod_dlib.metrics import prediction

logistic_regression_cv = gin.configurable("logistic_regression_cv", module="tripod_dlib.metrics")(
    prediction.logistic_regression_cv
)
gradient_boosting_classifier = gin.configurable(
    "gradient_boosting_classifier", module="tripod_dlib.metrics"
)(prediction.gradient_boosting_classifier)


@gin.configurable("predictor", module="tripod_dlib.metrics")
def make_predictor(
    predictor_fn: Callable[[], ClassifierMixin] = gin.REQUIRED,
) -> Callable[[], ClassifierMixin]:
    """The classifier that predicts factors from latents.

    Args:
      predictor_fn: Takes no argument and gives an unfitted classifier.
    """
    return predictor_fn
