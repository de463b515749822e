"""Metrics of information and correlation: closed forms, the edge policy, invariances, ranges."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.feature_selection import mutual_info_classif

from tripod_dlib import metrics
from tripod_dlib.metrics.irs import robustness
from tripod_dlib.metrics.mutual_information import (
    continuous_mutual_information,
    discrete_mutual_information,
)
from tripod_dlib.metrics.udr import relative_strength, spearman_correlations
from tripod_dlib.metrics.unified import aggregate, largest_gaps, precision_curve
from tripod_dlib.metrics.unsupervised import (
    KEYS,
    gaussian_kl,
    gaussian_total_correlation,
    gaussian_wasserstein_correlation,
)


def few(sources, latents):
    return metrics.compute_infomec(sources, latents, discrete=True, held_out=False)


METRICS = {
    "infomec": few,
    "infomec_continuous": lambda *a: metrics.compute_infomec(*a, discrete=False, held_out=False),
    "irs": lambda *a: metrics.compute_irs(*a, diff_quantile=1.0),
    "mcc": metrics.compute_mcc,
    "mig": metrics.compute_mig,
    "unified_scores": lambda *a: metrics.compute_unified_scores(*a, discrete=True),
    "unsupervised": lambda *a: metrics.compute_unsupervised(*a, discrete=True),
}
EACH = pytest.mark.parametrize("name", METRICS)
NOMINAL = sorted(set(METRICS) - {"mcc"})
UNIT = ("infom", "infoc", "IRS", "discrete_mig", "mcc_pearson", "mcc_spearman", "dci", "modularity")
FROM_ZERO = (*KEYS, "sap", "mig", "area_precision", "dci_completeness")


def grid(*sizes, repeats=1):
    cells = np.stack(np.unravel_index(np.arange(np.prod(sizes)), sizes), axis=1)
    return np.tile(cells, (repeats, 1))


def drawn(num=240, seed=0):
    """Dependent sources and quantized latents: source plus 0, 1 or 2."""
    generator = np.random.RandomState(seed)
    sources = np.stack([generator.randint(size, size=num) for size in (3, 4, 5)], axis=1)
    return sources, (sources[:, [0, 1, 2, 1]] + generator.randint(3, size=(num, 4))) / 2.0


def drawn_for(name):
    """`drawn`, without ties where ties are parted by the estimate's jitter, which is drawn anew."""
    sources, latents = drawn()
    if name == "infomec_continuous":
        latents = latents + 0.1 * np.random.RandomState(1).normal(size=latents.shape)
    return sources, latents


def scalars(found, without=()):
    """The numbers and Nones of a result, without numbered entries."""
    return {
        key: value
        for key, value in found.items()
        if (value is None or isinstance(value, float | int)) and "." not in key
        if key not in without
    }


def quietly(name, *given):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return METRICS[name](*given)


# closed forms


def test_robustness_is_one_minus_the_move_over_the_largest_move():
    """z = s0 + 2 s1 on a 3 x 2 grid: mean 2, largest move 2. Holding s0 the moves are 1, holding s1
    they are 1: 1 - 1/2 for both; the latent s0 alone has 1 for s0 and 1 - 1/1 = 0 for s1.

    Weighted by the largest moves 2 and 1: (2 * 0.5 + 1 * 1) / 3.
    """
    sources = grid(3, 2)
    latents = np.column_stack([sources @ [1, 2], sources[:, 0]]).astype(float)
    found = metrics.compute_irs(sources, latents, diff_quantile=1.0)
    np.testing.assert_allclose(found["irs_matrix"], [[0.5, 0.5], [1, 0]], atol=1e-12)
    assert found["IRS"] == pytest.approx(2 / 3) and found["num_active_dims"] == 2


def test_robustness_can_be_negative_in_the_matrix_and_is_clipped_in_the_score():
    """Group 0 is (0, 0, 4) with mean 4/3 and move 8/3; group 1 is (0, 4, 4), the same. The mean of
    all is 2, so that the largest move is 2: 1 - (8/3) / 2 = -1/3."""
    sources, latents = np.array([[0], [0], [0], [1], [1], [1]]), np.array([[0, 0, 4, 0, 4, 4.0]]).T
    found = metrics.compute_irs(sources, latents, diff_quantile=1.0)
    assert found["irs_matrix"][0, 0] == pytest.approx(-1 / 3) and found["IRS"] == 0.0


def test_gaussian_scores_have_their_closed_forms():
    """Unit variances, correlation r: total correlation -log(1 - r^2) / 2; the eigenvalues of the
    covariance are 1 + r and 1 - r: distance 4 - 2 (sqrt(1 + r) + sqrt(1 - r))."""
    r = 0.6
    covariance = np.array([[1, r], [r, 1]])
    assert gaussian_total_correlation(covariance) == pytest.approx(-0.5 * np.log(1 - r * r))
    expected = 4 - 2 * (np.sqrt(1 + r) + np.sqrt(1 - r))
    assert gaussian_wasserstein_correlation(covariance) == pytest.approx(expected)
    diagonal, mean = np.diag(np.diag(covariance)), np.zeros(2)
    between = gaussian_kl(mean, covariance, mean, diagonal, 2)
    assert between == pytest.approx(gaussian_total_correlation(covariance))
    shifted = gaussian_kl(np.ones(2), diagonal, mean, diagonal, 2)
    assert shifted == pytest.approx(1.0)


def test_unsupervised_scores_follow_from_the_covariance_and_the_pairs():
    sources, latents = drawn()
    found = metrics.compute_unsupervised(None, latents, discrete=True)
    covariance = np.cov(latents.T)
    assert found[KEYS[0]] == pytest.approx(gaussian_total_correlation(covariance))
    assert found[KEYS[2]] == pytest.approx(found[KEYS[1]] / np.trace(covariance))
    levels = (2 * latents).astype(int)
    pairs = [(i, j) for i in range(4) for j in range(4) if i != j]
    each = [discrete_mutual_information(levels[:, [i]], levels[:, [j]])[0, 0] for i, j in pairs]
    assert found[KEYS[3]] == pytest.approx(np.mean(each))


def test_aggregations_of_a_small_matrix_by_hand():
    """Rows (2, 0), (1, 1), (0, 0). Gaps 1 and 1, over entropies 2 and 4: 1/2 and 1/4.

    Modularity: 1, 1 - 1/1 = 0 and 0. Row entropies 0 and log 2: D = (2 * 1 + 2 * 0) / 4.
    """
    matrix = np.array([[2, 0], [1, 1], [0, 0.0]])
    found = aggregate(matrix, np.array([2.0, 4.0]))
    assert found["mig.factor_0"] == 0.5 and found["mig.factor_1"] == 0.25 and found["mig"] == 0.375
    assert found["sap"] == 1.0 and found["dci"] == pytest.approx(0.5, abs=1e-9)
    assert found["modularity.code_0"] == 1.0 and found["modularity"] == pytest.approx(1 / 3)
    np.testing.assert_array_equal(largest_gaps(matrix), [1, 1])


def test_groups_are_counted_at_every_threshold():
    """Entries 3 and 2 on the diagonal, 1 beside: one group up to 1, two up to 2, one up to 3.

    Trapezoids over (0, 1, 2, 3) of (1, 1, 2, 1): 1 + 1.5 + 1.5.
    """
    found = precision_curve(np.array([[3.0, 1.0], [0.0, 2.0]]))
    assert found == {"area_precision": pytest.approx(4.0), "max_precision": 2}
    assert precision_curve(np.zeros((2, 2))) == {"area_precision": 0.0, "max_precision": 0}
    assert precision_curve(np.eye(3))["max_precision"] == 3


def test_correlations_are_matched_one_to_one():
    """Latents are the negated second source and the cubed first one, which keeps ranks."""
    generator = np.random.RandomState(0)
    sources = generator.normal(size=(500, 2))
    found = metrics.compute_mcc(sources, np.column_stack([-sources[:, 1], sources[:, 0] ** 3]))
    assert found["mcc_spearman"] == pytest.approx(1.0)
    np.testing.assert_array_equal(found["matched_pearson"], [1, 0])
    cubed = abs(np.corrcoef(sources[:, 0], sources[:, 0] ** 3)[0, 1])
    assert found["mcc_pearson"] == pytest.approx((1 + cubed) / 2)


def test_two_sources_do_not_share_a_latent():
    """The greedy choice would give both sources latent 0; the best sum takes 0.8 + 0.6 of
    z0 = 0.8 a + 0.6 b and z1 = 0.6 a - 0.8 b with orthogonal a and b: 0.8 and 0.8."""
    a, b = grid(2, 2).T * 2.0 - 1
    latents = np.column_stack([0.8 * a + 0.6 * b, 0.6 * a - 0.8 * b])
    found = metrics.compute_mcc(np.column_stack([a, b]), latents)
    assert found["mcc_pearson"] == pytest.approx(0.8)
    one = metrics.compute_mcc(np.column_stack([a, b]), latents[:, :1])
    assert one["mcc_pearson"] == pytest.approx(0.4)
    np.testing.assert_array_equal(one["matched_pearson"], [0, -1])


def test_strings_have_no_correlation():
    with pytest.raises(ValueError, match="Continuous sources are numbers; got dtype <U1"):
        metrics.compute_mcc(np.array([["a"], ["b"]]), np.zeros((2, 1)))


def test_relative_strength_is_one_for_a_permutation_and_half_for_pairs():
    """A row or column (1, 1) has 1 / 2; (1/2, 1/2) has (1/4) / 1."""
    assert relative_strength(np.eye(3)[[2, 0, 1]]) == 1.0
    assert relative_strength(np.ones((2, 2))) == 0.5
    assert relative_strength(np.full((2, 2), 0.5)) == 0.25
    assert relative_strength(np.zeros((2, 3))) == relative_strength(np.zeros((0, 3))) == 0.0


@pytest.mark.parametrize("correlation, expected", [("lasso", 0.9**2 / 0.9), ("spearman", 1.0)])
def test_models_that_differ_by_order_and_sign_agree(correlation, expected):
    """Orthogonal unit latents: Lasso with alpha 0.1 shrinks each coefficient from 1 to 0.9."""
    latents = grid(2, 2, 2, repeats=4) * 2.0 - 1
    models, kl = [latents, -latents[:, [2, 0, 1]], latents[:, ::-1]], [np.ones(3)] * 3
    found = metrics.compute_udr(models, kl, correlation=correlation)
    assert found["model_scores"] == pytest.approx([expected] * 3)
    assert metrics.compute_udr(models[:1], kl[:1])["model_scores"] == [None]


def test_latents_without_divergence_do_not_count():
    generator = np.random.RandomState(0)
    latents = generator.normal(size=(200, 3))
    noise = generator.normal(size=(200, 1))
    one, other = np.column_stack([latents, noise]), np.column_stack([latents, noise**2])
    kl = np.array([1, 1, 1, 0.001])
    whole = metrics.compute_udr([latents] * 2, [np.ones(3)] * 2, correlation="spearman")
    found = metrics.compute_udr([one, other], [kl] * 2, correlation="spearman")
    assert found["model_scores"] == pytest.approx(whole["model_scores"])
    unfiltered = metrics.compute_udr(
        [one, other], [kl] * 2, correlation="spearman", filter_low_kl=False
    )
    assert unfiltered["model_scores"][0] < found["model_scores"][0]


@pytest.mark.parametrize(
    "latents, kl, more, message",
    [
        ([np.zeros((4, 2)), np.zeros((4, 3))], [np.zeros(2), np.zeros(3)], {}, "of one shape"),
        ([np.zeros((4, 2))] * 2, [np.zeros(2), np.zeros(3)], {}, r"one divergence a latent, \(2,"),
        ([np.full((4, 2), np.nan)] * 2, [np.zeros(2)] * 2, {}, "of model 0 hold 8 NaN"),
        ([], [], {"correlation": "pearson"}, "'pearson'; choose one of lasso, spearman"),
    ],
)
def test_models_that_cannot_be_compared_are_refused(latents, kl, more, message):
    with pytest.raises(ValueError, match=message):
        metrics.compute_udr(latents, kl, **more)


def test_rank_correlation_is_scipy_s():
    from scipy.stats import spearmanr

    one, other = np.random.RandomState(0).normal(size=(2, 50, 3))
    other[:, 1] = np.round(other[:, 1])
    expected = np.abs(spearmanr(one, other).statistic[:3, 3:])
    np.testing.assert_allclose(spearman_correlations(one, other), expected, atol=1e-12)


# the estimate by nearest neighbours, and the fit


@pytest.mark.filterwarnings(
    "ignore:The number of unique classes"
)  # scikit-learn's, of the plain form
@pytest.mark.parametrize("num, num_neighbors", [(12, 10), (30, 1), (60, 3), (100, 10)])
def test_the_estimate_is_scikit_learn_s_for_small_classes_and_ties(num, num_neighbors):
    """Classes of at most twice the neighbours have scikit-learn's rounded distances."""
    generator = np.random.RandomState(num)
    sources = np.stack([generator.randint(size, size=num) for size in (2, 7, 20)], axis=1)
    sources = np.stack([np.unique(c, return_inverse=True)[1] for c in sources.T], axis=1)
    normal = generator.normal(size=(num, 3))
    ties = generator.randint(3, size=num)
    latents = np.column_stack(
        [normal[:, 0], np.round(normal[:, 1], 1), ties, 1e6 + normal[:, 2], np.zeros(num)]
    )
    found = continuous_mutual_information(sources, latents, num_neighbors, seed=num)
    expected = [
        mutual_info_classif(
            latents, source, discrete_features=False, n_neighbors=num_neighbors, random_state=num
        )
        for source in sources.T
    ]
    np.testing.assert_allclose(found, expected, atol=1e-10)


def test_labels_that_are_all_different_have_no_neighbours():
    found = continuous_mutual_information(np.arange(5)[:, None], np.arange(5.0)[:, None])
    np.testing.assert_array_equal(found, [[0.0]])


# edges


def test_latents_that_never_vary_score_zero_or_nothing():
    sources, flat = grid(3, 4, repeats=4), np.zeros((48, 2))
    assert few(sources, flat)["infoe"] == 0.0
    assert metrics.compute_mig(sources, flat)["discrete_mig"] == 0.0
    found = metrics.compute_irs(sources, flat)
    assert (found["IRS"], found["num_active_dims"]) == (0.0, 0)
    np.testing.assert_array_equal(found["irs_matrix"], np.zeros((2, 2)))
    unsupervised = metrics.compute_unsupervised(sources, flat)
    assert [unsupervised[key] for key in KEYS] == [None, 0.0, None, 0.0]
    assert any("no latent varies" in note for note in unsupervised["notes"])
    assert metrics.compute_mcc(sources, flat)["mcc_pearson"] == 0.0
    unified = metrics.compute_unified_scores(sources, flat)
    assert unified["mig"] == unified["sap"] == unified["modularity"] == 0.0


def test_one_latent_has_nothing_beside_it():
    sources = grid(3, 4, repeats=4)
    latent = sources[:, :1] * 1.0
    assert metrics.compute_mig(sources, latent)["discrete_mig"] is None
    found = metrics.compute_unsupervised(sources, latent)
    assert [found[key] for key in KEYS] == [None] * 4 and "only one latent" in found["notes"][0]
    unified = metrics.compute_unified_scores(sources, latent, discrete=True)
    for key in ("mig", "sap", "dci_completeness", "mig.factor_0", "dci_completeness.code_1"):
        assert unified[key] is None
    assert unified["dci"] == pytest.approx(1.0) and unified["modularity"] == 1.0
    infomec = few(sources, latent)
    assert infomec["infoc"] is None and infomec["infom"] == pytest.approx(1.0)
    assert metrics.compute_irs(sources, latent)["IRS"] == 1.0
    assert metrics.compute_mcc(sources, latent)["mcc_pearson"] == pytest.approx(0.5)


def test_one_source_that_varies_leaves_modularity_undefined():
    sources = np.column_stack([grid(4, repeats=12), np.full(48, 3)])
    latents = grid(4, 12) * 1.0
    for name, none, others in (
        ("unified_scores", ["dci", "modularity"], ["mig", "sap", "dci_completeness"]),
        ("infomec", ["infom"], ["infoc", "infoe"]),
        ("irs", [], ["IRS"]),
        ("mig", [], ["discrete_mig"]),
        ("mcc", [], ["mcc_pearson"]),
    ):
        found = quietly(name, sources, latents)
        assert [found[key] for key in none] == [None] * len(none), name
        assert None not in [found[key] for key in others], name


@pytest.mark.parametrize("name", sorted(set(METRICS) - {"unsupervised"}))
def test_a_constant_source_changes_nothing_and_is_listed(name):
    sources, latents = drawn()
    expected = METRICS[name](sources, latents)
    with pytest.warns(UserWarning, match=r"never vary: sources \[1\]"):
        found = METRICS[name](np.insert(sources, 1, 7, axis=1), latents)
    assert scalars(found) == scalars(expected)
    assert any("sources [1]" in note for note in found["notes"])


@pytest.mark.parametrize("name", sorted(set(METRICS) - {"unsupervised"}))
def test_without_a_source_that_varies_nothing_is_scored(name):
    found = quietly(name, np.ones((40, 2)), drawn(40)[1])
    scores = set(scalars(found, without=["num_active_dims"]).values())
    assert scores <= {None} and any("No source varies" in note for note in found["notes"])


@EACH
def test_nan_and_infinite_latents_are_refused(name):
    sources, latents = drawn(40)
    latents[3, 1], latents[5, 0] = np.nan, np.inf
    with pytest.raises(ValueError, match="latents hold 2 NaN .* row 3, column 1"):
        METRICS[name](sources, latents)


@EACH
def test_a_single_sample_is_refused(name):
    with pytest.raises(ValueError, match="t least 2 samples"):
        METRICS[name](np.zeros((1, 2), int), np.zeros((1, 2)))


@EACH
def test_few_samples_are_computed_and_said(name):
    """Three samples of three classes, and more latents than samples."""
    sources, latents = np.array([[0, 0], [1, 1], [2, 0]]), np.arange(12.0).reshape(3, 4)
    if name == "infomec":
        latents = np.tile([[0.0], [1], [0]], 4)
    found = quietly(name, sources, latents)
    if name in ("infomec", "infomec_continuous", "irs", "mig", "unified_scores"):
        assert any("More latents than samples" in note for note in found["notes"])
        assert any("twice the classes" in note for note in found["notes"])
    assert scalars(found)


def test_a_quantile_out_of_range_and_latents_without_numbers_are_refused():
    with pytest.raises(ValueError, match=r"diff_quantile is in \[0, 1\]; got 1.5"):
        metrics.compute_irs(np.arange(4)[:, None], np.zeros((4, 1)), diff_quantile=1.5)
    with pytest.raises(ValueError, match="latents are numbers; got dtype <U1"):
        metrics.compute_unsupervised(None, np.array([["a"], ["b"]]))
    with pytest.raises(ValueError, match=r"got \(4,\)"):
        metrics.compute_unsupervised(None, np.zeros(4))


def test_latents_that_determine_each_other_have_no_total_correlation():
    latents = np.random.RandomState(0).normal(size=(60, 2))
    for other in (latents[:, 0], latents.sum(axis=1)):
        found = metrics.compute_unsupervised(None, np.column_stack([latents, other]))
        assert found[KEYS[0]] is None and any("infinite" in note for note in found["notes"])
        assert found[KEYS[1]] > 0


def test_rounding_never_leaves_a_range():
    """A full grid: latents are independent of each other, and two know nothing of the sources."""
    cells = grid(3, 4, 5, 3)
    sources, latents = cells[:, :2], cells * 0.1
    information = discrete_mutual_information(sources, cells)
    np.testing.assert_array_equal(information[:, 2:], 0.0)
    found = metrics.compute_unsupervised(sources, latents, discrete=True)
    assert found[KEYS[3]] == 0.0 and 0.0 <= found[KEYS[0]] < 1e-9 and 0.0 <= found[KEYS[1]] < 1e-9
    nothing = metrics.compute_unified_scores(sources, latents[:, 2:], discrete=True)
    assert nothing["modularity"] == nothing["mig"] == nothing["dci"] == 0.0
    assert few(sources, latents[:, 2:])["infom"] == 0.0
    assert few(sources, latents[:, 2:])["infoe"] == pytest.approx(0.0, abs=1e-9)


def test_baselines_are_of_metrics_that_have_one():
    sources, latents = drawn(60)
    found = metrics.permutation_baselines(sources, latents, discrete=True, metrics=["mig"])
    assert list(found) == ["mig"]
    with pytest.raises(ValueError, match=r"No baseline of \['sap'\]; there are those of infomec"):
        metrics.permutation_baselines(sources, latents, discrete=True, metrics=["sap"])


@pytest.mark.parametrize(
    "sizes, low, high",
    [((4, 4, 2, 3, 3, 40, 40), 0.25, 0.27), ((10, 10, 10, 8, 4, 15), 0.05, 0.12)],
    ids=["mpi3d", "shapes3d"],
)
def test_infom_of_noise_is_what_the_factor_sizes_make_it(sizes, low, high):
    """The two bands are those known of independent discrete latents at 10 000 samples."""
    generator = np.random.RandomState(0)
    sources = np.stack([generator.randint(size, size=10_000) for size in sizes], axis=1)
    latents = generator.randint(12, size=(10_000, 14)) / 11
    found = metrics.permutation_baselines(sources, latents, discrete=True, metrics=["infomec"])
    infomec = found["infomec"]
    assert infomec["infom_standard_error"] < 0.005
    assert low - 0.01 <= infomec["infom"] <= high + 0.01
    noise = metrics.compute_infomec(sources, latents, discrete=True, held_out=False)
    spread = 4 * infomec["infom_standard_error"] * np.sqrt(20)
    assert noise["infom"] == pytest.approx(infomec["infom"], abs=spread)
    assert noise["infoe"] == pytest.approx(infomec["infoe"], rel=0.1)


def test_infom_of_continuous_noise_does_not_depend_on_the_number_of_samples(monkeypatch):
    """So that the baseline may leave samples out: a third of them, within four standard errors."""
    generator = np.random.RandomState(0)
    sources = np.stack([generator.randint(size, size=1500) for size in (3, 4, 6)], axis=1)
    latents = generator.normal(size=(1500, 6))

    def infomec():
        given = {"discrete": False, "metrics": ["infomec"]}
        return metrics.permutation_baselines(sources, latents, **given)["infomec"]

    whole = infomec()
    monkeypatch.setattr("tripod_dlib.metrics.baselines.MAX_CONTINUOUS_SAMPLES", 500)
    part = infomec()
    assert part["infom"] != whole["infom"] and part["infoe"] == whole["infoe"]
    for name in ("infom", "infoc"):
        errors = [found[f"{name}_standard_error"] for found in (whole, part)]
        assert abs(part[name] - whole[name]) < 4 * np.hypot(*errors)


# invariances


@EACH
def test_permuting_latents_changes_no_score(name):
    sources, latents = drawn()
    one = scalars(METRICS[name](sources, latents))
    other = scalars(METRICS[name](sources, latents[:, [2, 0, 3, 1]]))
    near = {"infoe": 1e-4, "infom": 0.05, "infoc": 0.05} if name == "infomec_continuous" else {}
    for key, value in one.items():  # the continuous estimate jitters each latent anew
        assert other[key] == pytest.approx(
            value, abs=near.get(key, 1e-4 if key == "infoe" else 1e-9)
        )


@pytest.mark.parametrize("name", NOMINAL)
def test_renaming_the_classes_of_a_source_changes_no_score(name):
    sources, latents = drawn_for(name)
    names = np.array(["pear", "apple", "fig", "lime", "kiwi"])
    one, other = METRICS[name](sources, latents), METRICS[name](names[sources], latents)
    for key, value in scalars(one).items():
        tolerance = 1e-4 if key == "infoe" else 1e-9
        assert scalars(other)[key] == pytest.approx(value, abs=tolerance), key


@EACH
def test_a_constant_latent_changes_no_score(name):
    """But completeness, whose base is the number of latents; and InfoE's fit has one more column,
    which its at most 100 iterations notice."""
    sources, latents = drawn_for(name)
    one = METRICS[name](sources, latents)
    other = METRICS[name](sources, np.column_stack([latents, np.full(len(latents), 0.3)]))
    for key, value in scalars(one, without=["dci_completeness"]).items():
        tolerance = 1e-3 if key == "infoe" else 1e-9
        assert scalars(other)[key] == pytest.approx(value, abs=tolerance), key


@pytest.mark.parametrize("name", sorted(set(METRICS) - {"infomec_continuous"}))
def test_duplicating_the_sample_changes_no_score(name):
    """The covariance has the divisor num - 1: its distance grows with n / (n - 1); and neighbours
    of the continuous estimate become ties, so that it is left out here."""
    sources, latents = drawn()
    num = len(sources)
    one = METRICS[name](sources, latents)
    twice = METRICS[name](np.tile(sources, (2, 1)), np.tile(latents, (2, 1)))
    for key, value in scalars(one).items():
        if key == "gaussian_wasserstein_correlation":
            value *= 2 * (num - 1) / (2 * num - 1)
        tolerance = 1e-4 if key == "infoe" else 1e-9
        assert scalars(twice)[key] == pytest.approx(value, abs=tolerance), key


def test_a_monotone_map_changes_no_rank_correlation_and_a_scale_no_correlation():
    sources, latents = drawn()
    one = metrics.compute_mcc(sources, latents)
    other = metrics.compute_mcc(np.exp(sources), np.exp(latents) * [-3, 1e-200, 1e200, 2])
    assert other["mcc_spearman"] == pytest.approx(one["mcc_spearman"], abs=1e-9)
    scaled = metrics.compute_mcc(sources, latents * [-3, 1e-200, 1e200, 2])
    assert scaled["mcc_pearson"] == pytest.approx(one["mcc_pearson"], abs=1e-9)


SHAPES = st.tuples(st.integers(2, 30), st.integers(1, 3), st.integers(1, 4))


@pytest.mark.parametrize("name", sorted(METRICS))
@settings(max_examples=15, deadline=None, derandomize=True)
@given(data=st.data(), shape=SHAPES)
def test_scores_stay_in_their_ranges_for_any_input(name, data, shape):
    num, num_sources, num_latents = shape
    sources = data.draw(arrays(np.int64, (num, num_sources), elements=st.integers(-2, 3)))
    values = st.sampled_from([-1.0, 0.0, 1 / 11, 1.0])
    if name not in ("infomec", "unified_scores", "unsupervised"):
        values = st.floats(-1e6, 1e6, width=32)
    latents = data.draw(arrays(np.float64, (num, num_latents), elements=values))
    if name == "infomec" and any(len(np.unique(c)) > max(num / 2, 2) for c in latents.T):
        latents = np.zeros_like(latents)
    found = quietly(name, sources, latents)
    for key, value in scalars(found, without=["infoe_held_out"]).items():
        if value is None:
            assert found["notes"], key
            continue
        assert np.isfinite(value), key
        if key in UNIT:
            assert 0.0 <= value <= 1.0, key
        elif key in FROM_ZERO:
            assert value >= 0.0, key
        elif key == "infoe":
            assert value <= 1.0


def test_robustness_of_arrays_names_each_latent_s_source():
    sources = grid(3, 2)
    found = robustness(sources, sources[:, ::-1] * 1.0, 0.99)
    np.testing.assert_array_equal(found["parents"], [1, 0])
    np.testing.assert_allclose(found["disentanglement_scores"], [1, 1])
