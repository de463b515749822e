"""Numbers that a configuration binds: each has a range, and what is outside is refused."""

import importlib
import inspect

import gin
import pytest

from tripod_dlib import registry
from tripod_dlib.cli.configuration import CORE, parsed
from tripod_dlib.errors import InputError
from tripod_dlib.models import slots
from tripod_dlib.models.dlib_optimizers import piecewise_constant


def test_every_number_that_may_be_bound_says_its_range():
    """But seeds of metrics, which those check themselves, and the number of a study's model."""
    for module in CORE:
        importlib.import_module(module)
    for kind in (registry.models, registry.metrics, slots.networks):
        for name in kind.builtin_names:
            kind.load(name)
    configurables = [
        item for name, item in gin.config._REGISTRY.items() if name.startswith("tripod_dlib.")
    ]
    assert len(configurables) > 80
    bare = {
        f"{item.name}.{name}"
        for item in configurables
        if inspect.getmodule(inspect.unwrap(item.wrapper)).__name__.startswith("tripod_dlib.")
        for name, parameter in inspect.signature(item.wrapper).parameters.items()
        if name not in (*(item.denylist or ()), "seed", "model_num")
        and parameter.annotation in (int, float, int | None, float | None, object)
    }
    assert not bare


@pytest.mark.parametrize(
    ("binding", "allowed"),
    [
        ("encoder.num_latent = 0", "int from 1 or None"),
        ("AdamOptimizer.learning_rate = 0.", "float above 0 or function"),
        ("AdamOptimizer.learning_rate = '0.001'", "float above 0 or function"),
        ("AdamOptimizer.beta2 = 1.5", "float from 0 below 1"),
        ("AdamOptimizer.epsilon = -1", "float above 0"),
        ("vae_optimizer.learning_rate = -1e-4", "float above 0 or function or None"),
        ("MomentumOptimizer.momentum = 1", "float from 0 below 1"),
        ("exponential_decay.decay_steps = 0", "int from 1"),
        ("piecewise_constant.values = (0.1, -0.1)", "tuple of float above 0"),
        ("fc_discriminator.units = 0", "int from 1"),
        ("factor_vae_score.num_variance_estimate = 1", "int from 2"),
        ("irs.diff_quantile = 2.0", "float from 0 to 1"),
        ("dci_validation.train_percentage = 90", "float above 0 below 1"),
        ("infomec.num_neighbors = 0", "int from 1"),
    ],
)
def test_a_number_outside_is_refused(binding, allowed):
    with pytest.raises(InputError, match=f"allowed is {allowed}"), parsed([], [binding]):
        pass


@pytest.mark.parametrize(
    "bindings",
    [
        ["vae_optimizer.learning_rate = @piecewise_constant"],
        ["AdamOptimizer.learning_rate = @exponential_decay()"],
        ["piecewise_constant.boundaries = [10]", "piecewise_constant.values = [0.1, 0.01]"],
    ],
    ids=lambda bindings: bindings[0],
)
def test_schedules_are_taken_in_place_of_a_number(bindings):
    with parsed([], bindings) as configuration:
        assert len(configuration.bound) == len(bindings)


def test_a_schedule_in_pieces_has_one_value_more_than_boundaries():
    with pytest.raises(InputError, match="2 boundaries and 2 values: one value more"):
        piecewise_constant((10, 20), (0.1, 0.01))
