"""Samples and metrics of arrays at small sizes, shared by the tests of metrics."""

import dataclasses
import functools
import warnings
from collections.abc import Callable

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier

from tripod_dlib import metrics
from tripod_dlib.metrics.unsupervised import KEYS

SIZES = (3, 4, 2)
QUICK = {"num_train": 200, "num_eval": 100, "batch_size": 16}


def grid(*sizes, repeats=1):
    """Every combination of factors of these sizes, the first slowest, all of it `repeats` times."""
    cells = np.stack(np.unravel_index(np.arange(np.prod(sizes)), sizes), axis=1)
    return np.tile(cells, (repeats, 1))


def noisy(num=240, noise=0.0, seed=0):
    """Independent uniform sources, and latents that are the sources plus noise."""
    generator = np.random.RandomState(seed)
    sources = np.stack([generator.randint(size, size=num) for size in SIZES], axis=1)
    return sources, sources + noise * generator.normal(size=sources.shape)


def quantized(num=240, seed=0):
    """Sources, and latents of few values: one of the sources plus 0, 1 or 2, halved."""
    generator = np.random.RandomState(seed)
    sources = np.stack([generator.randint(size, size=num) for size in (3, 4, 5)], axis=1)
    return sources, (sources[:, [0, 1, 2, 1]] + generator.randint(3, size=(num, 4))) / 2.0


def without_ties(num=240):
    """`quantized` with noise: ties are parted by the estimate's jitter, which is drawn anew."""
    sources, latents = quantized(num)
    return sources, latents + 0.1 * np.random.RandomState(1).normal(size=latents.shape)


def noisy_by_half(num=120):
    return noisy(num, noise=0.5)


def scalars(results, without=()):
    """The numbers and Nones of a result, without numbered entries."""
    return {
        key: value
        for key, value in results.items()
        if (value is None or isinstance(value, float | int)) and "." not in key
        if key not in without
    }


def quietly(function, *arguments, **named):
    """Calls without warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return function(*arguments, **named)


def few_trees():
    return GradientBoostingClassifier(n_estimators=4)


@dataclasses.dataclass(frozen=True)
class Metric:
    """A metric of arrays at a small size, and what holds for it.

    Attributes:
      compute: Takes sources and latents.
      draw: Gives sources and latents; its argument is their number.
      reads_sources: Whether sources matter at all.
      nominal: Whether only the equality of labels matters.
      min_samples: Samples that it needs.
      repeats: Whether a sample twice has the scores of that sample.
      order: Whether the order of latents matters, as to trees, which draw.
      near: Score to the tolerance of invariances, where rounding moves a fit.
      of_base: Scores whose base is the number of latents.
      unit: Scores from 0 to 1.
      from_zero: Scores without an upper bound.
      by_unit: Scores that are in the latents' unit, by definition.
      discrete: Whether latents are counted by value.
    """

    compute: Callable[..., dict]
    draw: Callable[[int], tuple[np.ndarray, np.ndarray]] = quantized
    reads_sources: bool = True
    nominal: bool = True
    min_samples: int = 2
    repeats: bool = True
    order: bool = False
    near: dict[str, float] = dataclasses.field(default_factory=dict)
    of_base: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    from_zero: tuple[str, ...] = ()
    by_unit: tuple[str, ...] = ()
    discrete: bool = False


def _infomec(discrete):
    return lambda *arrays: metrics.compute_infomec(*arrays, discrete=discrete, held_out=False)


def _counted(function, *scores, **more):
    counted = functools.partial(function, discrete=True)
    return Metric(counted, unit=scores, discrete=True, **more)


def _split(function, *scores, **more):
    given = {"draw": noisy_by_half, "min_samples": 10, "repeats": False, "order": True, **more}
    return Metric(function, unit=scores, **given)


ACCURACIES = ("train_accuracy", "eval_accuracy")
EXPLICIT = ("modularity_score", "explicitness_score_train", "explicitness_score_test")
DCI = ("disentanglement", "completeness", "informativeness_train", "informativeness_test")
METRICS = {
    "beta_vae": Metric(
        lambda *arrays: metrics.compute_beta_vae(*arrays, **QUICK),
        draw=noisy_by_half,
        repeats=False,
        order=True,
        unit=ACCURACIES,
    ),
    "dci_boosting": _split(metrics.compute_dci_boosting, *DCI, of_base=("completeness",)),
    "dci_random_forest": _split(
        lambda *arrays: metrics.compute_dci_random_forest(*arrays, num_trees=5),
        *DCI,
        nominal=False,  # classes are numbered in the order of their names
        of_base=DCI,  # and a further latent moves the draws of trees
    ),
    "dcimig": _counted(metrics.compute_dcimig, "dcimig"),
    "downstream_task": _split(metrics.compute_downstream_task),
    "factor_vae": Metric(
        lambda *arrays: metrics.compute_factor_vae(*arrays, **QUICK),
        draw=noisy_by_half,
        repeats=False,
        order=True,
        unit=ACCURACIES,
    ),
    "fairness": _split(lambda *arrays: metrics.compute_fairness(*arrays, predictor=few_trees)),
    "infomec": Metric(_infomec(True), near={"infoe": 1e-3}, unit=("infom", "infoc"), discrete=True),
    "infomec_continuous": Metric(
        _infomec(False),
        draw=without_ties,
        repeats=False,  # neighbours become ties
        near={"infoe": 1e-3, "infom": 0.05, "infoc": 0.05},  # the jitter is drawn by latent
        unit=("infom", "infoc"),
    ),
    "irs": Metric(lambda *arrays: metrics.compute_irs(*arrays, diff_quantile=1.0), unit=("IRS",)),
    "jemmig": _counted(metrics.compute_jemmig, "jemmig_normalized", from_zero=("jemmig",)),
    "mcc": Metric(metrics.compute_mcc, nominal=False, unit=("mcc_pearson", "mcc_spearman")),
    "mig": _counted(metrics.compute_mig, "discrete_mig"),
    "mig_histogram": Metric(metrics.compute_mig, unit=("discrete_mig",)),
    "mig_sup": _counted(metrics.compute_mig_sup, "mig_sup"),
    "minimality": _counted(metrics.compute_minimality, "minimality"),
    "modularity_explicitness": _split(
        metrics.compute_modularity_explicitness,
        *EXPLICIT,
        order=False,
        near=dict.fromkeys(EXPLICIT, 5e-3),  # the order of a sum moves a fit
    ),
    "reduced_downstream_task": _split(
        lambda *arrays: metrics.compute_reduced_downstream_task(
            *arrays, num_latents_to_remove=0, predictor=few_trees
        )
    ),
    "rmig": _counted(metrics.compute_rmig, "rmig"),
    "sap": _split(metrics.compute_sap, "SAP_score", order=False, near={"SAP_score": 5e-3}),
    "sap_continuous": Metric(
        lambda *arrays: metrics.compute_sap(*arrays, continuous=True),
        draw=noisy_by_half,
        nominal=False,
        unit=("SAP_score",),
    ),
    "strong_downstream_task": _split(
        lambda *arrays: metrics.compute_strong_downstream_task(*arrays, predictor=few_trees)
    ),
    "sufficiency": _counted(metrics.compute_sufficiency, "sufficiency"),
    "unified_scores": _counted(
        metrics.compute_unified_scores,
        *("dci", "modularity"),
        from_zero=("sap", "mig", "area_precision", "dci_completeness"),
        of_base=("dci_completeness",),
    ),
    "unsupervised": _counted(
        metrics.compute_unsupervised,
        reads_sources=False,
        from_zero=KEYS,
        by_unit=("gaussian_wasserstein_correlation",),
    ),
}
