"""Numbers and switches that a metric is given beside its arrays."""

import inspect
import typing

import numpy as np
import pytest

from tripod_dlib import metrics
from tripod_dlib.allowed import Range

GENERATOR = np.random.RandomState(0)
SOURCES = GENERATOR.randint(3, size=(60, 2))
LATENTS = GENERATOR.normal(size=(60, 3))
METRICS = [getattr(metrics, name) for name in metrics.__all__ if name.startswith("compute_")]


def _ranges(annotation: object) -> list[Range]:
    parts = (annotation, *typing.get_args(annotation))
    return [extra for part in parts for extra in getattr(part, "__metadata__", ())]


NUMBERS = [
    pytest.param(metric, name, id=f"{metric.__name__}-{name}")
    for metric in METRICS
    for name, parameter in inspect.signature(metric).parameters.items()
    if _ranges(parameter.annotation)
]


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.__name__)
def test_every_number_but_a_seed_says_its_range(metric):
    parameters = inspect.signature(metric).parameters
    assert not {
        name
        for name, parameter in parameters.items()
        if name != "seed" and parameter.annotation in (int, float)
    }


@pytest.mark.parametrize("value", [-1, "20", True, np.nan, [5]], ids=repr)
@pytest.mark.parametrize(("metric", "name"), NUMBERS)
def test_a_number_out_of_its_range_is_refused_in_words(metric, name, value):
    with pytest.raises(ValueError, match=rf"{name} is .*, of type .*; allowed is (int|float)"):
        metric(SOURCES, LATENTS, **{name: value})


def test_a_fraction_is_no_count():
    with pytest.raises(ValueError, match=r"num_bins is 20.0, of type float; allowed is int from 1"):
        metrics.compute_mig(SOURCES, LATENTS, num_bins=20.0)
    with pytest.raises(
        ValueError, match=r"num_bins is 1000000000.*; allowed is int from 1 to 10000"
    ):
        metrics.compute_mig(SOURCES, LATENTS, num_bins=10**9)


def test_integers_of_numpy_are_integers():
    of_numpy = metrics.compute_mig(SOURCES, LATENTS, num_bins=np.int64(5))
    assert (
        of_numpy["discrete_mig"]
        == (metrics.compute_mig(SOURCES, LATENTS, num_bins=5)["discrete_mig"])
    )


SWITCHES = [
    pytest.param(metric, name, id=f"{metric.__name__}-{name}")
    for metric in METRICS
    for name, parameter in inspect.signature(metric).parameters.items()
    if parameter.annotation is bool
]


@pytest.mark.parametrize("value", ["False", "no", 2, None], ids=repr)
@pytest.mark.parametrize(("metric", "name"), SWITCHES)
def test_a_text_is_no_switch(metric, name, value):
    """As a condition "False" would be true."""
    with pytest.raises(ValueError, match=rf"{name} is {value!r}, of type .*; allowed is bool"):
        metric(SOURCES, LATENTS, **{name: value})


def test_switches_of_numpy_are_switches():
    of_numpy = metrics.compute_sap(SOURCES, LATENTS, continuous=np.True_)
    assert (
        of_numpy["SAP_score"] == metrics.compute_sap(SOURCES, LATENTS, continuous=True)["SAP_score"]
    )
