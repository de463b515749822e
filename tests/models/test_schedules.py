"""Schedules of weights: their values, by their formulas, and what is refused."""

import math

import numpy as np
import pytest
from keras import ops

from tripod_dlib import registry
from tripod_dlib.errors import InputError
from tripod_dlib.models.schedules import schedule_of

STEPS = [0, 1, 30, 50, 99, 100, 101, 150, 249]
VALUES = {
    ("constant",): lambda step: 1.0,
    ("ramp", 100): lambda step: min(step / 100, 1.0),
    ("cosine", 100): lambda step: (1 - math.cos(math.pi * min(step / 100, 1.0))) / 2,
    ("cyclic", 100): lambda step: min(2 * (step % 100) / 100, 1.0),
    ("steps", 1, 0.5, 100, 2.0): lambda step: 0.0 if step < 1 else 0.5 if step < 100 else 2.0,
}


@pytest.mark.parametrize("written", VALUES, ids=str)
def test_a_schedule_is_its_formula(written):
    schedule = schedule_of(written)
    found = [float(schedule(ops.cast(step, "float32"))) for step in STEPS]
    np.testing.assert_allclose(found, [VALUES[written](step) for step in STEPS], atol=1e-6)


@pytest.mark.parametrize(
    "written",
    [("rampe", 3), ("ramp",), ("ramp", 0), ("ramp", -1), ("ramp", "3"), ("steps",), ("steps", 1)]
    + [("steps", 5, 1.0, 2, 0.0), (), 3, None, ("cosine", float("nan")), ("ramp", 1, 2)],
    ids=str,
)
def test_what_is_no_schedule_is_refused_with_the_forms(written):
    with pytest.raises(InputError, match=r'is not a schedule. Schedules are .*\("ramp", n\): from'):
        schedule_of(written)


def tripod(**changes):
    return registry.models.load("tripod")(**{"klm_weight": 1e-3, "nhp_weight": 1e-2, **changes})


def test_any_term_takes_a_schedule_by_one_binding():
    record = tripod(schedules={"klm": ("cosine", 10), "reconstruction": ("steps", 0, 2.0)})
    weights = record.weights_at(5)
    assert float(weights["klm"]) == pytest.approx(0.5e-3)
    assert float(weights["reconstruction"]) == 2.0 and weights["nhp"] == 1e-2
    assert record.scheduled_weights(5) == pytest.approx(
        {"klm_weight": 0.5e-3, "reconstruction_weight": 2.0}
    )


def test_a_schedule_replaces_the_ramp_of_its_term_alone():
    record = tripod(ramp_steps=10, schedules={"nhp": ("constant",)})
    assert record.scheduled_weights(5) == pytest.approx({"klm_weight": 0.5e-3})


def test_a_schedule_of_a_term_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(InputError, match="names 'klm'; the loss terms .* are reconstruction, nhp,"):
        tripod(klm_weight=0.0, schedules={"klm": ("ramp", 10)})
