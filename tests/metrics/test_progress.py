"""Slow metrics tell how far they have come, and score the same whether somebody listens or not."""

import contextlib

import numpy as np
import pytest
from metric_samples import METRICS, noisy_by_half, quietly, scalars

from tripod_dlib.evaluation.arrays import evaluate_arrays
from tripod_dlib.metrics.progress import steps, told_as, told_to

SLOW = (
    *("dci_boosting", "dci_random_forest", "fairness", "irs", "reduced_downstream_task", "sap"),
    "strong_downstream_task",
)


class Listener:
    """Notes what it is told."""

    def __init__(self):
        self.told = []

    @contextlib.contextmanager
    def __call__(self, what, total):
        entry = [what, total, 0]
        self.told.append(entry)

        def advance():
            entry[2] += 1

        yield advance


@pytest.mark.parametrize("name", SLOW)
def test_every_step_is_told_and_no_score_moves(name):
    arrays, listener = noisy_by_half(60), Listener()
    expected = quietly(METRICS[name].compute, *arrays)
    with told_to(listener):
        found = quietly(METRICS[name].compute, *arrays)
    assert scalars(found) == scalars(expected)
    assert listener.told
    for what, total, done in listener.told:
        assert what and total == done


def test_steps_within_steps_and_steps_without_a_listener_tell_nothing():
    listener = Listener()
    with told_to(listener), steps("outer", 2) as outer:
        for _ in range(2):
            with steps("inner", 5) as inner:
                inner()
            outer()
    assert listener.told == [["outer", 2, 2]]
    with steps("nobody listens", 1) as advance:
        advance()
    assert listener.told == [["outer", 2, 2]]


def test_steps_from_threads_are_all_counted():
    listener = Listener()
    with told_to(listener):
        quietly(METRICS["dci_boosting"].compute, *noisy_by_half(60))
    assert listener.told == [["boosted trees", 300, 300]] and np.isfinite(listener.told[0][1])


def test_steps_are_told_in_the_name_of_their_metric():
    listener = Listener()
    with told_as("nobody listens"), steps("alone", 1) as advance:
        advance()
    with told_to(listener):
        evaluate_arrays(
            *noisy_by_half(60), discrete=False, metrics=["sap_score", "irs"], baselines=False
        )
    assert [what for what, *_ in listener.told] == [
        "sap_score: support vector machines",
        "irs: interventional robustness",
    ]
