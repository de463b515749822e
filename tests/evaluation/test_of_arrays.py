"""Pure functions of arrays under gin names."""

import inspect

import gin
import numpy as np
import pytest

from tripod_dlib import metrics, registry
from tripod_dlib.data.rendered.dummy_data import IdentityObservationsData
from tripod_dlib.evaluation.batches import generate_batch_factor_code
from tripod_dlib.evaluation.representation import Representation
from tripod_dlib.evaluation.wrappers.of_arrays import of_arrays, takes_arrays

DATA = IdentityObservationsData()
OF_ARRAYS = [
    n for n in registry.metrics.builtin_names if takes_arrays(registry.metrics.declared(n))
]


def halves(observations):
    return observations[:, :4] // 2


def call(name, encode, **bound):
    registry.metrics.load(name)
    for parameter, value in bound.items():
        gin.bind_parameter(f"{name}.{parameter}", value)
    return gin.get_configurable(name)(DATA, encode, np.random.RandomState(3))


@pytest.mark.filterwarnings("ignore:Some labels of source")
@pytest.mark.parametrize("name", OF_ARRAYS)
def test_results_are_the_function_s_of_the_points_drawn(name):
    found = call(name, Representation(halves, 5), num_train=300)
    latents, factors = generate_batch_factor_code(DATA, halves, 300, np.random.RandomState(3), 16)
    function = registry.metrics.declared(name)
    takes_kind = "discrete" in inspect.signature(function).parameters
    expected = function(factors.T, latents.T, **({"discrete": True} if takes_kind else {}))
    del expected["notes"]
    found.pop("baseline", None)
    np.testing.assert_equal(found, expected)


@pytest.mark.filterwarnings("ignore:The latents take at most 6 values")
def test_the_function_s_parameters_are_bound_beside_the_draw_s():
    found = call("rmig", halves, num_train=200, batch_size=50, num_bins=3, baselines=False)
    latents, factors = generate_batch_factor_code(DATA, halves, 200, np.random.RandomState(3), 50)
    expected = metrics.compute_rmig(factors.T, latents.T, num_bins=3)
    assert found["rmig"] == expected["rmig"] and "baseline" not in found


def spread(sources, latents, *, factor: float = 1.0):
    return {"spread": factor * float(np.ptp(latents)), "notes": ["Said of latents."]}


def test_one_function_and_one_name_are_a_metric():
    """Of another package: arrays know it, gin knows it, and what it notes is warned of."""
    registry.metrics.register("spread_of_latents", spread)
    try:
        wrapper = registry.metrics.load("spread_of_latents")
        with pytest.warns(UserWarning, match="Said of latents"):
            found = wrapper(DATA, halves, np.random.RandomState(0), num_train=200, factor=3.0)
    finally:
        registry.metrics.unregister("spread_of_latents")
    latents, _ = generate_batch_factor_code(DATA, halves, 200, np.random.RandomState(0), 16)
    assert found == {"spread": 3.0 * np.ptp(latents)}
    assert registry.metrics.load("mig").of_arrays is metrics.compute_mig


def test_whether_latents_are_discrete_is_bound_or_said_by_the_representation_or_the_default():
    seen = []

    def kind(sources, latents, *, discrete: bool = False):
        seen.append(discrete)
        return {"kind": 0.0}

    wrapper = of_arrays("kind_of_latents", kind)
    for encode, given in (
        (halves, {}),
        (Representation(halves, None), {}),
        (Representation(halves, 5), {}),
        (Representation(halves, 5), {"discrete": False}),
    ):
        wrapper(DATA, encode, np.random.RandomState(0), num_train=20, **given)
    assert seen == [False, False, True, False]


@pytest.mark.parametrize("target", [dict, max, np.add, type], ids=repr)
def test_what_has_no_signature_takes_no_arrays(target):
    assert not takes_arrays(target)
