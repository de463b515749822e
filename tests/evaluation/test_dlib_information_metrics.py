"""Information and correlation metrics give disentanglement_lib's numbers and draw as it draws."""

import gin
import numpy as np
import pytest
from dlib_cases import (
    array_cases,
    arrays,
    assert_reproduced,
    assert_same,
    bind,
    cases,
    dataset,
    representation,
)

from tripod_dlib.evaluation.batches import generate_batch_factor_code
from tripod_dlib.evaluation.discretizer import (
    discrete_entropy,
    discrete_mutual_info,
    histogram_discretizer,
    make_discretizer,
)
from tripod_dlib.evaluation.wrappers import (
    irs,
    udr_sklearn,
    unified_matrices,
    unified_scores,
    unsupervised_metrics,
)
from tripod_dlib.metrics.unsupervised import (
    KEYS,
    gaussian_total_correlation,
    gaussian_wasserstein_correlation,
)

BINS = "discretizer.num_bins"
DISCRETIZER = "discretizer.discretizer_fn = @histogram_discretizer\ndiscretizer.num_bins = 20"


@pytest.mark.parametrize("case", cases("unsupervised_metrics", "unified_score_validation"))
def test_scores_of_information_are_reproduced(case):
    assert_reproduced(case)


@pytest.mark.parametrize("case", cases("unified_scores"))
def test_unified_scores_are_reproduced(case):
    assert_reproduced(case)


@pytest.mark.parametrize("case", cases("udr_sklearn"))
def test_the_ranking_of_models_is_reproduced(case):
    assert_reproduced(case)


@pytest.mark.parametrize("case", cases("irs"))
def test_robustness_is_reproduced_and_its_sum_of_values_on_demand(case):
    bindings = {**case["gin_bindings"], "irs.active_dims": "'sum_of_values'"}
    assert_reproduced({**case, "gin_bindings": bindings})


@pytest.mark.parametrize("case", cases("irs"))
def test_active_latents_are_counted_by_default(case):
    bind(case)
    data, function = dataset(case["dataset"]), representation(case["representation"])
    found = irs.irs(data, function, np.random.RandomState(case["seed"]))
    latents, _ = generate_batch_factor_code(
        data, function, 100, np.random.RandomState(case["seed"]), 16
    )
    assert found["num_active_dims"] == (np.ptp(latents, axis=1) > 0).sum()


@pytest.mark.parametrize("case", array_cases("mutual_information", "histogram_discretizer"))
def test_information_of_stored_arrays_is_reproduced(case):
    bind(case)
    stored = arrays(case)
    levels = histogram_discretizer(stored["mus_train"], case["gin_bindings"][BINS])
    if case["quantity"] == "histogram_discretizer":
        assert_same({"discretized": levels}, case["result"])
        return
    found = {
        "matrix": discrete_mutual_info(levels, stored["ys_train"]),
        "factor_entropy": discrete_entropy(stored["ys_train"]),
        "code_entropy": discrete_entropy(levels),
    }
    assert_same(found, case["result"])


@pytest.mark.parametrize("case", array_cases("unsupervised"))
def test_gaussian_scores_of_stored_arrays_are_reproduced(case):
    covariance = np.cov(arrays(case)["mus_train"])
    found = {
        "gaussian_total_correlation": gaussian_total_correlation(covariance),
        "gaussian_wasserstein_correlation": gaussian_wasserstein_correlation(covariance),
    }
    assert_same(found, case["result"])


def test_constant_rows_are_dropped_and_only_a_matrix_has_rows():
    kept = irs.drop_constant_dims(np.array([[1, 2], [3, 3], [0, 4]]))
    np.testing.assert_array_equal(kept, [[1, 2], [0, 4]])
    with pytest.raises(ValueError, match=r"Expecting a matrix.*\(2,\)"):
        irs.drop_constant_dims(np.zeros(2))


def test_an_unknown_way_to_count_is_refused():
    with pytest.raises(ValueError, match="'mean'; choose one of count, sum_of_values"):
        irs.irs(dataset("table_3425"), None, None, num_train=1, batch_size=1, active_dims="mean")


def test_models_are_ranked_on_whole_batches():
    with pytest.raises(ValueError, match="is 10, which is no multiple of .*, 4"):
        udr_sklearn.udr_sklearn(dataset("table_3425"), [], None, batch_size=4, num_data_points=10)


def test_a_single_latent_leaves_gaps_and_independence_undefined():
    gin.parse_config(DISCRETIZER)
    data = dataset("table_3425")

    def first(x):
        return x[:, :1]

    one = unsupervised_metrics.unsupervised_metrics(
        data, first, np.random.RandomState(0), num_train=60
    )
    assert one == dict.fromkeys(KEYS)
    unified = unified_scores.unified_scores(
        data,
        first,
        np.random.RandomState(0),
        num_train=60,
        num_test=10,
        matrix_fns=[unified_matrices.mutual_information_matrix],
    )
    prefix = "mutual_information_matrix"
    assert unified[f"{prefix}.mig"] is None and unified[f"{prefix}.sap.factor_1"] is None
    assert unified[f"{prefix}.dci_completeness"] is None and unified[f"{prefix}.modularity"] > 0.9


def test_a_factor_that_never_varies_is_left_out_with_a_warning():
    gin.parse_config(DISCRETIZER)
    latents = np.random.RandomState(0).normal(size=(3, 50))
    factors = np.stack([np.arange(50) % 2, np.zeros(50, int), np.arange(50) % 5])
    functions = [unified_matrices.mutual_information_matrix]
    with pytest.warns(UserWarning, match=r"never vary: \[1\]"):
        found = unified_scores.scores_of_arrays(latents, factors, latents, factors, functions)
    kept = unified_scores.scores_of_arrays(
        latents, factors[[0, 2]], latents, factors[[0, 2]], functions
    )
    assert found == kept


def test_what_is_no_discretizer_is_refused_in_words():
    def three(target, num_bins, more):
        return target

    expected = "discretizer_fn is three, which cannot be called with latents and a number of bins"
    with pytest.raises(ValueError, match=expected):
        make_discretizer(np.zeros((2, 9)), 20, three)
    found = make_discretizer(np.zeros((2, 9)), 20, lambda target, num_bins: target + num_bins)
    np.testing.assert_array_equal(found, 20)
