"""One metric of disentanglement_lib's kind on a trained run, under its gin name `evaluation`."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import gin
import numpy as np

from tripod_dlib.allowed import Seed
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.metric_results import require_dictionary, require_storable
from tripod_dlib.evaluation.representation import Representation
from tripod_dlib.results.dlib_results import update_result_directory


@gin.configurable(
    "evaluation",
    module="tripod_dlib",
    denylist=["ground_truth_data", "representation", "result_directory"],
)
def evaluate(
    ground_truth_data: GroundTruthData,
    representation: Representation | Sequence[Callable],
    result_directory: Path,
    evaluation_fn: Callable[..., dict] | None = None,
    random_seed: Seed = 0,
    name: str = "",
    seed_global_generator: bool = True,
) -> dict[str, object] | None:
    """Applies a metric wrapper, which draws its own points, and writes the step "evaluation".

    Args:
      ground_truth_data: Where points come from.
      representation: Images to latents; for `udr_sklearn` several models' functions of images to
        latents and their divergence.
      result_directory: The run's folder `results`.
      evaluation_fn: A metric by reference, such as @mig; None for none.
      random_seed: Seed of the generator that the metric draws from.
      name: For the user's own use, in the results.
      seed_global_generator: Whether NumPy's global generator, which boosted trees draw from, begins
        with the same seed and is put back afterwards, so that the same seed gives the same scores;
        False leaves it as it is found, as disentanglement_lib does.

    Returns:
      The metric's results, or None.

    Raises:
      InputError: If the metric cannot be computed as it is bound.
    """
    if evaluation_fn is None:
        return None
    start = time.monotonic()
    state = np.random.get_state()
    if seed_global_generator:
        np.random.seed(random_seed)
    try:
        scores = evaluation_fn(
            ground_truth_data, representation, np.random.RandomState(random_seed)
        )
        require_dictionary("the metric", scores)
        require_storable("the metric", scores)
    except ValueError as error:
        raise InputError(f"evaluation.evaluation_fn: {error}") from error
    finally:
        if seed_global_generator:
            np.random.set_state(state)
    results = {**scores, "elapsed_time": time.monotonic() - start}
    update_result_directory(result_directory, "evaluation", results)
    return results
