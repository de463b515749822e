"""Statistics over seeds against closed forms, and on simulated boards."""

import math

import numpy as np
import pytest
from scipy import stats

from tripod_dlib.board import statistics
from tripod_dlib.board.statistics import (
    MeanTest,
    holm,
    mean_interval,
    mean_over_datasets,
    permutation_tests,
)

pytest.importorskip("statsmodels")
GENERATOR = np.random.RandomState(0)


def permutation_test(first, second, paired):
    return permutation_tests(second, [first], paired)[0]


def test_the_interval_of_a_mean_is_students():
    values = [0.5, 0.7, 0.9]
    half = stats.t.ppf(0.975, 2) * np.std(values, ddof=1) / math.sqrt(3)
    assert mean_interval(values) == pytest.approx((0.7 - half, 0.7 + half), rel=1e-12)
    assert mean_interval([0.5]) is None and mean_interval([0.5, 0.5]) == (0.5, 0.5)


@pytest.mark.parametrize("num_seeds", [3, 5])
def test_intervals_of_means_cover_what_they_promise(num_seeds):
    """Within four standard errors of a share of 1 000."""
    draws = GENERATOR.normal(size=(1000, num_seeds))
    covered = [low <= 0 <= high for low, high in map(mean_interval, draws)]
    assert np.mean(covered) == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / 1000))


@pytest.mark.parametrize("num_seeds", [3, 5])
def test_intervals_over_datasets_cover_what_they_promise(num_seeds, monkeypatch):
    """Datasets of different spread; within four standard errors of a share of 400."""
    monkeypatch.setattr(statistics, "RESAMPLES", 499)
    spreads = np.array([0.5, 1.0, 2.0])[:, None]
    covered = 0
    for _ in range(400):
        low, high = mean_over_datasets(spreads * GENERATOR.normal(size=(3, num_seeds))).interval()
        covered += low <= 0 <= high
    assert covered / 400 == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / 400))


def test_resampling_seeds_gives_the_error_of_a_mean_of_means():
    """sum_d s_d^2 / n_d / D^2; of 1 999 resamples the error is known to 1 / sqrt(4 000)."""
    datasets = GENERATOR.normal(size=(4, 6))
    expected = math.sqrt((datasets.var(axis=1, ddof=1) / 6).sum()) / 4
    found = mean_over_datasets(datasets)
    assert found.mean == pytest.approx(datasets.mean())
    assert found.error == pytest.approx(expected, rel=4 / math.sqrt(4000))
    assert mean_over_datasets([[0.1], [0.2, 0.3]]).interval() is None
    assert mean_over_datasets([[0.1, 0.1], [0.3, 0.3]]).interval() == pytest.approx((0.2, 0.2))


def test_a_difference_over_datasets_is_tested_as_welch_does():
    """With one dataset it is Welch's test, but for the resampled errors."""
    first, second = GENERATOR.normal(size=(2, 1, 12))
    found = mean_over_datasets(first).test_against(mean_over_datasets(second))
    expected = stats.ttest_ind(first[0], second[0], equal_var=False)
    assert found.p_value == pytest.approx(expected.pvalue, abs=0.1)
    assert found.difference == pytest.approx(first.mean() - second.mean())
    shifted = mean_over_datasets(first + 10).test_against(mean_over_datasets(first))
    assert shifted.p_value < 1e-6 and shifted.difference == pytest.approx(10)
    single = mean_over_datasets([[0.5]])
    assert holm([single.test_against(mean_over_datasets(first))], 0.05) == [None]


def test_all_of_one_above_all_of_another_gives_the_smallest_p_value():
    """2 / (6 choose 3) = 0.1: three seeds against three decide nothing."""
    found = permutation_test([1.0, 2, 3], [4.0, 5, 6], paired=False)
    assert found.p_value == pytest.approx(0.1) == found.smallest and found.difference == -3
    found = permutation_test([1.0, 2, 3, 4, 5, 6], [2.0, 3, 4, 5, 6, 8], paired=True)
    assert found.p_value == pytest.approx(2 / 2**6) == found.smallest


def test_paired_seeds_see_what_unpaired_ones_do_not():
    seeds = np.arange(8.0)
    assert permutation_test(seeds + 0.1, seeds, paired=True).p_value < 0.01
    assert permutation_test(seeds + 0.1, seeds, paired=False).p_value > 0.9


def test_many_seeds_are_tested_by_random_permutations():
    found = permutation_test(np.arange(12.0) + 20, np.arange(12.0), paired=False)
    assert found.p_value == pytest.approx(2 / 10_000) == found.smallest


def test_false_positives_are_as_many_as_the_level_allows():
    """Two methods of one distribution, 5 seeds each: exact, so the rate is 12 / 252 of 0.05."""
    rejected = []
    for _ in range(300):
        tests = permutation_tests(GENERATOR.normal(size=5), GENERATOR.normal(size=(1, 5)), False)
        rejected += [test.p_value <= 0.05 for test in tests]
    expected = 12 / 252
    assert np.mean(rejected) == pytest.approx(expected, abs=4 * math.sqrt(expected / 300))


def test_tests_of_several_methods_are_those_of_each_alone():
    others = [GENERATOR.normal(size=size) for size in (3, 5, 3, 5)]
    reference = GENERATOR.normal(size=4)
    together = permutation_tests(reference, others, paired=False)
    assert together == [permutation_test(other, reference, False) for other in others]


def scipys_difference(first, second, axis):
    return first.mean(axis=axis) - second.mean(axis=axis)


@pytest.mark.parametrize(
    "sizes, paired", [((4, 5), False), ((10, 10), False), ((6, 6), True), ((16, 16), True)]
)
def test_shared_permutations_give_the_p_values_of_scipy(sizes, paired):
    """All 126 and 64, and 9 999 drawn ones of 184 756 and 65 536; ties count in both."""
    first, second = (GENERATOR.normal(size=size) for size in sizes)
    whole = np.round(first * 4) + 1, np.round(second * 4)  # integers: ties, and sums without error
    for ours, others in ((first, second), whole):
        expected = stats.permutation_test(
            (ours, others),
            scipys_difference,
            permutation_type="samples" if paired else "independent",
            vectorized=True,
            n_resamples=9_999,
            rng=np.random.default_rng(0),
        )
        found = permutation_test(ours, others, paired)
        assert found.p_value == pytest.approx(expected.pvalue, rel=1e-12)
        assert found.difference == pytest.approx(expected.statistic)


def test_a_difference_that_is_a_tie_but_for_rounding_counts():
    """0.1 + 0.2 - 0.3 is not 0 in floating point: both ways of two equal splits are extreme."""
    found = permutation_test([0.1, 0.2], [0.3, 0.0], paired=False)
    assert found.p_value == 1.0 and found.smallest == pytest.approx(2 / 6)


def test_shared_resamples_give_the_standard_error_of_scipy():
    datasets = [GENERATOR.normal(size=size) for size in (3, 5, 4)]
    enlarged = [x.mean() + math.sqrt(len(x) / (len(x) - 1)) * (x - x.mean()) for x in datasets]
    expected = stats.bootstrap(
        enlarged,
        lambda *samples, axis: sum(sample.mean(axis=axis) for sample in samples) / len(samples),
        vectorized=True,
        n_resamples=statistics.RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(0),
    )
    error = mean_over_datasets(datasets).error
    assert error == pytest.approx(float(expected.standard_error), rel=1e-12)


def test_holms_correction_multiplies_by_what_is_left():
    tests = [MeanTest(0.1, p, 1e-6, "") for p in (0.01, 0.04, 0.03)]
    assert holm(tests, 0.05) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([], 0.05) == []


@pytest.mark.parametrize(
    "smallest, decided",
    [
        ([0.1], [False]),
        ([0.04], [True]),
        ([0.02, 0.02, 0.02], [False, False, False]),
        ([0.01, 0.1, 0.01], [True, False, True]),
    ],
)
def test_what_so_few_seeds_cannot_decide_is_left_open(smallest, decided):
    found = holm([MeanTest(0.1, value, value, "") for value in smallest], 0.05)
    assert [p is not None for p in found] == decided
