"""The beta-VAE score under its gin name."""

from collections.abc import Callable, Iterator

import gin
import numpy as np

from tripod_dlib import metrics
from tripod_dlib.allowed import PositiveInt
from tripod_dlib.data.ground_truth import GroundTruthData, require_full_grid
from tripod_dlib.evaluation.batches import encode_batches
from tripod_dlib.evaluation.encoded_once import encoded_once
from tripod_dlib.evaluation.wrappers.base import metric_wrapper
from tripod_dlib.metrics.beta_vae import classify, difference
from tripod_dlib.metrics.progress import steps


@metric_wrapper("beta_vae_sklearn", metrics.compute_beta_vae)
def beta_vae_sklearn(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    batch_size: PositiveInt = gin.REQUIRED,
    num_train: PositiveInt = gin.REQUIRED,
    num_eval: PositiveInt = gin.REQUIRED,
) -> dict[str, float | None]:
    """Accuracy of telling which factor the pairs of a batch share, by their latents' differences.

    Returns:
      {"train_accuracy": float, "eval_accuracy": float}, None for a single factor.

    Raises:
      InputError: If the dataset has no image of some combination of factors.
    """
    del artifact_dir
    require_full_grid(ground_truth_data, "beta_vae_sklearn")
    num_draws = 2 * batch_size * (num_train + num_eval)
    drawn = encoded_once(ground_truth_data, representation_function, num_draws)
    features, labels = _draw(*drawn, random_state, batch_size, num_train)
    eval_features, eval_labels = _draw(*drawn, random_state, batch_size, num_eval)
    if ground_truth_data.num_factors < 2:
        return {"train_accuracy": None, "eval_accuracy": None}
    train, test = classify(features, labels, eval_features, eval_labels)
    return {"train_accuracy": train, "eval_accuracy": test}


def _draw(
    data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    batch_size: int,
    num: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Features (num, num_latents) and the factor that each batch of pairs shares, (num,)."""
    features, labels = [], np.zeros(num, np.int64)

    def observed() -> Iterator[np.ndarray]:
        for point in range(num):
            shared = labels[point] = random_state.randint(data.num_factors)
            factors = data.sample_factors(batch_size, random_state)
            partners = data.sample_factors(batch_size, random_state)
            partners[:, shared] = factors[:, shared]
            for one in (factors, partners):
                yield data.sample_observations_from_factors(one, random_state)

    encoded = encode_batches(observed(), representation_function)
    with steps("batches of pairs", num) as advance:
        for latents, of_partners in zip(encoded, encoded, strict=True):
            features.append(difference(latents, of_partners))
            advance()
    return np.stack(features), labels
