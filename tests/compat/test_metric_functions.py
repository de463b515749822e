"""The functions around disentanglement_lib's metrics give its values on the reference cases."""

import numpy as np
import pytest
from dlib_cases import array_cases, arrays, assert_same, bind, cases, dataset, representation
from sklearn.tree import DecisionTreeClassifier

from tripod_dlib.compat import metric_functions
from tripod_dlib.evaluation.discretizer import discrete_mutual_info, histogram_discretizer
from tripod_dlib.evaluation.wrappers.irs import drop_constant_dims
from tripod_dlib.metrics.unified import precision_curve

BINS = "discretizer.num_bins"


@pytest.mark.parametrize(
    "function, case",
    [
        *[pytest.param("compute_irs", *case.values, id=case.id) for case in cases("irs")],
        *[
            pytest.param("compute_factor_vae", *case.values, id=case.id)
            for case in cases("factor_vae_score")
        ],
    ],
)
def test_scripts_get_the_scores_of_the_library(function, case):
    bind(case)
    arguments = dataset(case["dataset"]), representation(case["representation"])
    compute = getattr(metric_functions, function)
    assert_same(compute(*arguments, np.random.RandomState(case["seed"])), case["result"])


@pytest.mark.parametrize("case", array_cases("irs"))
def test_robustness_of_stored_arrays_is_reproduced(case):
    stored = arrays(case)
    factors = histogram_discretizer(stored["ys_train"], case["gin_bindings"][BINS])
    active = drop_constant_dims(stored["mus_train"])
    found = metric_functions.scalable_disentanglement_score(
        factors.T, active.T, case["diff_quantile"]
    )
    assert_same(found, case["result"])


@pytest.mark.parametrize("case", array_cases("unified_aggregations"))
def test_aggregations_of_stored_arrays_are_reproduced(case):
    stored = arrays(case)
    levels = histogram_discretizer(stored["mus_train"], case["gin_bindings"][BINS])
    matrix = discrete_mutual_info(levels, stored["ys_train"])
    found = {f.__name__: f(matrix, stored["ys_train"]) for f in metric_functions.AGGREGATION_FN}
    found["pr_curves_values"] = precision_curve(matrix)
    assert_same(found, case["result"])


@pytest.mark.parametrize("case", array_cases("udr"))
def test_agreement_of_stored_arrays_is_reproduced(case):
    latents = arrays(case)["mus_train"].T
    others = latents[:, ::-1] * 0.5
    lasso = metric_functions.lasso_correlation_matrix(latents, others, 0)
    spearman = metric_functions.spearman_correlation_conv(latents, others)
    found = {
        "lasso": lasso,
        "spearman": spearman,
        "relative_strength_lasso": metric_functions.relative_strength_disentanglement(lasso),
        "relative_strength_spearman": metric_functions.relative_strength_disentanglement(spearman),
    }
    assert_same(found, case["result"])


@pytest.mark.parametrize("case", array_cases("normalize_data"))
def test_normalisation_of_stored_arrays_is_reproduced(case):
    given = arrays(case)
    _, mean, stddev = metric_functions.normalize_data(given["mus_train"])
    test = metric_functions.normalize_data(given["mus_test"], mean, stddev)[0]
    found = {"mean": mean, "stddev": stddev, "test_first_ten": test[:, :10]}
    assert_same(found, case["result"])


def test_fairness_reads_classes_by_groups_as_the_library_does():
    counts = np.array([[30, 0], [0, 10]])  # class 0 in group 0 alone
    mean, largest = metric_functions.inter_group_fairness(counts)
    assert (mean, largest) == (0.375, 0.75)
    assert metric_functions.inter_group_fairness(np.array([[5, 5], [3, 3]])) == (0.0, 0.0)
    scores = metric_functions.compute_scores_dict(metric=np.array([[0, 1], [2, 0]]), prefix="p")
    assert scores["p:pred0:sens1"] == 1.0


def test_accuracies_of_predictors_are_lists_over_factors():
    generator = np.random.RandomState(0)
    latents, test_latents = generator.normal(size=(2, 60, 2))
    factors, test_factors = (latents > 0).T.astype(int), (test_latents > 0).T.astype(int)
    train, test = metric_functions.compute_predictive_accuracy(
        latents, factors, test_latents, test_factors, predictor_fn=DecisionTreeClassifier
    )
    assert train == [1.0, 1.0] and len(test) == 2 and min(test) > 0.9
    expected = DecisionTreeClassifier().fit(latents, factors[1]).predict(test_latents)
    assert test[1] == pytest.approx(np.mean(expected == test_factors[1]), abs=0.05)


def test_renamed_keywords_are_those_of_the_library_alone():
    matrix = np.eye(3)
    assert metric_functions.completeness(importance_matrix=matrix) == pytest.approx(1.0)
    assert metric_functions.disentanglement(matrix) == pytest.approx(1.0)
    covariance = np.array([[1.0, 0.5], [0.5, 1.0]])
    found = metric_functions.gaussian_total_correlation(cov=covariance)
    assert found == pytest.approx(-0.5 * np.log(0.75))
    with pytest.raises(TypeError, match="importance"):
        metric_functions.completeness(importance=matrix)
