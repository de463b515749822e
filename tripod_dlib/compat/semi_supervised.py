"""disentanglement_lib's semi-supervised classes and what trains them.

A class gives a family's record; what that library says of labels by gin (`labeller`, `annealer`,
`supervised_loss`) stands in the record, by the same words.
"""

import dataclasses
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import gin

from tripod_dlib.compat import train as training
from tripod_dlib.compat.graph_code import refused
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.models.families import semi_supervised as families
from tripod_dlib.models.family import Family

if TYPE_CHECKING:
    import keras

Sizes = Sequence[int] | None
IN_RECORD = "the record has it: {} of s2_vae and its kin (docs/reference.md), such as {}"
make_annealer = refused(
    "make_annealer",
    "gamma step iteration_threshold anneal_fn",
    IN_RECORD.format("`annealer` and `iteration_threshold`", "s2_vae.annealer = 'anneal'"),
)
make_supervised_loss = refused(
    "make_supervised_loss",
    "representation labels factor_sizes loss_fn",
    IN_RECORD.format("`supervision`", "s2_vae.supervision = 'xent'"),
)
supervised_regularizer_l2 = refused(
    "supervised_regularizer_l2",
    "representation labels factor_sizes learn_scale",
    "`tripod_dlib.functional.semi_supervision` has supervised_l2 and supervised_sigmoid_l2",
)
supervised_regularizer_embed = refused(
    "supervised_regularizer_embed",
    "representation labels factor_sizes sigma use_order",
    "`tripod_dlib.functional.semi_supervision` has supervised_embedding",
)


class BaseS2VAE:
    """The base of that library's semi-supervised models."""


class S2BetaVAE(BaseS2VAE):
    """beta-VAE with labels; gin's `s2_vae`, whose record this gives."""

    def __new__(
        cls, factor_sizes: Sizes = None, beta: float = gin.REQUIRED, gamma_sup: float = gin.REQUIRED
    ) -> families.S2VAEFamily:
        """Takes the factors' sizes (None: the dataset's) and the weights."""
        sizes = _sizes(factor_sizes)
        return families.S2VAEFamily(factor_sizes=sizes, beta=beta, gamma_sup=gamma_sup)


class MineVAE(BaseS2VAE):
    """beta-VAE with trained bounds of information; gin's `s2_mine_vae`, whose record this gives."""

    def __new__(
        cls, factor_sizes: Sizes = None, gamma_sup: float = gin.REQUIRED, beta: float = gin.REQUIRED
    ) -> families.S2MineVAEFamily:
        """Takes the factors' sizes (None: the dataset's) and the weights."""
        sizes = _sizes(factor_sizes)
        return families.S2MineVAEFamily(factor_sizes=sizes, beta=beta, gamma_sup=gamma_sup)


class S2FactorVAE(BaseS2VAE):
    """FactorVAE with labels; gin's `s2_factor_vae`, whose record this gives."""

    def __new__(
        cls,
        factor_sizes: Sizes = None,
        gamma: float = gin.REQUIRED,
        gamma_sup: float = gin.REQUIRED,
    ) -> families.S2FactorVAEFamily:
        """Takes the factors' sizes (None: the dataset's) and the weights."""
        sizes = _sizes(factor_sizes)
        return families.S2FactorVAEFamily(factor_sizes=sizes, gamma=gamma, gamma_sup=gamma_sup)


class SupervisedVAE(BaseS2VAE):
    """An encoder that labels alone train; gin's `supervised`, whose record this gives."""

    def __new__(cls, factor_sizes: Sizes = None) -> families.SupervisedOnlyFamily:
        """Takes the factors' sizes (None: the dataset's)."""
        return families.SupervisedOnlyFamily(factor_sizes=_sizes(factor_sizes))


class S2DIPVAE(BaseS2VAE):
    """DIP-VAE with labels; gin's `s2_dip_vae`, whose record this gives."""

    def __new__(
        cls,
        factor_sizes: Sizes = None,
        lambda_od: float = gin.REQUIRED,
        lambda_d_factor: float = gin.REQUIRED,
        gamma_sup: float = gin.REQUIRED,
        dip_type: str = "i",
    ) -> families.S2DIPVAEFamily:
        """Takes the factors' sizes (None: the dataset's), the weights and the kind."""
        return families.S2DIPVAEFamily(
            factor_sizes=_sizes(factor_sizes),
            lambda_od=lambda_od,
            lambda_d_factor=lambda_d_factor,
            gamma_sup=gamma_sup,
            dip_type=dip_type,
        )


class S2BetaTCVAE(BaseS2VAE):
    """beta-TCVAE with labels; gin's `s2_beta_tc_vae`, whose record this gives."""

    def __new__(
        cls, factor_sizes: Sizes = None, beta: float = gin.REQUIRED, gamma_sup: float = gin.REQUIRED
    ) -> families.S2BetaTCVAEFamily:
        """Takes the factors' sizes (None: the dataset's) and the weights."""
        sizes = _sizes(factor_sizes)
        return families.S2BetaTCVAEFamily(factor_sizes=sizes, beta=beta, gamma_sup=gamma_sup)


def fixed_annealer(gamma: float, step: int, iteration_threshold: int) -> "keras.KerasTensor":
    """The weight as it is."""
    return _annealed(gamma, step, "fixed", iteration_threshold)


def annealed_annealer(gamma: float, step: int, iteration_threshold: int) -> "keras.KerasTensor":
    """The weight, grown linearly from 0 over `iteration_threshold` steps."""
    return _annealed(gamma, step, "anneal", iteration_threshold)


def fine_tune_annealer(gamma: float, step: int, iteration_threshold: int) -> "keras.KerasTensor":
    """0 up to `iteration_threshold`, then the weight."""
    return _annealed(gamma, step, "fine_tune", iteration_threshold)


def _annealed(*of_rule: object) -> "keras.KerasTensor":
    from tripod_dlib.functional.annealing import annealed_weight

    return annealed_weight(*of_rule)


def supervised_regularizer_xent(
    representation: "keras.KerasTensor", labels: "keras.KerasTensor", factor_sizes: Sizes = None
) -> "keras.KerasTensor":
    """Cross-entropy of the first latents as logits and labels / size, summed."""
    from tripod_dlib.functional.semi_supervision import supervised_cross_entropy

    return supervised_cross_entropy(representation, labels, factor_sizes)


def supervised_regularizer_cov(
    representation: "keras.KerasTensor", labels: "keras.KerasTensor", factor_sizes: Sizes = None
) -> "keras.KerasTensor":
    """Squared covariances of latents with factors that are not theirs, summed."""
    from tripod_dlib.functional.semi_supervision import supervised_covariance

    del factor_sizes
    return supervised_covariance(representation, labels)


def train(
    model_dir: str | os.PathLike,
    overwrite: bool = False,
    model: Family | Callable[..., Family] | None = None,
    training_steps: int | None = None,
    unsupervised_data_seed: int | None = None,
    supervised_data_seed: int | None = None,
    model_seed: int | None = None,
    batch_size: int | None = None,
    num_labelled_samples: int | None = None,
    train_percentage: float | None = None,
    name: str | None = None,
) -> None:
    """Trains a model with a few labels; what is not given is gin's.

    Args:
      model_dir: Folder of the run.
      overwrite: Whether a run that is there is moved aside.
      model: Such as `S2BetaVAE(None, 4.0, 1.0)`, or a class, which is given the dataset's sizes.
      training_steps: Updates in all.
      unsupervised_data_seed: Not used: batches are drawn by `model_seed`.
      supervised_data_seed: Seed of the labelled samples.
      model_seed: Seed of initial weights, draws and batches.
      batch_size: Images per update.
      num_labelled_samples: Labelled images in all.
      train_percentage: Share of them that is trained on.
      name: For the user's own use.

    Raises:
      InputError: If something given cannot be used; it is a `ValueError`.
    """
    del unsupervised_data_seed
    if model is not None and not isinstance(model, Family):
        model = model(get_named_ground_truth_data().factors_num_values)
    of_labels = {
        "supervised_seed": supervised_data_seed,
        "num_labelled_samples": num_labelled_samples,
        "train_percentage": train_percentage,
    }
    changed = {key: value for key, value in of_labels.items() if value is not None}
    if model is not None:
        model = dataclasses.replace(model, **changed)
    training.train(
        model_dir,
        overwrite,
        model,
        training_steps=training_steps,
        random_seed=model_seed,
        batch_size=batch_size,
        name=name,
    )


def _sizes(factor_sizes: Sizes) -> tuple[int, ...] | None:
    return None if factor_sizes is None else tuple(int(size) for size in factor_sizes)
