"""disentanglement_lib's gin names of labels: labellers, annealers, supervised losses.

Configurations of 2019 bind these; they fill what the record of a family with labels leaves open.
Importing this loads no framework.
"""

from collections.abc import Callable

import gin

from tripod_dlib.allowed import BinCount, NonNegativeInt, PositiveInt, Probability
from tripod_dlib.errors import InputError

Settings = dict[str, object]


@gin.configurable("perfect_labeller", module="tripod_dlib")
def perfect_labeller() -> Settings:
    """Labels are the factors."""
    return {"labeller": "perfect"}


@gin.configurable("bin_labeller", module="tripod_dlib")
def bin_labeller(num_bins: BinCount = 5) -> Settings:
    """Labels have fewer values.

    Args:
      num_bins: Values of a factor that are left.
    """
    return {"labeller": "bin", "num_bins": num_bins}


@gin.configurable("noisy_labeller", module="tripod_dlib")
def noisy_labeller(prob_random: Probability = 0.1) -> Settings:
    """Some labels are drawn anew.

    Args:
      prob_random: Probability of that.
    """
    return {"labeller": "noisy", "prob_random": prob_random}


@gin.configurable("permuted_labeller", module="tripod_dlib")
def permuted_labeller() -> Settings:
    """The values of each factor are renamed."""
    return {"labeller": "permuted"}


@gin.configurable("partial_labeller", module="tripod_dlib")
def partial_labeller(num_observed_factors: PositiveInt = 2) -> Settings:
    """Some factors alone are labelled.

    Args:
      num_observed_factors: How many.
    """
    return {"labeller": "partial", "num_observed_factors": num_observed_factors}


@gin.configurable("labeller", module="tripod_dlib")
def labeller(labeller_fn: Callable = perfect_labeller) -> Settings:
    """What the labels of families with labels are, where their record does not say it.

    Args:
      labeller_fn: @perfect_labeller, @bin_labeller, @noisy_labeller, @permuted_labeller or
        @partial_labeller.

    Raises:
      InputError: If it is another function.
    """
    of_all = {**bin_labeller(), **noisy_labeller(), **partial_labeller()}
    return {**of_all, **_chosen("labeller.labeller_fn", labeller_fn, LABELLERS)}


@gin.configurable("fixed", module="tripod_dlib")
def fixed() -> Settings:
    """The weight of the supervised loss is the same at all steps."""
    return {"annealer": "fixed"}


@gin.configurable("anneal", module="tripod_dlib")
def anneal() -> Settings:
    """The weight of the supervised loss grows from 0."""
    return {"annealer": "anneal"}


@gin.configurable("fine_tune", module="tripod_dlib")
def fine_tune() -> Settings:
    """The weight of the supervised loss is 0 at first."""
    return {"annealer": "fine_tune"}


@gin.configurable("annealer", module="tripod_dlib")
def annealer(anneal_fn: Callable = fixed, iteration_threshold: NonNegativeInt = 0) -> Settings:
    """How the weight of the supervised loss changes, where the family's record does not say it.

    Args:
      anneal_fn: @fixed, @anneal or @fine_tune.
      iteration_threshold: Steps until the weight is the whole one.

    Raises:
      InputError: If `anneal_fn` is another function.
    """
    chosen = _chosen("annealer.anneal_fn", anneal_fn, ANNEALERS)
    return {**chosen, "iteration_threshold": iteration_threshold}


@gin.configurable("l2", module="tripod_dlib")
def l2(learn_scale: bool = True) -> Settings:
    """Squared differences of latents and labels.

    Args:
      learn_scale: Whether latents have a trained scale; else their sigmoids are compared with the
        labels over their number of values (each image's with its own label).
    """
    return {"supervision": "l2" if learn_scale else "sigmoid_l2"}


@gin.configurable("xent", module="tripod_dlib")
def xent() -> Settings:
    """Cross-entropy of latents and labels."""
    return {"supervision": "xent"}


@gin.configurable("cov", module="tripod_dlib")
def cov() -> Settings:
    """Covariances of latents with labels that are not theirs."""
    return {"supervision": "cov"}


@gin.configurable("embed", module="tripod_dlib")
def embed(sigma: float | str = 1.0, use_order: bool = False) -> Settings:
    """Cross-entropy of labels, each value of which has a trained place on its latent.

    Args:
      sigma: Of the logits, positive.
      use_order: Must be False.

    Raises:
      InputError: If sigma is to be learned, or the places are to keep the order of the values.
    """
    if use_order:
        raise InputError(
            "embed.use_order = True is not here: places have no order; leave the line out, or "
            "take supervised_loss.loss_fn = @l2, which has one."
        )
    if isinstance(sigma, str):
        raise InputError(f"embed.sigma is {sigma!r}, and is not learned here: bind a number.")
    return {"supervision": "embed", "sharpness": float(sigma)}


@gin.configurable("supervised_loss", module="tripod_dlib")
def supervised_loss(
    loss_fn: Callable = xent, factor_sizes: tuple[PositiveInt, ...] | None = None
) -> Settings:
    """What draws latents to labels, where the family's record does not say it.

    Args:
      loss_fn: @l2, @xent, @cov or @embed.
      factor_sizes: Values of each labelled factor; None for the dataset's.

    Raises:
      InputError: If `loss_fn` is another function.
    """
    chosen = _chosen("supervised_loss.loss_fn", loss_fn, LOSSES)
    return {"sharpness": 1.0, **chosen, "factor_sizes": factor_sizes}


LABELLERS = (perfect_labeller, bin_labeller, noisy_labeller, permuted_labeller, partial_labeller)
ANNEALERS = (fixed, anneal, fine_tune)
LOSSES = (l2, xent, cov, embed)


def settings_of_labels() -> Settings:
    """All that these names say of a record's fields, by field."""
    return {**labeller(), **annealer(), **supervised_loss()}


def _chosen(binding: str, function: Callable, known: tuple[Callable, ...]) -> Settings:
    names = [one.__name__ for one in known]
    if function.__name__ not in names:
        allowed = ", ".join(f"@{name}" for name in names)
        raise InputError(f"{binding} is @{function.__name__}; choose one of {allowed}.")
    return function()
