"""Model families as gin knows them: parameters now, the model when training knows the data."""

import dataclasses
import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING

import gin

if TYPE_CHECKING:
    import keras


@dataclasses.dataclass(frozen=True)
class ModelRecipe:
    """A model family with its parameters bound, before images and latents are known.

    Attributes:
      name: The family's registered name.
      parameters: The bound parameters.
    """

    name: str
    build: Callable
    parameters: dict

    def __call__(
        self, *, image_shape: tuple[int, int, int], num_latents: int, dataset_size: int, seed: int
    ) -> "keras.Model":
        """Builds the model.

        Args:
          image_shape: (height, width, channels).
          num_latents: Number of latents.
          dataset_size: Number of images in the dataset.
          seed: Seed of the model's draws.
        """
        return self.build(image_shape, num_latents, dataset_size, seed, **self.parameters)


def model_builder(build: Callable) -> Callable[..., ModelRecipe]:
    """Registers a model family with gin under the function's name.

    Args:
      build: `build(image_shape, num_latents, dataset_size, seed, *, parameter, ...)`; gin binds the
        keyword-only parameters, and must bind those without a default.

    Returns:
      A function of these parameters that gives a `ModelRecipe`; a configuration says
      `model.model = @name()`.
    """
    parameters = [
        parameter.replace(default=gin.REQUIRED)
        if parameter.default is parameter.empty
        else parameter
        for parameter in inspect.signature(build).parameters.values()
        if parameter.kind is parameter.KEYWORD_ONLY
    ]

    @functools.wraps(build)
    def recipe(**bound):
        return ModelRecipe(build.__name__, build, bound)

    del recipe.__wrapped__  # gin and readers of signatures see what can be bound, nothing else
    recipe.__signature__ = inspect.Signature(parameters, return_annotation=ModelRecipe)
    recipe.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return gin.register(build.__name__, module="tripod_dlib")(recipe)
