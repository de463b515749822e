"""Ways to take a representation from a Gaussian posterior, under their gin names."""

import dataclasses
from typing import TYPE_CHECKING

import gin
import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData

if TYPE_CHECKING:
    from tripod_dlib.training.trained_model import TrainedModel

NOT_BINDABLE = ["ground_truth_data", "gaussian_encoder", "random_state", "save_path"]


@dataclasses.dataclass(frozen=True)
class GaussianEncoder:
    """What a postprocessing may ask a model.

    Attributes:
      model: The trained model.
    """

    model: "TrainedModel"

    def __call__(self, images: np.ndarray) -> dict[str, np.ndarray]:
        """Images to "mean" and "logvar", float32 (num, num_latents).

        Raises:
          InputError: If the model has no Gaussian posterior.
        """
        mean, std = self.model.posterior(images)
        return {"mean": mean, "logvar": 2.0 * np.log(std)}

    def representation(self, images: np.ndarray) -> np.ndarray:
        """Images to what is evaluated of any model, float32 (num, num_latents)."""
        return self.model.representation(images)


@dataclasses.dataclass(frozen=True)
class Transform:
    """A function of the posterior that is stored by its name.

    Attributes:
      name: "mean" or "sampled".
      random_state: What a sample is drawn from.
    """

    name: str
    random_state: np.random.RandomState

    def __call__(self, mean: np.ndarray, logvar: np.ndarray) -> np.ndarray:
        """A representation, of the shape of both arguments, (num, num_latents)."""
        if self.name == "mean":
            return mean
        noise = self.random_state.normal(size=mean.shape)
        return (mean + np.exp(logvar / 2.0) * noise).astype(mean.dtype)


@gin.configurable("mean_representation", module="tripod_dlib", denylist=NOT_BINDABLE)
def mean_representation(
    ground_truth_data: GroundTruthData,
    gaussian_encoder: GaussianEncoder,
    random_state: np.random.RandomState,
    save_path: str,
) -> tuple[Transform, None]:
    """The posterior's mean; of a model without one its latents as they are.

    Returns:
      transform_fn: Takes `mean` and `logvar`, (num, num_latents), by name.
      checkpoint: None, as nothing is learned.
    """
    del ground_truth_data, gaussian_encoder, save_path
    return Transform("mean", random_state), None


@gin.configurable("sampled_representation", module="tripod_dlib", denylist=NOT_BINDABLE)
def sampled_representation(
    ground_truth_data: GroundTruthData,
    gaussian_encoder: GaussianEncoder,
    random_state: np.random.RandomState,
    save_path: str,
) -> tuple[Transform, None]:
    """A sample of the posterior, drawn anew whenever an image is encoded.

    Returns:
      transform_fn, checkpoint: As `mean_representation`'s.
    """
    del ground_truth_data, gaussian_encoder, save_path
    return Transform("sampled", random_state), None
