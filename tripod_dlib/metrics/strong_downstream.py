"""Downstream tasks where another source's values change between fitting and scoring."""

import numpy as np

from tripod_dlib.allowed import PositiveInt
from tripod_dlib.metrics.arguments import checks_settings
from tripod_dlib.metrics.prediction import Predictor, as_generator, prediction_accuracies, resolve
from tripod_dlib.metrics.progress import steps
from tripod_dlib.metrics.split import TrainTest, split


@checks_settings
def compute_strong_downstream_task(
    sources: np.ndarray,
    latents: np.ndarray,
    *,
    num_experiments: PositiveInt = 2,
    predictor: Predictor = "gradient_boosting_classifier",
    test_sources: np.ndarray | None = None,
    test_latents: np.ndarray | None = None,
    seed: int = 0,
) -> dict[str, object]:
    """Accuracy of predictors fitted where another source has one value, scored where it has not.

    Each experiment draws the other source and its value. Rows are chosen from the sample; the
    wrapper `strong_downstream_task` makes images of changed factors instead.

    Args:
      sources: (num_samples, num_sources) labels, of which only equality matters.
      latents: (num_samples, num_latents) numbers.
      num_experiments: Experiments per source.
      predictor: See `compute_downstream_task`.
      test_sources, test_latents: Rows to score on; without them a third is held out, as `split`
        says.
      seed: Seed of the choices and of unseeded boosting.

    Returns:
      The keys of `strong_by_name` for sources that vary, n being the number of rows to fit on; none
        with fewer than two of them.
      "notes": list of str.

    Raises:
      ValueError: See `split.split`.

    Reference: Locatello et al., 2020, A sober look, section 5.
    """
    make_classifier = resolve(predictor)
    parts = split(sources, latents, test_sources, test_latents).for_predictors(make_classifier)
    notes = list(parts.notes)
    if len(parts.varying) < 2:
        notes.append("There is no other source to change: fewer than two sources vary.")
        return {"notes": notes}
    generator = as_generator(seed)
    plain = prediction_accuracies(
        make_classifier,
        parts.latents,
        parts.sources,
        parts.test_latents,
        parts.test_sources,
        generator,
    )
    strong = []
    targets = np.repeat(np.arange(len(parts.varying)), num_experiments).tolist()
    with steps("predictions under change", len(targets)) as advance:
        for target in targets:
            rows, test_rows = _change(parts, target, generator)
            if test_rows.any():
                accuracies = prediction_accuracies(
                    make_classifier,
                    parts.latents[rows],
                    parts.sources[rows, target : target + 1],
                    parts.test_latents[test_rows],
                    parts.test_sources[test_rows, target : target + 1],
                    generator,
                )
                strong.append(np.concatenate(accuracies))
            advance()
    if not strong:
        notes.append("No row to score on has another value than the rows fitted on.")
        return {"notes": notes}
    return {**strong_by_name(len(parts.latents), *plain, *np.transpose(strong)), "notes": notes}


def strong_by_name(
    num: int,
    train: np.ndarray,
    test: np.ndarray,
    strong_train: np.ndarray,
    strong_test: np.ndarray,
) -> dict[str, float]:
    """Accuracies without and with a change of another source, under their keys.

    Args:
      num: Points fitted on.
      train, test: (num_sources,), without a change.
      strong_train, strong_test: (num_experiments,), with one.

    Returns:
      scores: The gap is the share of the mean test accuracy that the change costs, 0 of nothing.
    """
    mean, strong = float(np.mean(test)), float(np.mean(strong_test))
    return {
        f"{num}:mean_train_accuracy": float(np.mean(train)),
        f"{num}:mean_test_accuracy": mean,
        f"{num}:mean_strong_train_accuracy": float(np.mean(strong_train)),
        f"{num}:mean_strong_test_accuracy": strong,
        f"{num}:strong_generalization_gap": (mean - strong) / mean if mean else 0.0,
    }


def _change(
    parts: TrainTest, target: int, generator: np.random.RandomState
) -> tuple[np.ndarray, np.ndarray]:
    """Rows to fit on, where another source has one value, and to score on, where it has not."""
    others = np.delete(np.arange(len(parts.varying)), target)
    other = generator.choice(others)
    value = generator.choice(parts.sources[:, other])
    return parts.sources[:, other] == value, parts.test_sources[:, other] != value
