"""The functions around disentanglement_lib's metrics give its values on the reference cases."""

import numpy as np
import pytest
from dlib_cases import array_cases, arrays, assert_same, bind, cases, dataset, representation

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
