"""Means over seeds: intervals, tests, groups. Computed by SciPy and statsmodels.

Seeds are few. So intervals are Student's (a percentile bootstrap covers 75 % with 3 seeds), tests
are exact permutation tests, and what so few seeds cannot decide is said to be undecided.
"""

import dataclasses
import functools
import gc
import math
from collections.abc import Sequence

import numpy as np
from scipy import stats

from tripod_dlib.board.resampling import permutations, resamples

CONFIDENCE = 0.95
RESAMPLES = 1_999
TIE = 1e-12  # of the largest score: how far apart equal differences may come out
UNPAIRED, PAIRED = "permutation, unpaired", "permutation, paired by seed"
BOOTSTRAP = "bootstrap of seeds within datasets"


@dataclasses.dataclass(frozen=True)
class MeanTest:
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
    half = _quantile(len(values) - 1) * float(np.std(values, ddof=1)) / math.sqrt(len(values))
    mean = float(np.mean(values))
    return mean - half, mean + half


@functools.lru_cache(maxsize=256)
def _quantile(freedom: float) -> float:
    """Student's quantile, to both sides of which the confidence lies."""
    return float(stats.t.ppf((1 + CONFIDENCE) / 2, freedom))


def permutation_tests(
    reference: Sequence[float], others: Sequence[Sequence[float]], paired: bool
) -> list[MeanTest]:
    """Whether methods differ from one by more than their seeds do.

    Args:
      reference: Scores of the one, a seed each.
      others: Scores of the others; if paired, of the same seeds in the same order.
      paired: Whether equal seeds share their draws.

    Returns:
      tests: The others less the one; exact where `permutations` has all, else of random ones.
    """
    kind = PAIRED if paired else UNPAIRED
    tests: dict[int, MeanTest] = {}
    for size in {len(other) for other in others}:
        places = [place for place, other in enumerate(others) if len(other) == size]
        rows = np.array([others[place] for place in places], np.float64)
        same = np.tile(np.asarray(reference, np.float64), (len(rows), 1))
        differences = rows.mean(axis=1) - same.mean(axis=1)
        if min(size, len(reference)) < 2:  # a single seed decides nothing
            p_values, smallest = np.ones(len(rows)), 1.0
        else:
            p_values, smallest = _p_values(rows, same, paired)
        for place, difference, p_value in zip(places, differences, p_values, strict=True):
            tests[place] = MeanTest(float(difference), float(p_value), smallest, kind)
    return [tests[place] for place in range(len(others))]


def _p_values(first: np.ndarray, second: np.ndarray, paired: bool) -> tuple[np.ndarray, float]:
    """Two-sided p-values of differences of means, a row each, and the smallest that can be.

    As `scipy.stats.permutation_test` counts them: drawn permutations and the given one, or all.
    """
    weights, exact = permutations(first.shape[1], second.shape[1], paired)
    pooled = np.concatenate([first, second], axis=1)
    pooled -= pooled.mean(axis=1, keepdims=True)
    null = weights[1:] @ pooled.T  # (num_permutations, num_tests)
    given = weights[0] @ pooled.T
    # Ties are equal but for rounding, which is relative to the scores and not to their difference.
    slack = TIE * np.abs(pooled).max(axis=1)
    more = 0 if exact else 1
    tails = [(null <= given + slack).sum(axis=0), (null >= given - slack).sum(axis=0)]
    p_values = 2 * (np.minimum(*tails) + more) / (len(null) + more)
    return np.minimum(p_values, 1.0), min(1.0, 2 / (len(null) + more))


def holm(tests: Sequence[MeanTest], level: float) -> list[float | None]:
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
    gc.freeze()  # multipletests collects garbage each time: half a second with a program loaded
    try:
        corrected = multipletests([test.p_value for test in tests], level, method="holm")[1]
    finally:
        gc.unfreeze()
    none_can = min(test.smallest for test in tests) * len(tests) > level
    return [
        None if none_can or test.smallest > level else float(p)
        for test, p in zip(tests, corrected, strict=True)
    ]


@dataclasses.dataclass(frozen=True)
class MeanOverDatasets:
    """A method's mean over datasets of its means over seeds; datasets are given, seeds are drawn.

    Attributes:
      mean: It.
      error: Its standard error, by resampling seeds within datasets; None if one has one seed.
      freedom: Welch's degrees of freedom of that error.
    """

    mean: float
    error: float | None
    freedom: float

    def interval(self) -> tuple[float, float] | None:
        """The mean and Student's quantile of so many degrees times the error, to both sides."""
        if self.error is None:
            return None
        half = _quantile(self.freedom) * self.error if self.error else 0.0
        return self.mean - half, self.mean + half

    def test_against(self, other: "MeanOverDatasets") -> MeanTest:
        """Whether it differs from another method's, whose seeds are others."""
        difference = self.mean - other.mean
        if self.error is None or other.error is None:
            return MeanTest(difference, 1.0, 1.0, BOOTSTRAP)
        squares = [(own.error**2, own.freedom) for own in (self, other)]
        total = sum(square for square, _ in squares)
        if not total:
            return MeanTest(difference, 1.0 if not difference else 0.0, 0.0, BOOTSTRAP)
        freedom = total**2 / sum(square**2 / freedom for square, freedom in squares if square)
        p_value = 2 * stats.t.sf(abs(difference) / math.sqrt(total), freedom)
        return MeanTest(difference, float(p_value), 0.0, BOOTSTRAP)


def mean_over_datasets(datasets: Sequence[Sequence[float]]) -> MeanOverDatasets:
    """Aggregates scores by dataset, one a seed; every dataset counts alike.

    Seeds are resampled within datasets, never datasets; deviations are first enlarged by
    sqrt(n / (n - 1)), without which errors of few seeds come out too small.

    Reference: Hesterberg, 2015, What teachers should know about the bootstrap, section 4.
    """
    groups = [np.asarray(values, np.float64) for values in datasets]
    mean = float(np.mean([values.mean() for values in groups]))
    if min(map(len, groups)) < 2:
        return MeanOverDatasets(mean, None, 0.0)
    squares = np.array([values.var(ddof=1) / len(values) for values in groups])
    if not squares.sum():
        return MeanOverDatasets(mean, 0.0, 1.0)
    freedom = squares.sum() ** 2 / sum(
        square**2 / (len(values) - 1) for square, values in zip(squares, groups, strict=True)
    )
    enlarged = [
        values.mean() + math.sqrt(len(values) / (len(values) - 1)) * (values - values.mean())
        for values in groups
    ]
    means = resamples(tuple(map(len, groups)), RESAMPLES) @ np.concatenate(enlarged)
    return MeanOverDatasets(mean, float(means.std(ddof=1)), float(freedom))
