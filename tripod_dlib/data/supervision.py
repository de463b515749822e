"""Training batches that hold more than images: pairs that share factors, images with labels.

Each is a function of seed and step, as `pipeline.training_batch` is. What a family wants stands in
its record: `batches`, and the parameters that the functions below take.
"""

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tripod_dlib.data.batches import Batch
from tripod_dlib.data.ground_truth import GroundTruthData, require_factors
from tripod_dlib.data.pipeline import require_image_range, training_batch
from tripod_dlib.errors import InputError


def pairs(
    data: GroundTruthData, parameters: Any, seed: int, batch_size: int
) -> Callable[[int], Batch]:
    """`pair_batch` as a function of the step; see `batches.batches`.

    Args:
      data: Dataset.
      parameters: The family's record: `num_changed`, `redraw`, `name`.
      seed: Seed of the run.
      batch_size: Number of pairs.

    Raises:
      InputError: If the dataset's factors are not known or too few.
    """
    require_factors(data, f"{parameters.name} trains on pairs")
    if parameters.num_changed > data.num_factors:
        raise InputError(
            f"{parameters.name}: {parameters.num_changed} factors cannot change, {data.name} has "
            f"{data.num_factors}."
        )
    return functools.partial(
        pair_batch,
        data,
        seed,
        batch_size,
        num_changed=parameters.num_changed,
        redraw=parameters.redraw,
    )


def pair_batch(
    data: GroundTruthData,
    seed: int,
    batch_size: int,
    step: int,
    num_changed: int = -1,
    redraw: str = "locatello",
) -> dict[str, np.ndarray]:
    """Pairs of images that share all factors but a few.

    Args:
      data: Dataset.
      seed: Seed of the run.
      batch_size: Number of pairs.
      step: Number of updates made before.
      num_changed: k: the number of changed factors is 1 or k, each as likely; of -1, k is drawn
        from 1 to num_factors - 1 anew for each pair.
      redraw: "locatello", as disentanglement_lib does: a changed factor may be drawn as it was;
        "uniform", exactly k factors; "uniform_fixed", and each gets another value.

    Returns:
      batch: "images" and "partner", (batch_size, height, width, channels), and "labels", int32
        (batch_size,), the last changed factor.

    Reference: Locatello et al., 2020, section 5.
    """
    random_state = np.random.RandomState(np.random.SeedSequence([seed, step]).generate_state(8))
    sizes = data.factors_num_values
    first = data.sample_factors(batch_size, random_state)
    second, labels = first.copy(), np.empty(batch_size, np.int32)
    for row in range(batch_size):
        k = random_state.randint(1, len(sizes)) if num_changed < 0 else num_changed
        count = random_state.choice([1, k]) if redraw == "locatello" else k
        for factor in random_state.choice(len(sizes), count, replace=False):
            value = random_state.randint(sizes[factor])
            while redraw == "uniform_fixed" and value == first[row, factor] and sizes[factor] > 1:
                value = random_state.randint(sizes[factor])
            second[row, factor] = value
            labels[row] = factor
    images = [data.sample_observations_from_factors(f, random_state) for f in (first, second)]
    for of_side in images:
        require_image_range(of_side, data.name)
    return {"images": images[0], "partner": images[1], "labels": labels}


class LabelledBatches:
    """Batches of images, and beside them images with labels of a small set that is drawn once.

    The labelled ones are taken in turn, as disentanglement_lib does.
    """

    def __init__(self, data: GroundTruthData, record: Any, seed: int, batch_size: int):
        """Draws the labelled set: `num_labelled_samples` by `supervised_seed`, whose first
        `train_percentage` are trained on, with labels as `labeller` gives them."""
        require_factors(data, f"{record.name} trains with labels")
        self._data, self._seed, self._batch_size = data, seed, batch_size
        random_state = np.random.RandomState(record.supervised_seed)
        factors = data.sample_factors(record.num_labelled_samples, random_state)
        images = data.sample_observations_from_factors(factors, random_state)
        labels = label(factors, data.factors_num_values, record, random_state)
        num_train = math.ceil(record.num_labelled_samples * record.train_percentage)
        self.images, self.labels = images[:num_train], labels[:num_train]

    def __call__(self, step: int) -> dict[str, np.ndarray]:
        """Makes the batch of one step: "images", "labelled_images" and "labels"."""
        rows = (step * self._batch_size + np.arange(self._batch_size)) % len(self.images)
        return {
            "images": training_batch(self._data, self._seed, step, self._batch_size),
            "labelled_images": self.images[rows],
            "labels": self.labels[rows].astype(np.float32),
        }


def label_sizes(sizes: Sequence[int], record: Any) -> tuple[int, ...]:
    """Values of each labelled factor. Of "partial" labels only their number is known beforehand.

    Args:
      sizes: Values of each factor.
      record: See `label`.
    """
    if record.labeller == "bin":
        return tuple(min(size, record.num_bins) for size in sizes)
    return tuple(sizes[: record.num_observed_factors] if record.labeller == "partial" else sizes)


def label(
    factors: np.ndarray, sizes: list[int], record: Any, random_state: np.random.RandomState
) -> np.ndarray:
    """What a labeller says of factors: int (num, num_labelled_factors).

    Args:
      factors: int (num, num_factors).
      sizes: Values of each factor.
      record: `labeller` is "perfect"; "bin" (at most `num_bins` values); "noisy" (a value drawn
        anew with probability `prob_random`); "permuted" (values renamed); "partial"
        (`num_observed_factors` of the factors).
      random_state: Source of the draws.

    Raises:
      InputError: If there are not so many factors as are to be labelled.

    Reference: Locatello et al., 2020 (few labels), section 4.
    """
    kind = record.labeller
    if kind == "bin":
        counts, num_bins = np.array(sizes), record.num_bins
        binned = np.minimum(factors // (counts / num_bins), num_bins - 1).astype(np.int64)
        return np.where(counts > num_bins, binned, factors)
    if kind == "noisy":
        noisy = factors.copy()
        for row, column in np.ndindex(*factors.shape):
            if random_state.rand() < record.prob_random:
                noisy[row, column] = random_state.randint(sizes[column])
        return noisy
    if kind == "permuted":
        names = [random_state.permutation(size) for size in sizes]
        return np.stack([new[column] for new, column in zip(names, factors.T)], axis=1)
    if kind == "partial":
        if record.num_observed_factors > len(sizes):
            raise InputError(
                f"num_observed_factors is {record.num_observed_factors}; there are {len(sizes)} "
                f"factors: choose 1 to {len(sizes)}."
            )
        chosen = random_state.choice(len(sizes), record.num_observed_factors, replace=False)
        return factors[:, chosen]
    return factors
