"""Means over seeds: intervals, tests, groups. Computed by SciPy and statsmodels.

Seeds are few. So intervals are Student's (a percentile bootstrap covers 75 % with 3 seeds), tests
are exact permutation tests, and what so few seeds cannot decide is said to be undecided.
"""

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from scipy import stats

CONFIDENCE = 0.95
MOST_EXACT = 20_000  # permutations up to which all are gone through; beyond, so many are drawn
DRAWN = 9_999
RESAMPLES = 9_999
UNPAIRED, PAIRED = "permutation, unpaired", "permutation, paired by seed"
BOOTSTRAP = "bootstrap of seeds within datasets"


@dataclasses.dataclass(frozen=True)
class Test:
    """A test of one difference of means.

    Attributes:
      difference: Mean of the first less mean of the second.
      p_value: Two-sided, uncorrected.
      smallest: The smallest that so many values can give.
      kind: `UNPAIRED` or `PAIRED`.
    """

    difference: float
    p_value: float
    smallest: float
    kind: str


def mean_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """Student's interval of the mean, for values that are independent; None for a single one."""
    if len(values) < 2:
        return None
    if np.ptp(values) == 0:
        return float(values[0]), float(values[0])
    low, high = stats.ttest_1samp(values, 0.0).confidence_interval(CONFIDENCE)
    return float(low), float(high)


def permutation_tests(
    reference: Sequence[float], others: Sequence[Sequence[float]], paired: bool
) -> list[Test]:
    """Whether methods differ from one by more than their seeds do.

    Args:
      reference: Scores of the one, a seed each.
      others: Scores of the others; if paired, of the same seeds in the same order.
      paired: Whether equal seeds share their draws.

    Returns:
      tests: The others less the one; exact up to `MOST_EXACT` permutations, else of `DRAWN` random
        ones.
    """
    tests: dict[int, Test] = {}
    for size in {len(other) for other in others}:
        places = [place for place, other in enumerate(others) if len(other) == size]
        rows = np.array([others[place] for place in places], np.float64)
        same = np.tile(np.asarray(reference, np.float64), (len(rows), 1))
        num = 2.0**size if paired else math.comb(len(reference) + size, size)
        exact = num <= MOST_EXACT
        found = stats.permutation_test(
            (rows, same),
            _difference,
            permutation_type="samples" if paired else "independent",
            vectorized=True,
            axis=-1,
            n_resamples=math.inf if exact else DRAWN,
            batch=max(1, 2_000_000 // rows.size),
            rng=np.random.default_rng(0),
        )
        smallest = min(1.0, 2 / num if exact else 2 / (DRAWN + 1))
        for place, row, p in zip(places, rows, np.atleast_1d(found.pvalue), strict=True):
            difference = float(row.mean() - np.mean(reference))
            tests[place] = Test(difference, float(p), smallest, PAIRED if paired else UNPAIRED)
    return [tests[place] for place in range(len(others))]


def holm(tests: Sequence[Test], level: float) -> list[float | None]:
    """p-values after Holm's correction for all tests of a family.

    Args:
      tests: The family.
      level: Of the tests.

    Returns:
      p_values: None for a test that cannot reach the level, whatever the scores: its smallest
        p-value is above it, or no test of the family can be the first to be rejected.
    """
    from statsmodels.stats.multitest import multipletests

    if not tests:
        return []
    corrected = multipletests([test.p_value for test in tests], level, method="holm")[1]
    none_can = min(test.smallest for test in tests) * len(tests) > level
    return [
        None if none_can or test.smallest > level else float(p)
        for test, p in zip(tests, corrected, strict=True)
    ]


def aggregate_interval(
    datasets: Sequence[Sequence[float]], level: float = 1 - CONFIDENCE
) -> tuple[float, float] | None:
    """Interval of the mean over datasets of the mean over seeds; datasets are given, seeds drawn.

    Seeds are resampled within datasets, never datasets. Percentiles are expanded: deviations by
    sqrt(n / (n - 1)), and quantiles to those of Student's distribution with Welch's degrees of
    freedom, since a plain percentile interval is too short for few seeds.

    Args:
      datasets: Scores by dataset, one a seed.
      level: Share of intervals that do not hold the mean.

    Returns:
      interval: None if a dataset has a single seed.

    Reference: Hesterberg, 2015, What teachers should know about the bootstrap, section 4.
    """
    return contrast_interval(datasets, [], level)


def contrast_interval(
    first: Sequence[Sequence[float]], second: Sequence[Sequence[float]], level: float
) -> tuple[float, float] | None:
    """The same of the difference of two methods' means over datasets; see `aggregate_interval`."""
    groups = [np.asarray(values, np.float64) for values in (*first, *second)]
    if min(len(values) for values in groups) < 2:
        return None
    weights = [1 / len(first)] * len(first) + [-1 / max(1, len(second))] * len(second)
    terms = np.array([w**2 * v.var(ddof=1) / len(v) for w, v in zip(weights, groups, strict=True)])
    centre = sum(w * v.mean() for w, v in zip(weights, groups, strict=True))
    if not terms.sum():
        return float(centre), float(centre)
    freedom = terms.sum() ** 2 / sum(
        term**2 / (len(values) - 1) for term, values in zip(terms, groups, strict=True)
    )
    expanded = [v.mean() + math.sqrt(len(v) / (len(v) - 1)) * (v - v.mean()) for v in groups]
    beyond = stats.norm.cdf(stats.t.ppf(level / 2, freedom))  # in a normal distribution's terms

    def statistic(*samples, axis):
        means = [sample.mean(axis=axis) for sample in samples]
        return sum(w * mean for w, mean in zip(weights, means, strict=True))

    found = stats.bootstrap(
        expanded,
        statistic,
        vectorized=True,
        confidence_level=1 - 2 * beyond,
        n_resamples=RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(0),
    )
    interval = found.confidence_interval
    return float(interval.low), float(interval.high)


def _difference(first, second, axis):
    return np.mean(first, axis=axis) - np.mean(second, axis=axis)
