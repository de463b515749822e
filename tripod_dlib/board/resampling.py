"""SciPy's permutations and resamples as weights of scores, drawn once for all methods and metrics.

They depend on the numbers of seeds alone, so a test or a standard error is one product of matrices.
"""

import functools
import math

import numpy as np
from scipy import stats

MOST_EXACT = 20_000  # permutations up to which all are gone through; beyond, so many are drawn
DRAWN = 9_999


@functools.lru_cache(maxsize=16)
def permutations(num_first: int, num_second: int, paired: bool) -> tuple[np.ndarray, bool]:
    """SciPy's permutations of two samples, which depend on nothing but their sizes.

    Returns:
      weights: (1 + num_permutations, num_first + num_second); a row times the pooled scores is the
        difference of means of that permutation. The first row is the given one.
      exact: Whether these are all that there are.
    """
    num = 2.0**num_first if paired else math.comb(num_first + num_second, num_first)
    exact = num <= MOST_EXACT
    places = np.arange(num_first + num_second)
    rows = []

    def keep(first, second, axis):
        first, second = (np.moveaxis(part, axis, -1) for part in (first, second))
        weights = np.zeros((*first.shape[:-1], len(places)))
        np.put_along_axis(weights, first, 1 / num_first, axis=-1)
        np.put_along_axis(weights, second, -1 / num_second, axis=-1)
        rows.append(weights.reshape(-1, len(places)))
        return np.zeros(weights.shape[:-1])

    stats.permutation_test(
        (places[:num_first], places[num_first:]),
        keep,
        permutation_type="samples" if paired else "independent",
        vectorized=True,
        axis=-1,
        n_resamples=math.inf if exact else DRAWN,
        batch=2_000,
        rng=np.random.default_rng(0),
    )
    return np.concatenate(rows), exact


@functools.lru_cache(maxsize=16)
def resamples(sizes: tuple[int, ...], num: int) -> np.ndarray:
    """SciPy's resamples of datasets of these sizes, which depend on nothing else.

    Returns:
      weights: (num, sum of sizes); a row times all scores is the mean over datasets of the means
        of that resample.
    """
    edges = np.cumsum((0, *sizes))
    groups = [np.arange(low, high) for low, high in zip(edges, edges[1:], strict=False)]
    kept = np.zeros((num, edges[-1]))

    def keep(*samples, axis):
        for sample in samples:  # (num, size)
            share = 1 / (len(samples) * sample.shape[-1])
            np.add.at(kept, (np.arange(len(sample))[:, None], sample), share)
        return samples[0].mean(axis=axis)

    stats.bootstrap(
        groups,
        keep,
        vectorized=True,
        n_resamples=num,
        method="percentile",
        rng=np.random.default_rng(0),
    )
    return kept
