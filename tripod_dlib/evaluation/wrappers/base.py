"""What all wrappers of metrics share: registration with gin, and drawn points as two arrays."""

import inspect
import warnings
from collections.abc import Callable

import gin
import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData, require_factors
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.batches import (
    generate_batch_factor_code,
    obtain_representation,
    split_train_test,
)
from tripod_dlib.evaluation.repeats import note_repeats

NOT_BINDABLE = ["ground_truth_data", "representation_function", "random_state", "artifact_dir"]
OF_FIXED_DATA = ["observations", "labels", "representation_function"]


def metric_wrapper(
    name: str, of_arrays: Callable[..., dict] | None = None
) -> Callable[[Callable], Callable]:
    """Registers a metric with gin; dataset, representation, generator and folder are not bindable.

    Args:
      name: Its gin name.
      of_arrays: What the name means for arrays, a function of sources and latents; None for
        nothing.

    Raises:
      InputError: If the decorated function takes others than those four first.

    Bindings:
      num_train: Number of points to fit on.
      num_test: Number of points to score.
      num_eval: Number of points to score.
      batch_size: Points encoded at once.
      baselines: Whether to add, under "baseline", what permuted latents score.
    """
    register = gin.configurable(name, module="tripod_dlib.metrics", denylist=NOT_BINDABLE)

    def registered(function: Callable) -> Callable:
        if list(inspect.signature(function).parameters)[: len(NOT_BINDABLE)] != NOT_BINDABLE:
            raise InputError(
                f"The metric {name} takes {inspect.signature(function)}; a wrapper of a metric "
                f"takes {', '.join(NOT_BINDABLE)}, in this order, and then what gin may bind."
            )
        wrapper = register(function)
        wrapper.of_arrays = of_arrays
        return wrapper

    return registered


def fixed_data_wrapper(name: str) -> Callable[[Callable], Callable]:
    """Registers a metric of given observations and labels with gin; those are not bindable.

    Args:
      name: Its gin name.
    """
    return gin.configurable(name, module="tripod_dlib.metrics", denylist=OF_FIXED_DATA)


def varying_factors(factors: np.ndarray, what: str) -> np.ndarray:
    """Which factors can be told apart at all; warns of the others.

    Args:
      factors: (num_factors, num_points), the points to fit on.
      what: What leaves them out, for the message.

    Returns:
      varying: bool (num_factors,).
    """
    varying = (factors != factors[:, :1]).any(axis=1)
    if not varying.all():
        constant = np.flatnonzero(~varying).tolist()
        warnings.warn(f"{what} leaves out factors that never vary: {constant}.", stacklevel=3)
    return varying


def draw_arrays(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    num_train: int,
    batch_size: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Sources and latents as our metrics take them: (num_train, num_factors or num_latents).

    Raises:
      InputError: If no factors are known.
    """
    require_factors(ground_truth_data, "A metric of sources")
    latents, factors = generate_batch_factor_code(
        ground_truth_data, representation_function, num_train, random_state, batch_size
    )
    return factors.T, latents.T


def draw_train_and_test(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    num_train: int,
    num_test: int,
    batch_size: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Points to fit on, then points to score on, in disentanglement_lib's orientation.

    Both are drawn as there, with replacement; of a dataset so small that many points to score on
    are among those fitted on, a warning says it.

    Returns:
      latents, factors, test_latents, test_factors: (num_latents or num_factors, num_points).

    Raises:
      InputError: If no factors are known.
    """
    require_factors(ground_truth_data, "A metric of sources")
    warn_of_repeats(ground_truth_data, num_train, stacklevel=4)
    drawn = [
        generate_batch_factor_code(
            ground_truth_data, representation_function, num, random_state, batch_size
        )
        for num in (num_train, num_test)
    ]
    return *drawn[0], *drawn[1]


def warn_of_repeats(
    ground_truth_data: GroundTruthData, num_train: int, stacklevel: int = 3
) -> None:
    """Warns where many images to score on are among `num_train` that were fitted on."""
    for note in note_repeats(ground_truth_data, num_train):
        warnings.warn(note, stacklevel=stacklevel)


def encode_and_split(
    observations: np.ndarray,
    labels: np.ndarray,
    representation_function: Callable[[np.ndarray], np.ndarray],
    train_percentage: float,
    batch_size: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """As `draw_train_and_test`, of given points: a first share to fit on, the rest to score on."""
    latents = obtain_representation(observations, representation_function, batch_size)
    mus, mus_test = split_train_test(latents, train_percentage)
    ys, ys_test = split_train_test(labels, train_percentage)
    return mus, ys, mus_test, ys_test
