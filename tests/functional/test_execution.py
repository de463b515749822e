"""Parts of a batch side by side, and steps that are repeated some at a time."""

import keras
import numpy as np
import pytest
from keras import ops

from tripod_dlib.functional import execution
from tripod_dlib.functional.execution import (
    BETWEEN_OPERATIONS,
    WITHIN_OPERATIONS,
    num_parts,
    repeat,
    side_by_side,
)

needs_tensorflow = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="a matter of TensorFlow's threads"
)


@pytest.fixture
def three_operations(monkeypatch):
    monkeypatch.setenv(WITHIN_OPERATIONS, "1")
    monkeypatch.setenv(BETWEEN_OPERATIONS, "3")


@needs_tensorflow
def test_a_batch_has_as_many_parts_as_operations_run_at_a_time(three_operations):
    assert [num_parts(batch) for batch in (24, 64, 23, None)] == [3, 3, 1, 1]


@needs_tensorflow
@pytest.mark.parametrize("threads", [None, "2"])
def test_where_an_operation_has_all_threads_a_batch_is_whole(monkeypatch, threads):
    monkeypatch.setenv(BETWEEN_OPERATIONS, "3")
    monkeypatch.delenv(WITHIN_OPERATIONS, raising=False)
    if threads:
        monkeypatch.setenv(WITHIN_OPERATIONS, threads)
    assert num_parts(64) == 1


@needs_tensorflow
@pytest.mark.parametrize("at_a_time", ["", "0", "1", "many"])
def test_where_no_number_of_operations_is_given_a_batch_is_whole(monkeypatch, at_a_time):
    monkeypatch.setenv(WITHIN_OPERATIONS, "1")
    monkeypatch.setenv(BETWEEN_OPERATIONS, at_a_time)
    assert num_parts(64) == 1


@needs_tensorflow
def test_parts_are_even_in_order_and_put_together_again(three_operations):
    batch = np.arange(50.0, dtype=np.float32).reshape(25, 2)
    sizes = []

    def function(part):
        sizes.append(part.shape[0])
        return {"twice": 2.0 * part, "sum": ops.sum(part, axis=1)}

    found = side_by_side(function, ops.convert_to_tensor(batch))
    assert sizes == [8, 8, 9]
    np.testing.assert_array_equal(found["twice"], 2.0 * batch)
    np.testing.assert_array_equal(found["sum"], batch.sum(axis=1))


@pytest.mark.parametrize("at_a_time", [1, 2, 5, 9])
def test_a_step_is_repeated_as_often_whatever_runs_at_a_time(at_a_time):
    count = 5

    def add(i, state):
        total, order = state
        return [total + ops.cast(i, "float32"), order * 10.0 + ops.cast(i, "float32")]

    start = [ops.zeros(()), ops.zeros(())]
    total, order = repeat(count, add, start, at_a_time)
    assert (float(total), float(order)) == (10.0, 1234.0)


def test_the_variables_are_those_that_the_commands_set():
    from tripod_dlib.backend import THREADS

    assert THREADS == (execution.WITHIN_OPERATIONS, execution.BETWEEN_OPERATIONS)
