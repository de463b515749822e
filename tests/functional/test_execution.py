"""Parts of a batch side by side, and steps that are repeated some at a time."""

import keras
import numpy as np
import pytest
from keras import ops

from tripod_dlib.functional.execution import num_parts, repeat, side_by_side

needs_tensorflow = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="a matter of TensorFlow's threads"
)


@needs_tensorflow
def test_a_batch_has_as_many_parts_as_operations_run_at_a_time(say_threads):
    say_threads(1, 3)
    assert [num_parts(batch) for batch in (24, 64, 23, None)] == [3, 3, 1, 1]


@needs_tensorflow
@pytest.mark.parametrize(
    ("within", "at_a_time"),
    [(0, 3), (2, 3), (1, 0), (1, 1)],
    ids=["all threads", "two threads", "left to TensorFlow", "one operation"],
)
def test_where_operations_do_not_share_the_threads_a_batch_is_whole(say_threads, within, at_a_time):
    say_threads(within, at_a_time)
    assert num_parts(64) == 1


@needs_tensorflow
def test_parts_are_even_in_order_and_put_together_again(say_threads):
    say_threads(1, 3)
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
