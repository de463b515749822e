"""From a run to a representation, under disentanglement_lib's gin name `postprocess`."""

import inspect
import time
from collections.abc import Callable
from pathlib import Path

import gin
import numpy as np

from tripod_dlib.allowed import Seed
from tripod_dlib.backend import require_backend
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.errors import InputError
from tripod_dlib.postprocessing.methods import GaussianEncoder
from tripod_dlib.postprocessing.stored import load_representation, save_representation
from tripod_dlib.results.dlib_results import update_result_directory


@gin.configurable(
    "postprocess", module="tripod_dlib", denylist=["ground_truth_data", "run", "folder"]
)
def postprocess(
    ground_truth_data: GroundTruthData,
    run: Path,
    folder: Path,
    postprocess_fn: Callable[..., tuple] = gin.REQUIRED,
    random_seed: Seed = gin.REQUIRED,
    name: str = "",
) -> None:
    """Writes the representation and the step "postprocess" beside a copy of the run's results.

    Args:
      ground_truth_data: What the postprocessing may look at.
      run: Folder of a finished run.
      folder: Where to write.
      postprocess_fn: @mean_representation, @sampled_representation, @ica_representation or one's
        own: takes the dataset, a function of images to {"mean", "logvar"}, a generator and a
        folder; gives a function of `mean` and `logvar`, and None.
      random_seed: Seed of that generator.
      name: For the user's own use, in the results.

    Raises:
      InputError: If the run or the postprocessing cannot be used.
    """
    start = time.monotonic()
    require_backend()
    from tripod_dlib.training.trained_model import load

    model = load(run)
    generator = np.random.RandomState(random_seed)
    arguments = ground_truth_data, GaussianEncoder(model), generator, str(folder)
    try:
        inspect.signature(postprocess_fn).bind_partial(*arguments)  # gin may bind the others
    except TypeError as error:
        raise InputError(
            f"postprocess.postprocess_fn cannot be called: {error}. It takes the dataset, a "
            "function of images to {'mean', 'logvar'}, a generator and a folder."
        ) from error
    given = postprocess_fn(*arguments)
    if not isinstance(given, tuple) or len(given) != 2 or not callable(given[0]):
        raise InputError(
            f"postprocess.postprocess_fn gave {given!r:.200}; it gives a function of `mean` and "
            "`logvar`, and None."
        )
    transform, checkpoint = given
    if checkpoint is not None:
        raise InputError(
            f"postprocess.postprocess_fn gave a checkpoint, {checkpoint}: TensorFlow 1's are not "
            "read here. Keep what was learned in the function itself, and give None."
        )
    save_representation(folder, run, transform, random_seed, model.num_latents)
    _try(folder, ground_truth_data)
    figures = getattr(transform, "figures", {})
    results = {**figures, "elapsed_time": time.monotonic() - start}
    update_result_directory(folder / "results", "postprocess", results, run / "results")


def _try(folder: Path, ground_truth_data: GroundTruthData) -> None:
    """Encodes two images with what was written: what fails, fails now."""
    images = ground_truth_data.sample_observations(2, np.random.RandomState(0))
    try:
        load_representation(folder)(images)
    except InputError:
        raise
    except ValueError as error:
        raise InputError(f"postprocess.postprocess_fn: {error}") from error
