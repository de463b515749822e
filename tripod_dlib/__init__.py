"""Tripod, InfoMEC and disentanglement_lib-style evaluation on TensorFlow 2 and Keras 3."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tripod_dlib.training.trained_model import TrainedModel

__version__ = "0.1.0"


def load(run: str) -> "TrainedModel":
    """The model that a run selected, with `encode` and `decode` on arrays.

    Args:
      run: The run's folder.

    Raises:
      InputError: If the folder holds no finished run (or a representation that was made of one and
        is not its model's), or no framework is installed.
    """
    from tripod_dlib.backend import require_backend
    from tripod_dlib.postprocessing.stored import require_own_latents

    require_backend()
    from tripod_dlib.training import trained_model

    model = trained_model.load(run)
    require_own_latents(run)
    return model
