"""disentanglement_lib's labelled samples and labellers, on arrays.

A labeller takes integer factors (num, num_factors), the dataset and a generator; it gives float32
labels and the number of values of each labelled factor. The factors stay as they are.
"""

import math
from collections.abc import Callable, Sequence
from types import SimpleNamespace

import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.supervision import label
from tripod_dlib.errors import InputError
from tripod_dlib.models import dlib_labels

Labels = tuple[np.ndarray, Sequence[int]]
Random = np.random.RandomState


def perfect_labeller(labels: np.ndarray, dataset: GroundTruthData, random_state: Random) -> Labels:
    """The factors themselves."""
    return _labelled(labels, dataset, random_state, labeller="perfect")


def bin_labeller(
    labels: np.ndarray, dataset: GroundTruthData, random_state: Random, num_bins: int | None = None
) -> Labels:
    """At most `num_bins` values of each factor; None for gin's, which is 5 unless bound."""
    num_bins = dlib_labels.bin_labeller()["num_bins"] if num_bins is None else num_bins
    binned, sizes = _labelled(labels, dataset, random_state, labeller="bin", num_bins=num_bins)
    return binned, np.minimum(sizes, num_bins)


def noisy_labeller(
    labels: np.ndarray,
    dataset: GroundTruthData,
    random_state: Random,
    prob_random: float | None = None,
) -> Labels:
    """A value is drawn anew with probability `prob_random`; None for gin's, which is 0.1."""
    if prob_random is None:
        prob_random = dlib_labels.noisy_labeller()["prob_random"]
    return _labelled(labels, dataset, random_state, labeller="noisy", prob_random=prob_random)


def permuted_labeller(labels: np.ndarray, dataset: GroundTruthData, random_state: Random) -> Labels:
    """The values of each factor renamed."""
    return _labelled(labels, dataset, random_state, labeller="permuted")


def partial_labeller(
    labels: np.ndarray,
    dataset: GroundTruthData,
    random_state: Random,
    num_observed_factors: int | None = None,
) -> Labels:
    """So many of the factors, in the order in which they were drawn; None for gin's, which is 2."""
    if num_observed_factors is None:
        num_observed_factors = dlib_labels.partial_labeller()["num_observed_factors"]
    observed, kept = filter_factors(np.float32(labels), num_observed_factors, random_state)
    return observed, [dataset.factors_num_values[factor] for factor in kept]


LABELLERS = {
    "perfect": perfect_labeller,
    "bin": bin_labeller,
    "noisy": noisy_labeller,
    "permuted": permuted_labeller,
    "partial": partial_labeller,
}


def make_labeller(
    labels: np.ndarray,
    dataset: GroundTruthData,
    random_state: Random,
    labeller_fn: Callable[..., Labels] | None = None,
) -> Labels:
    """What a labeller gives; None for gin's `labeller.labeller_fn`, else the perfect one."""
    if labeller_fn is None:
        labeller_fn = LABELLERS[dlib_labels.labeller()["labeller"]]
    return labeller_fn(labels, dataset, random_state)


def permute(factor: np.ndarray, num_values: int, random_state: Random) -> np.ndarray:
    """Renames the values of one factor, in place."""
    factor[:] = random_state.permutation(num_values)[factor]
    return factor


def filter_factors(
    labels: np.ndarray, num_observed_factors: int, random_state: Random
) -> tuple[np.ndarray, np.ndarray]:
    """So many columns, and which they are.

    Raises:
      InputError: If there are not so many.
    """
    if not 1 <= num_observed_factors <= labels.shape[1]:
        raise InputError(
            f"num_observed_factors is {num_observed_factors}; there are {labels.shape[1]} factors: "
            f"choose 1 to {labels.shape[1]}."
        )
    kept = random_state.choice(labels.shape[1], size=num_observed_factors, replace=False)
    return labels[:, kept], kept


def sample_supervised_data(
    supervised_seed: int,
    ground_truth_data: GroundTruthData,
    num_labelled_samples: int,
    labeller_fn: Callable[..., Labels] | None = None,
) -> tuple[np.ndarray, np.ndarray, Sequence[int]]:
    """Observations, their labels, and the number of values of each labelled factor.

    Args:
      supervised_seed: Seed of all draws: the same one gives the same samples.
      ground_truth_data: Where they come from.
      num_labelled_samples: How many.
      labeller_fn: One of the labellers; None for gin's `labeller.labeller_fn`.
    """
    random_state = np.random.RandomState(supervised_seed)
    factors = ground_truth_data.sample_factors(num_labelled_samples, random_state)
    images = ground_truth_data.sample_observations_from_factors(factors, random_state)
    return images, *make_labeller(factors, ground_truth_data, random_state, labeller_fn)


def train_test_split(
    observations: np.ndarray,
    labels: np.ndarray,
    num_labelled_samples: int,
    train_percentage: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The first `train_percentage` of observations and labels, then the others.

    Raises:
      InputError: If there are not `num_labelled_samples` of them.
    """
    if len(observations) != num_labelled_samples:
        raise InputError(
            f"There are {len(observations)} observations, not {num_labelled_samples} as "
            "num_labelled_samples says."
        )
    num = math.ceil(num_labelled_samples * train_percentage)
    return observations[:num], labels[:num], observations[num:], labels[num:]


def _labelled(labels, dataset, random_state, **settings) -> Labels:
    sizes = dataset.factors_num_values
    factors = np.asarray(labels).astype(np.int64)
    labelled = label(factors, sizes, SimpleNamespace(**settings), random_state)
    return np.float32(labelled), sizes
