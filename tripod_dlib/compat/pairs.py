"""disentanglement_lib's weakly supervised classes and functions, on tensors of Keras' backend."""

from typing import ClassVar

import gin
import keras
import numpy as np
from keras import ops

from tripod_dlib.compat.graph_code import GraphCodeError, refused
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.functional.gaussian import gaussian_posterior
from tripod_dlib.functional.pair_aggregation import own_by_threshold, pair_divergence
from tripod_dlib.models.dlib_names import dynamics
from tripod_dlib.models.families import pairs as families

Tensor = keras.KerasTensor
make_weak_loss = refused(
    "make_weak_loss",
    "z1 z2 labels loss_fn",
    "no model of that library called it: the families group_vae and mlvae have their own terms",
)


class GroupVAEBase:
    """Group-VAE; gin's `group_vae`, whose record this gives."""

    family: ClassVar[type] = families.GroupVAEFamily

    def __new__(cls, beta: float = gin.REQUIRED) -> families.GroupVAEFamily:
        """Takes the weight of the divergence.

        Raises:
          GraphCodeError: If a subclass aggregates in its own way.
        """
        if hasattr(cls, "aggregate"):
            raise GraphCodeError(
                f"{cls.__name__}.aggregate was graph code of TensorFlow 1 and is not called here; "
                "write a family (`tripod_dlib.models.family`) whose Keras class is a subclass of "
                "`tripod_dlib.models.pairs.PairVAE`."
            )
        return cls.family(beta=beta)


class GroupVAELabels(GroupVAEBase):
    """Group-VAE that is told the changed factor; gin's `group_vae_labels`."""

    family = families.GroupVAELabelsFamily


class GroupVAEArgmax(GroupVAEBase):
    """Adaptive group-VAE; gin's `group_vae_argmax`."""

    family = families.GroupVAEArgmaxFamily


class MLVae(GroupVAEBase):
    """ML-VAE; gin's `mlvae`."""

    family = families.MLVAEFamily


class MLVaeLabels(MLVae):
    """ML-VAE that is told the changed factor; gin's `mlvae_labels`."""

    family = families.MLVAELabelsFamily


class MLVaeArgmax(MLVae):
    """Adaptive ML-VAE; gin's `mlvae_argmax`."""

    family = families.MLVAEArgmaxFamily


def compute_kl(z_1: Tensor, z_2: Tensor, logvar_1: Tensor, logvar_2: Tensor) -> Tensor:
    """Twice the divergence of each latent's first posterior from its second one."""
    return pair_divergence(gaussian_posterior(z_1, logvar_1), gaussian_posterior(z_2, logvar_2))


def aggregate_labels(
    z_mean: Tensor,
    z_logvar: Tensor,
    new_mean: Tensor,
    new_log_var: Tensor,
    labels: Tensor,
    kl_per_point: Tensor,
) -> tuple[Tensor, Tensor]:
    """Mean and log-variance: own where the one-hot `labels` are largest, else the new ones."""
    del kl_per_point
    own = labels == ops.max(labels, axis=1, keepdims=True)
    return ops.where(own, z_mean, new_mean), ops.where(own, z_logvar, new_log_var)


def aggregate_argmax(
    z_mean: Tensor,
    z_logvar: Tensor,
    new_mean: Tensor,
    new_log_var: Tensor,
    labels: Tensor,
    kl_per_point: Tensor,
) -> tuple[Tensor, Tensor]:
    """Mean and log-variance: own in the upper half of the divergences' range, else the new ones."""
    del labels
    own = own_by_threshold(kl_per_point)
    return ops.where(own, z_mean, new_mean), ops.where(own, z_logvar, new_log_var)


def discretize_in_bins(x: Tensor) -> Tensor:
    """0 or 1 for each entry of a vector: whether it lies in the upper half of their range."""
    return ops.cast(own_by_threshold(x[None])[0], "int32")


def simple_dynamics(
    z: np.ndarray,
    ground_truth_data: GroundTruthData,
    random_state: np.random.RandomState,
    return_index: bool = False,
    k: int | None = None,
) -> tuple[np.ndarray, int]:
    """Redraws 1 or k of the factors, in place; the values too come from `random_state`, where that
    library takes them from NumPy's global generator.

    Args:
      z: int (num, num_factors).
      ground_truth_data: Has the factors.
      random_state: Source of all draws.
      return_index: Whether the last changed factor is given, else the number k.
      k: -1 for any number; None for gin's `dynamics.k`.

    Returns:
      z, number: The factors, and what `return_index` says.
    """
    sizes = ground_truth_data.factors_num_values
    k = dynamics() if k is None else k
    k = random_state.randint(1, len(sizes)) if k == -1 else k
    index = -1
    for index in random_state.choice(z.shape[1], random_state.choice([1, k]), replace=False):
        z[:, index] = random_state.choice(sizes[index])
    return z, index if return_index else k
