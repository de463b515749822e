import itertools
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from tripod_dlib.data.grid_data import GridData
from tripod_dlib.data.pipeline import training_batch, training_batches
from tripod_dlib.data.training_input import ahead, training_dataset, training_input
from tripod_dlib.errors import InputError

IMAGES = np.random.RandomState(0).randint(256, size=(60, 4, 4, 3)).astype(np.uint8)
BACKENDS = ["tensorflow", "jax"]


@pytest.fixture
def data(tmp_path):
    np.save(tmp_path / "images.npy", IMAGES)
    images = np.load(tmp_path / "images.npy", mmap_mode="r")
    return GridData("grid", ["a", "b"], [6, 10], images)


class Alone(GridData):
    """Notices when two batches are made at once."""

    busy = overlaps = 0

    def sample_images(self, num, random_state):
        self.overlaps += self.busy
        self.busy = 1
        time.sleep(0.002)
        self.busy = 0
        return super().sample_images(num, random_state)


class Failing(GridData):
    """Images cannot be read from the fifth batch on."""

    batches = 0

    def sample_images(self, num, random_state):
        self.batches += 1
        if self.batches >= 5:
            raise InputError("the disk is gone")
        return super().sample_images(num, random_state)


def threads_of_ours():
    return [thread for thread in threading.enumerate() if thread.name == "training batches"]


def first(batches, num):
    found = itertools.islice(iter(batches), num)
    return [np.asarray(batch[0] if isinstance(batch, tuple) else batch) for batch in found]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_batch_may_be_a_dictionary_of_the_family_s_own(backend, data):
    def of_step(step):
        return {"images": np.full((2, 4, 4, 1), step, np.uint8), "label": np.array([step, 7])}

    with training_input(data, 0, 3, 2, backend, of_step) as stream:
        found = list(itertools.islice(stream, 3))
    for step, batch in enumerate(found, 3):
        batch = batch[0] if isinstance(batch, tuple) else batch
        assert set(batch) == {"images", "label"}
        np.testing.assert_array_equal(batch["images"], of_step(step)["images"])
        np.testing.assert_array_equal(batch["label"], [step, 7])


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("start_step", [0, 3, 2**40])
def test_both_ways_give_the_batches_of_the_steps_bit_for_bit(data, backend, start_step):
    expected = [training_batch(data, 9, start_step + i, 8) for i in range(6)]
    with training_input(data, 9, start_step, 8, backend) as batches:
        found = first(batches, 6)
    np.testing.assert_array_equal(found, expected)
    assert found[0].dtype == np.uint8


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_dataset_is_never_asked_for_two_batches_at_once(backend):
    data = Alone("alone", ["a", "b"], [6, 10], IMAGES)
    with training_input(data, 0, 0, 4, backend) as batches:
        first(batches, 50)
    assert data.overlaps == 0


@pytest.mark.parametrize("num_ahead", [1, 2, 50])
def test_batches_do_not_depend_on_how_many_are_made_ahead(data, num_ahead):
    with ahead(training_batches(data, 1, 2, 5), num_ahead) as batches:
        time.sleep(0.05)
        found = first(batches, 20)
    np.testing.assert_array_equal(found, [training_batch(data, 1, 2 + i, 5) for i in range(20)])


def test_items_are_taken_ahead_but_no_more_than_was_said():
    taken = []

    def items():
        for i in range(100):
            taken.append(i)
            yield i

    with ahead(items(), num_ahead=3) as found:
        end = time.monotonic() + 10
        while len(taken) < 4 and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(0.05)
        assert taken == [0, 1, 2, 3]  # three wait, and the fourth for room
        assert next(found) == 0


def test_items_that_end_end():
    with ahead(iter(range(5))) as items:
        assert list(items) == [0, 1, 2, 3, 4]
        assert list(items) == []
    assert not threads_of_ours()


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_error_in_the_background_reaches_the_caller_as_it_is(backend):
    data = Failing("grid", ["a", "b"], [6, 10], IMAGES)
    with pytest.raises(InputError, match="^the disk is gone$"):
        with training_input(data, 0, 0, 4, backend) as batches:
            for _ in batches:
                pass
    assert not threads_of_ours()


def test_an_error_is_raised_after_the_items_before_it():
    data = Failing("grid", ["a", "b"], [6, 10], IMAGES)
    found = []
    with pytest.raises(InputError, match="the disk is gone"):
        with ahead(training_batches(data, 0, 0, 4), num_ahead=10) as batches:
            for batch in batches:
                found.append(batch)
    assert len(found) == 4


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_error_of_the_caller_is_his_own_whatever_went_wrong_ahead_of_him(backend):
    data = Failing("grid", ["a", "b"], [6, 10], IMAGES)
    with pytest.raises(ZeroDivisionError), training_input(data, 0, 0, 4, backend) as batches:
        images = iter(batches)
        first(images, 3)
        end = time.monotonic() + 10
        while data.batches < 5 and time.monotonic() < end:
            time.sleep(0.01)
        1 / 0
    assert data.batches >= 5
    assert not threads_of_ours()


def test_the_thread_ends_with_the_context_even_where_nobody_took_anything(data):
    before = threading.active_count()
    for num_taken in (0, 1, 3):
        with ahead(training_batches(data, 0, 0, 4)) as batches:
            assert len(threads_of_ours()) == 1
            first(batches, num_taken)
        assert threading.active_count() == before
        assert list(batches) == [], "what comes after the end ends, and waits for nothing"


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"batch_size": 0}, "batch_size is 0; allowed is int from 1"),
        ({"batch_size": 2.5}, "batch_size is 2.5"),
        ({"seed": -1}, "seed is -1; allowed is int from 0"),
        ({"start_step": -1}, "start_step is -1"),
        ({"backend": "tensorfow"}, "backend is 'tensorfow'; batches are made for tensorflow and"),
        ({"backend": None}, "backend is None"),
    ],
    ids=str,
)
def test_numbers_out_of_range_and_unknown_backends_are_refused(data, wrong, message):
    given = {"seed": 0, "start_step": 0, "batch_size": 2, "backend": "jax", **wrong}
    with pytest.raises(InputError, match=message), training_input(data, **given):
        pass


def test_images_that_a_model_would_misread_are_refused_at_once():
    class Odd(GridData):
        def sample_images(self, num, random_state):
            return super().sample_images(num, random_state).astype(np.float64)

    data = Odd("odd", ["a", "b"], [6, 10], IMAGES)
    for backend in BACKENDS:
        with pytest.raises(InputError, match="the dataset odd gave floats"):
            with training_input(data, 0, 0, 4, backend) as batches:
                next(iter(batches))


def test_a_dataset_s_shape_is_known_beforehand_and_it_has_no_end(data):
    dataset = training_dataset(data, 0, 0, 8)
    assert dataset.element_spec.shape.as_list() == [8, 4, 4, 3]
    assert dataset.element_spec.dtype.name == "uint8"
    assert int(dataset.cardinality()) == -1, "TensorFlow's number for infinite"


def test_no_tuner_keeps_a_dataset_waiting_when_training_ends(data):
    assert training_dataset(data, 3, 0, 4).options().autotune.enabled is False


def test_the_thread_needs_no_framework():
    code = (
        "import sys, numpy as np\n"
        "from tripod_dlib.data.grid_data import GridData\n"
        "from tripod_dlib.data.training_input import training_input\n"
        "data = GridData('grid', ['a'], [5], np.zeros((5, 2, 2, 1), np.uint8))\n"
        "with training_input(data, 0, 0, 4, 'jax') as batches:\n"
        "    print(next(batches)[0].shape)\n"
        "print({'keras', 'tensorflow', 'jax'} & set(sys.modules))\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines() == ["(4, 2, 2, 1)", "set()"]


TWO_REPLICAS = """
import numpy as np
import tensorflow as tf

tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
)
from tripod_dlib.data.grid_data import GridData
from tripod_dlib.data.pipeline import training_batch
from tripod_dlib.data.training_input import training_dataset

images = np.random.RandomState(0).randint(256, size=(60, 4, 4, 3)).astype(np.uint8)
data = GridData("grid", ["a", "b"], [6, 10], images)
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
dataset = strategy.experimental_distribute_dataset(training_dataset(data, 3, 5, 8))
for step, batch in zip(range(5, 9), dataset):
    parts = [part.numpy() for part in strategy.experimental_local_results(batch)]
    assert [part.shape[0] for part in parts] == [4, 4]
    np.testing.assert_array_equal(np.concatenate(parts), training_batch(data, 3, step, 8))
print("as one")
"""


@pytest.mark.slow
def test_two_replicas_share_the_batches_of_one():
    found = subprocess.run([sys.executable, "-c", TWO_REPLICAS], capture_output=True, text=True)
    assert found.stdout.splitlines()[-1:] == ["as one"], found.stderr[-2000:]
