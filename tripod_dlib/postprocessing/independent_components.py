"""Whitening and independent component analysis of a model's latents, as a postprocessing."""

import dataclasses
import warnings
from typing import Annotated, ClassVar

import gin
import numpy as np

from tripod_dlib.allowed import PositiveFloat, PositiveInt, Range
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.errors import InputError
from tripod_dlib.postprocessing.methods import NOT_BINDABLE, GaussianEncoder

DROPPED_BELOW = 1e-6  # singular values, as a share of the largest
GAUSSIAN = 0.374567  # E log cosh of a standard normal variable


@dataclasses.dataclass(frozen=True)
class Components:
    """A linear map of latents to components of mean 0 and variance 1, the least Gaussian first.

    Attributes:
      center: float64 (num_latents,).
      unmixing: float64 (num_latents, num_latents); columns from the rank on are 0.
      rank: Number of directions in which the latents vary.
      iterations: Of the fixed point.
      converged: Whether it was reached.
    """

    name: ClassVar[str] = "ica"

    center: np.ndarray
    unmixing: np.ndarray
    rank: int
    iterations: int
    converged: bool

    def __call__(self, latents: np.ndarray) -> np.ndarray:
        """Components (num, num_latents) of latents of that shape and type."""
        components = (latents.astype(np.float64) - self.center) @ self.unmixing
        return components.astype(latents.dtype)

    @property
    def figures(self) -> dict[str, object]:
        """What the results say of it."""
        return {
            "num_components": self.rank,
            "iterations": self.iterations,
            "converged": self.converged,
        }

    def described(self) -> dict[str, object]:
        """Everything, for JSON."""
        fields = dataclasses.asdict(self)
        return {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in fields.items()}

    @classmethod
    def from_description(cls, described: dict) -> "Components":
        """What `described` gave."""
        arrays = {name: np.array(described[name], float) for name in ("center", "unmixing")}
        return cls(**{**{f.name: described[f.name] for f in dataclasses.fields(cls)}, **arrays})


def fit_components(
    latents: np.ndarray,
    random_state: np.random.RandomState,
    max_iterations: int = 200,
    tolerance: float = 1e-4,
) -> Components:
    """Whitens latents, then makes them independent by parallel FastICA with log cosh.

    Components stand in the order of |E log cosh - .374567|, their distance from a Gaussian one,
    and have a positive skew. Of several Gaussian components the directions are arbitrary.

    Args:
      latents: float (num, num_latents).
      random_state: Gives the start.
      max_iterations: Of the fixed point.
      tolerance: Largest change of a direction at which it counts as reached.

    Returns:
      components: The map; a direction in which the latents do not vary is left out.

    Raises:
      InputError: If no latent varies, or there are fewer rows than latents.

    Reference: Hyvärinen, 1999.
    """
    from sklearn.decomposition import FastICA
    from sklearn.exceptions import ConvergenceWarning

    latents = np.asarray(latents, np.float64)
    num, num_latents = latents.shape
    center = latents.mean(axis=0)
    left, singular, directions = np.linalg.svd(latents - center, full_matrices=False)
    rank = int((singular > DROPPED_BELOW * singular[0]).sum()) if singular[0] > 0.0 else 0
    if not rank or num < num_latents:
        raise InputError(
            f"Independent components of {num} points and {num_latents} latents, of which "
            f"{rank} directions vary: take more points (ica_representation.num_points), or a model "
            "whose latents have not collapsed."
        )
    white = left[:, :rank] * np.sqrt(num)
    whitening = directions[:rank].T * (np.sqrt(num) / singular[:rank])
    ica = FastICA(
        algorithm="parallel",
        fun="logcosh",
        whiten=False,
        max_iter=max_iterations,
        tol=tolerance,
        random_state=random_state,
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        ica.fit(white)
    converged = not any(issubclass(warning.category, ConvergenceWarning) for warning in caught)
    rotation = _ordered(ica.components_, white)
    unmixing = np.zeros((num_latents, num_latents))
    unmixing[:, :rank] = whitening @ rotation.T
    return Components(center, unmixing, rank, int(ica.n_iter_), converged)


def _ordered(rotation: np.ndarray, white: np.ndarray) -> np.ndarray:
    """The rows in order, with their signs."""
    components = white @ rotation.T
    logcosh = np.logaddexp(components, -components) - np.log(2.0)
    order = np.argsort(-np.abs(logcosh.mean(axis=0) - GAUSSIAN), kind="stable")
    signs = np.where((components**3).mean(axis=0) < 0.0, -1.0, 1.0)
    return (rotation * signs[:, None])[order]


@gin.configurable("ica_representation", module="tripod_dlib", denylist=NOT_BINDABLE)
def ica_representation(
    ground_truth_data: GroundTruthData,
    gaussian_encoder: GaussianEncoder,
    random_state: np.random.RandomState,
    save_path: str,
    num_points: Annotated[int, Range(low=2)] = 10_000,
    max_iterations: PositiveInt = 200,
    tolerance: PositiveFloat = 1e-4,
) -> tuple[Components, None]:
    """Independent components of any model's representation (a posterior's mean, or the latents).

    Args:
      ground_truth_data: Gives the images.
      gaussian_encoder: The model.
      random_state: Draws images and start.
      save_path: Not used.
      num_points: Images that it is fitted on.
      max_iterations: Of FastICA.
      tolerance: Largest change of a direction at which FastICA stops.

    Returns:
      components: See `fit_components`.
      checkpoint: None.
    """
    del save_path
    images = ground_truth_data.sample_observations(num_points, random_state)
    latents = gaussian_encoder.representation(images)
    components = fit_components(latents, random_state, max_iterations, tolerance)
    if not components.converged:
        warnings.warn(
            f"FastICA did not converge within {max_iterations} iterations: its components are "
            "what it had by then. Raise ica_representation.max_iterations or num_points; Gaussian "
            "latents have no independent directions.",
            stacklevel=2,
        )
    print(f"independent components: {components.rank} of {latents.shape[1]} directions vary")
    return components, None
