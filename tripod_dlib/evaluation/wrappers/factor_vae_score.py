"""The FactorVAE score under its gin name."""

from collections.abc import Callable, Iterator
from typing import Annotated

import gin
import numpy as np

from tripod_dlib import metrics
from tripod_dlib.allowed import NonNegativeFloat, PositiveInt, Range
from tripod_dlib.data.ground_truth import GroundTruthData, require_full_grid
from tripod_dlib.evaluation.batches import encode_batches, obtain_representation
from tripod_dlib.evaluation.encoded_once import encoded_once
from tripod_dlib.evaluation.wrappers.base import metric_wrapper
from tripod_dlib.metrics.factor_vae import (
    active_dimensions,
    constant_latents,
    majority_accuracies,
    vote,
)
from tripod_dlib.metrics.progress import steps

ENCODED_AT_ONCE = 64


@metric_wrapper("factor_vae_score", metrics.compute_factor_vae)
def factor_vae_score(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    batch_size: PositiveInt = gin.REQUIRED,
    num_train: PositiveInt = gin.REQUIRED,
    num_eval: PositiveInt = gin.REQUIRED,
    num_variance_estimate: Annotated[int, Range(low=2)] = gin.REQUIRED,
    constant_latents_vote: bool = False,
) -> dict[str, float | int]:
    """Accuracy of a majority vote on the factor that a batch shares: the latent that varies least.

    A constant latent takes no part. In disentanglement_lib it gets every vote where
    `prune_dims.threshold` is 0, its default, since 0 / 0 counts as the least:
    `constant_latents_vote = True` gives that number.

    Args:
      ground_truth_data: Where points come from.
      representation_function: Observations to latents.
      random_state: Source of all draws.
      artifact_dir: Unused.
      batch_size: Points per vote.
      num_train: Votes to count.
      num_eval: Votes to score.
      num_variance_estimate: Points from which the latents' variances are estimated.
      constant_latents_vote: Whether a constant latent takes part where the threshold lets it.

    Returns:
      "train_accuracy", "eval_accuracy", and "num_active_dims", the number of all latents: 0, 0 and
      0 where none takes part.

    Raises:
      InputError: If the dataset has no image of some combination of factors.
    """
    del artifact_dir
    require_full_grid(ground_truth_data, "factor_vae_score")
    num_draws = num_variance_estimate + batch_size * (num_train + num_eval)
    data, function = encoded_once(ground_truth_data, representation_function, num_draws)
    observations = data.sample_observations(num_variance_estimate, random_state)
    latents = obtain_representation(observations, function, ENCODED_AT_ONCE).T
    variances = np.var(latents, axis=0, ddof=1)
    active = prune_dims(variances)
    if not constant_latents_vote:
        active = active & ~constant_latents(latents)
    if not active.any():
        return {"train_accuracy": 0.0, "eval_accuracy": 0.0, "num_active_dims": 0}
    votes = [
        _draw_votes(
            data,
            function,
            random_state,
            batch_size,
            num,
            np.where(active, variances, np.nan),
        )
        for num in (num_train, num_eval)
    ]
    train_accuracy, eval_accuracy = majority_accuracies(*votes)
    return {
        "train_accuracy": train_accuracy,
        "eval_accuracy": eval_accuracy,
        "num_active_dims": len(active),
    }


@gin.configurable("prune_dims", module="tripod_dlib.metrics", denylist=["variances"])
def prune_dims(variances: np.ndarray, threshold: NonNegativeFloat = 0.0) -> np.ndarray:
    """Whether each latent's standard deviation is at least the threshold, bool (num_latents,).

    Args:
      variances: float (num_latents,).
      threshold: Least standard deviation of a latent that takes part.
    """
    return active_dimensions(variances, threshold)


def _draw_votes(
    data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    batch_size: int,
    num: int,
    variances: np.ndarray,
) -> np.ndarray:
    """Votes (num_factors, num_active): how often each latent won while a factor was shared.

    `variances` are NaN for latents that take no part.
    """
    active = ~np.isnan(variances)
    votes = np.zeros((data.num_factors, int(active.sum())), np.int64)
    shared, chosen = np.zeros((2, num), np.int64)

    def observed() -> Iterator[np.ndarray]:
        for point in range(num):
            factor = shared[point] = random_state.randint(data.num_factors)
            factors = data.sample_factors(batch_size, random_state)
            factors[:, factor] = factors[0, factor]
            yield data.sample_observations_from_factors(factors, random_state)

    with steps("votes", num) as advance:
        for point, latents in enumerate(encode_batches(observed(), representation_function)):
            chosen[point] = vote(latents[:, active], variances[active])
            advance()
    np.add.at(votes, (shared, chosen), 1)
    return votes
