"""Wrappers of disentanglement_lib's metrics that predict sources: its numbers, draws and edges."""

import gin
import numpy as np
import pytest
from dlib_cases import (
    FactorTable,
    array_cases,
    arrays,
    assert_reproduced,
    assert_same,
    bind,
    cases,
    dataset,
    representation,
)

from tripod_dlib import metrics, registry
from tripod_dlib.data.rendered.dummy_data import IdentityObservationsData
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation import predictor
from tripod_dlib.evaluation.batches import obtain_representation, split_train_test
from tripod_dlib.evaluation.repeats import note_repeats
from tripod_dlib.evaluation.representation import Representation
from tripod_dlib.evaluation.wrappers import dci, sap_score, strong_downstream_task
from tripod_dlib.evaluation.wrappers import modularity_explicitness as modularity_wrapper
from tripod_dlib.evaluation.wrappers.factor_vae_score import prune_dims
from tripod_dlib.metrics import importance
from tripod_dlib.metrics.modularity_explicitness import information_of_levels, modularity_per_latent
from tripod_dlib.metrics.sap import mean_gap

METRICS = [
    "beta_vae_sklearn",
    "factor_vae_score",
    "mig",
    "mig_validation",
    "dci",
    "dci_validation",
    "sap_score",
    "sap_score_validation",
    "modularity_explicitness",
    "downstream_task",
    "reduced_downstream_task",
    "strong_downstream_task",
    "fairness",
]
SLOW = {24, 56, 58, 60, 61, 62, 64}  # many trees or many cross-validations


@pytest.mark.parametrize("case", cases(*METRICS, slow=SLOW))
def test_scores_and_draws_are_those_of_disentanglement_lib(case):
    old = {"factor_vae_score": {"factor_vae_score.constant_latents_vote": "True"}}
    bindings = {**case["gin_bindings"], **old.get(case["metric"], {})}
    assert_reproduced({**case, "gin_bindings": bindings})


@pytest.mark.parametrize("case", array_cases("dci"))
def test_boosted_importance_of_stored_arrays(case):
    given = arrays(case)
    np.random.seed(case["global_seed"])
    matrix, train, test = dci.importance_gbt(
        given["mus_train"], given["ys_train"], given["mus_test"], given["ys_test"]
    )
    found = {
        "importance_matrix": matrix,
        "informativeness_train": train,
        "informativeness_test": test,
        "disentanglement": importance.disentanglement(matrix),
        "completeness": importance.completeness(matrix),
        "disentanglement_per_code": importance.disentanglement_per_latent(matrix),
        "completeness_per_factor": importance.completeness_per_source(matrix),
    }
    assert_same(found, case["result"])
    assert np.random.random_sample() == case["global_probe"]


@pytest.mark.parametrize("case", array_cases("sap"))
def test_sap_of_stored_arrays(case):
    given = arrays(case)
    np.random.seed(case["global_seed"])
    matrix = sap_score.score_matrix(
        given["mus_train"],
        given["ys_train"],
        given["mus_test"],
        given["ys_test"],
        case["continuous_factors"],
    )
    assert_same({"score_matrix": matrix, "SAP_score": mean_gap(matrix)}, case["result"])
    assert np.random.random_sample() == case["global_probe"]


@pytest.mark.parametrize("case", array_cases("modularity_explicitness"))
def test_modularity_and_explicitness_of_stored_arrays(case):
    given = arrays(case)
    bind({"gin_bindings": case["gin_bindings"]})
    levels = modularity_wrapper.make_discretizer(given["mus_train"])
    per_latent = modularity_per_latent(information_of_levels(levels.T, given["ys_train"].T))
    pairs = [
        modularity_wrapper.explicitness_per_factor(
            given["mus_train"], train, given["mus_test"], test
        )
        for train, test in zip(given["ys_train"], given["ys_test"], strict=True)
    ]
    found = {
        "modularity": per_latent.mean(),
        "modularity_per_code": per_latent,
        "explicitness_train_per_factor": [pair[0] for pair in pairs],
        "explicitness_test_per_factor": [pair[1] for pair in pairs],
    }
    assert_same(found, case["result"])


@pytest.mark.parametrize("case", array_cases("prune_dims"))
def test_pruning_of_stored_arrays(case):
    bind(case)
    variances = arrays(case)["mus_train"].var(axis=1, ddof=1)
    found = {"variances": variances, "active": prune_dims(variances)}
    assert_same(found, case["result"])


def call(name, data, function, **arguments):
    """A wrapper, with `num_...` small unless given, on a fresh generator."""
    return registry.metrics.load(name)(data, function, np.random.RandomState(0), **arguments)


class Incomplete(FactorTable):
    """A grid with holes."""

    full_grid = False
    num_images = 3


@pytest.mark.parametrize(
    "name", ["beta_vae_sklearn", "factor_vae_score", "fairness", "strong_downstream_task"]
)
def test_metrics_that_combine_factors_freely_refuse_an_incomplete_grid(name):
    sizes = {
        "beta_vae_sklearn": {"batch_size": 2, "num_train": 2, "num_eval": 2},
        "factor_vae_score": {
            **{"batch_size": 2, "num_train": 2, "num_eval": 2},
            "num_variance_estimate": 4,
        },
        "fairness": {"num_train": 20, "num_test_points_per_class": 2},
        "strong_downstream_task": {"num_train": [20], "num_test": 10, "n_experiment": 1},
    }
    with pytest.raises(InputError, match=f"{name} combines factors freely"):
        call(name, Incomplete([2, 2], [0, 1]), np.asarray, **sizes[name])


def test_a_constant_latent_takes_no_vote_unless_told_so():
    """Case 9 of the reference: there the constant code gets every vote, and 0.11 is left."""
    gin.parse_config("prune_dims.threshold = 0.0")
    arguments = {"batch_size": 8, "num_train": 300, "num_eval": 150, "num_variance_estimate": 300}
    data = dataset("identity10")
    repaired = call("factor_vae_score", data, representation("collapsed"), **arguments)
    published = call(
        "factor_vae_score",
        data,
        representation("collapsed"),
        **arguments,
        constant_latents_vote=True,
    )
    assert published["train_accuracy"] < 0.2 and published["num_active_dims"] == 10
    assert repaired["train_accuracy"] > 0.8 and repaired["num_active_dims"] == 10


@pytest.mark.parametrize("name", ["dci", "sap_score", "modularity_explicitness"])
def test_a_factor_of_one_value_is_left_out_with_a_warning(name):
    gin.parse_config(
        "discretizer.discretizer_fn = @histogram_discretizer\ndiscretizer.num_bins = 20"
    )
    named = {"num_train": 90, "num_test": 60}
    if name == "sap_score":
        named["continuous_factors"] = False
    with pytest.warns(UserWarning, match=rf"{name} leaves out factors that never vary: \[1\]"):
        found = call(name, FactorTable([3, 1, 2], [0, 1, 2]), np.asarray, **named)
    assert all(0.0 <= value <= 1.0 for value in found.values())


def test_modularity_explicitness_goes_on_where_a_class_is_missing_or_a_latent_is_constant():
    """Six classes in eight points to score on: one is missing at this seed, an IndexError there."""
    gin.parse_config(
        "discretizer.discretizer_fn = @histogram_discretizer\ndiscretizer.num_bins = 20"
    )
    data = FactorTable([6, 2], [0, 1])

    def with_constant(observations):
        return np.column_stack([observations, np.full(len(observations), 0.1)])

    named = {"num_train": 200, "num_test": 8}
    found = call("modularity_explicitness", data, with_constant, **named)
    assert 0.6 < found["modularity_score"] < 2 / 3 + 1e-9  # the constant latent counts as 0
    assert found["explicitness_score_test"] > 0.9


def test_fairness_wants_a_factor_that_can_change():
    with pytest.raises(InputError, match="every factor of identity_observations has one"):
        registry.metrics.load("fairness")(
            IdentityObservationsData(),
            np.asarray,
            np.random.RandomState(0),
            num_train=9,
            num_test_points_per_class=9,
        )


def test_identity_observations_are_so_many_that_none_is_drawn_twice():
    assert note_repeats(IdentityObservationsData(), 10_000) == []


def test_downstream_tasks_go_on_with_few_points():
    """Ten points of a factor of two values may have one of the second, or none."""
    gin.parse_config("predictor.predictor_fn = @logistic_regression_cv")
    data = FactorTable([2] * 6, list(range(6)))
    for seed in range(3):
        found = registry.metrics.load("downstream_task")(
            data, np.asarray, np.random.RandomState(seed), num_train=[3, 6], num_test=20
        )
        assert {key.split(":")[0] for key in found} == {"3", "6"}
        assert all(0.0 <= value <= 1.0 for value in found.values())


def test_an_intervention_fixes_one_other_factor_and_excludes_its_value_later():
    data = FactorTable([3, 1, 4], [0, 1, 2])
    generator = np.random.RandomState(0)
    ys, ys_test = data.sample_factors(20, generator), data.sample_factors(30, generator)
    for target, other in ((0, 2), (2, 0)):
        train, test, factor, value = strong_downstream_task.intervene(ys, ys_test, target, 3, data)
        assert factor == other  # factor 1 has one value and cannot change
        assert (train[:, factor] == value).all() and (test[:, factor] != value).all()
        rest = [i for i in range(3) if i != factor]
        np.testing.assert_array_equal(train[:, rest], ys[:, rest])
        np.testing.assert_array_equal(test[:, rest], ys_test[:, rest])
    with pytest.raises(InputError, match="takes another factor of at least two values"):
        strong_downstream_task.intervene(ys[:, :2], ys_test[:, :2], 0, 2, data)


def test_fixed_data_is_encoded_in_chunks_and_split_with_the_first_part_rounded_up():
    sizes = []

    def encode(observations):
        sizes.append(len(observations))
        return observations[:, :2]

    observations = np.arange(30.0).reshape(10, 3)
    latents = obtain_representation(observations, encode, 4)
    assert sizes == [4, 4, 2]
    for at_once, together in ((4, [4, 4, 2]), (8, [8, 2]), (10, [8, 2]), (99, [10])):
        sizes.clear()
        found = obtain_representation(observations, Representation(encode, None, at_once), 4)
        np.testing.assert_array_equal(found, latents)
        assert sizes == together
    np.testing.assert_array_equal(latents, observations[:, :2].T)
    train, test = split_train_test(latents, 0.55)
    assert train.shape == (2, 6) and test.shape == (2, 4)
    np.testing.assert_array_equal(np.hstack([train, test]), latents)


def test_a_predictor_is_bound_by_reference_and_given_uncalled():
    gin.parse_config("predictor.predictor_fn = @gradient_boosting_classifier")
    make = predictor.make_predictor()
    assert type(make()).__name__ == "GradientBoostingClassifier" and make() is not make()


@pytest.mark.parametrize("name", ["dci_validation", "sap_score_validation", "mig_validation"])
def test_given_data_is_not_bindable(name):
    registry.metrics.load(name)
    with pytest.raises(ValueError, match="labels|denylist|blacklist"):
        gin.bind_parameter(f"{name}.labels", None)


def test_one_latent_has_no_gap_and_no_completeness():
    data = FactorTable([3, 2], [0, 1])
    named = {"num_train": 60, "num_test": 30}
    one = call("dci", data, lambda x: x[:, :1], **named)
    assert one["completeness"] is None and one["disentanglement"] is not None
    found = call("sap_score", data, lambda x: x[:, :1], **named, continuous_factors=False)
    assert found == {"SAP_score": None}


def test_pure_boosted_dci_is_the_wrapper_s_on_the_same_points():
    """Labels that first appear in ascending order are numbered alike, so the trees are the same."""
    case = cases("dci")[1].values[0]
    data, generator = dataset(case["dataset"]), np.random.RandomState(0)
    ys, ys_test = data.sample_factors(200, generator), data.sample_factors(100, generator)
    ys[:5] = np.arange(5)[:, None] % data.factors_num_values
    np.random.seed(4)
    matrix = dci.importance_gbt(ys.T, ys.T, ys_test.T, ys_test.T)[0]
    found = metrics.compute_dci_boosting(ys, ys, test_sources=ys_test, test_latents=ys_test, seed=4)
    np.testing.assert_array_equal(found["importance_matrix"], matrix)
