"""What every metric under a gin name promises, on one table: a new one needs a row."""

import dataclasses
import inspect
import json

import gin
import numpy as np
import pytest

from tripod_dlib import registry
from tripod_dlib.data.grid_data import GridData
from tripod_dlib.evaluation.representation import Representation
from tripod_dlib.results.dlib_results import jsonable

SIZES = (3, 2, 4)
PROTOCOL = ["ground_truth_data", "representation_function", "random_state", "artifact_dir"]
DISCRETIZER = {
    "discretizer.discretizer_fn": "@histogram_discretizer",
    "discretizer.num_bins": 20,
}


@dataclasses.dataclass(frozen=True)
class Descriptor:
    """How a metric is bound for the contract.

    Attributes:
      bindings: Of the metric's own parameters.
      more: Other bindings, by full name.
      arguments: What it takes in place of disentanglement_lib's four, where it does.
    """

    bindings: dict
    more: dict = dataclasses.field(default_factory=dict)
    arguments: tuple[str, ...] = tuple(PROTOCOL)


FIXED = ("observations", "labels", "representation_function")
TRAIN = {"num_train": 150}
SPLIT = {"num_train": 150, "num_test": 80}
LOGISTIC = {"predictor.predictor_fn": "@logistic_regression_cv"}
MATRICES = "[@mutual_information_matrix, @accuracy_svm_matrix]"
DESCRIPTORS = {
    "beta_vae_sklearn": Descriptor({"batch_size": 4, "num_train": 60, "num_eval": 30}),
    "dci": Descriptor(SPLIT),
    "dci_random_forest": Descriptor(TRAIN),
    "dcimig": Descriptor(TRAIN),
    "dci_validation": Descriptor({"train_percentage": 0.7}, arguments=FIXED),
    "downstream_task": Descriptor({"num_train": [60, 90], "num_test": 50}, LOGISTIC),
    "factor_vae_score": Descriptor(
        {"batch_size": 4, "num_train": 60, "num_eval": 30, "num_variance_estimate": 100}
    ),
    "fairness": Descriptor({"num_train": 120, "num_test_points_per_class": 5}, LOGISTIC),
    "infomec": Descriptor({**TRAIN, "discrete": True}),
    "irs": Descriptor({**TRAIN, "batch_size": 16}, DISCRETIZER),
    "jemmig": Descriptor(TRAIN),
    "mcc": Descriptor(TRAIN),
    "mig": Descriptor(TRAIN, DISCRETIZER),
    "mig_sup": Descriptor(TRAIN),
    "mig_validation": Descriptor({}, DISCRETIZER, FIXED),
    "minimality": Descriptor(TRAIN),
    "modularity_explicitness": Descriptor(SPLIT, DISCRETIZER),
    "reduced_downstream_task": Descriptor(
        {"num_factors_to_remove": 1, "num_train": [90], "num_test": 50},
        {**LOGISTIC, "reduced_representation.correlation_measure": "@factorwise_dci"},
    ),
    "rmig": Descriptor(TRAIN),
    "sap_score": Descriptor({**SPLIT, "continuous_factors": False}),
    "sap_score_validation": Descriptor(
        {"train_percentage": 0.7, "continuous_factors": True}, arguments=FIXED
    ),
    "strong_downstream_task": Descriptor(
        {"num_train": [90], "num_test": 50, "n_experiment": 2}, LOGISTIC
    ),
    "sufficiency": Descriptor(TRAIN),
    "udr_sklearn": Descriptor(
        {"batch_size": 25, "num_data_points": 100},
        arguments=("ground_truth_data", "representation_functions", "random_state"),
    ),
    "unified_scores": Descriptor({**SPLIT, "matrix_fns": MATRICES}, DISCRETIZER),
    "unified_score_validation": Descriptor(
        {"train_percentage": 0.7, "matrix_fns": MATRICES}, DISCRETIZER, FIXED
    ),
    "unsupervised_metrics": Descriptor(TRAIN, DISCRETIZER),
}
ROWS = pytest.mark.parametrize("name", DESCRIPTORS)


def undescribed():
    return set(registry.metrics.builtin_names) - set(DESCRIPTORS)


def test_every_built_in_metric_has_a_row():
    assert not undescribed() and set(DESCRIPTORS) <= set(registry.metrics.builtin_names)


def test_a_built_in_metric_without_a_row_is_noticed(monkeypatch):
    monkeypatch.setitem(registry.metrics._builtin, "new_metric", "tripod_dlib.errors:InputError")
    assert undescribed() == {"new_metric"}


@ROWS
def test_the_signature_begins_with_disentanglement_lib_s_arguments(name):
    registry.metrics.load(name)
    parameters = list(inspect.signature(gin.get_configurable(name)).parameters.values())
    expected = DESCRIPTORS[name].arguments
    assert tuple(parameter.name for parameter in parameters[: len(expected)]) == expected
    if expected == tuple(PROTOCOL):
        assert parameters[3].default is None


@ROWS
def test_what_the_protocol_gives_cannot_be_bound(name):
    registry.metrics.load(name)
    for argument in DESCRIPTORS[name].arguments:
        with pytest.raises(ValueError, match="denylist|blacklist"):
            gin.bind_parameter(f"{name}.{argument}", None)


@ROWS
def test_results_fit_into_json_and_follow_from_the_generator(name):
    first, second = call(name), call(name)
    text = json.dumps(jsonable(first), allow_nan=False)
    assert json.dumps(jsonable(second), allow_nan=False) == text
    assert first and all(isinstance(key, str) for key in first)


@ROWS
def test_batches_that_are_encoded_together_give_the_same_scores(name):
    assert jsonable(call(name, images_at_once=50)) == jsonable(call(name))


@pytest.mark.parametrize(
    "name", ["beta_vae_sklearn", "factor_vae_score", "fairness", "strong_downstream_task"]
)
def test_a_metric_that_draws_more_images_than_there_are_encodes_each_once(name):
    encoded = []

    def counted(images):
        encoded.append(len(images))
        return read_and_mix(images)

    once = call(name, represent=lambda _: Representation(counted))
    assert sum(encoded) == np.prod(SIZES)
    assert jsonable(call(name, represent=lambda function: function)) == jsonable(once)


@pytest.mark.parametrize("name", ["beta_vae_sklearn", "factor_vae_score"])
def test_a_sample_of_an_image_s_latents_is_drawn_anew_though_it_is_encoded_once(name):
    def drawn_from(generator):
        return lambda latents: latents + generator.normal(size=latents.shape)

    def noisy(function):
        draw = drawn_from(np.random.RandomState(0))
        return lambda images: draw(function(images))

    draw = drawn_from(np.random.RandomState(0))
    once = call(name, represent=lambda function: Representation(function, transform=draw))
    assert jsonable(call(name, represent=noisy)) == jsonable(once)


def call(name, images_at_once=1, represent=None):
    """The metric on a noisy representation of a small grid, from fixed seeds."""
    descriptor = DESCRIPTORS[name]
    for metric in registry.metrics.builtin_names:
        registry.metrics.load(metric)
    gin.clear_config()
    bound = {f"{name}.{key}": value for key, value in descriptor.bindings.items()}
    gin.parse_config([f"{key} = {value}" for key, value in {**bound, **descriptor.more}.items()])
    cells = np.stack(np.unravel_index(np.arange(np.prod(SIZES)), SIZES), axis=1).astype(np.uint8)
    images = np.broadcast_to(cells[:, None, None, :] * 60, (len(cells), 2, 2, 3))
    data = GridData("grid", ["a", "b", "c"], list(SIZES), images)
    np.random.seed(0)
    generator = np.random.RandomState(1)
    metric = gin.get_configurable(name)
    represent = represent or (lambda function: Representation(function, 5, images_at_once))
    representation = represent(read_and_mix)
    if descriptor.arguments == FIXED:
        factors, observations = data.sample(120, generator)
        return metric(observations, factors.T, representation)
    if name == "udr_sklearn":
        functions = [lambda x: (read_and_mix(x), np.ones(3)), lambda x: (read(x), np.ones(3))]
        return metric(data, functions, generator)
    return metric(data, representation, generator, artifact_dir=None)


def read(images):
    return np.round(images[:, 0, 0, :] * 255 / 60).astype(np.float64)


def read_and_mix(images):
    """The first and the second source, and the sum of the second and the third."""
    sources = read(images)
    return np.column_stack([sources[:, :2], sources[:, 1] + sources[:, 2]])
