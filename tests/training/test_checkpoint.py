import numpy as np
import pytest

from tripod_dlib.errors import InputError
from tripod_dlib.training.checkpoint import Checkpoints


def variables(seed):
    generator = np.random.default_rng(seed)
    return {
        "model/0000/encoder/kernel": generator.normal(size=(3, 4)).astype(np.float32),
        "optimizer/0000/iteration": np.asarray(seed, np.int64),
    }


@pytest.fixture
def checkpoints(tmp_path):
    checkpoints = Checkpoints(tmp_path / "checkpoints")
    for step in (10, 20, 30):
        checkpoints.save(step, variables(step), {"evaluations": [{"step": step}]})
    return checkpoints


def damage(tmp_path, step, how):
    path = tmp_path / "checkpoints" / f"step_{step:08d}.npz"
    data = bytearray(path.read_bytes())
    if how == "truncated":
        data = data[: len(data) // 2]
    else:
        position = data.find(variables(step)["model/0000/encoder/kernel"].tobytes())
        assert position > 0
        data[position] ^= 1
    path.write_bytes(data)


def test_no_checkpoint_is_no_error(tmp_path):
    assert Checkpoints(tmp_path / "nowhere").load_latest() is None


def test_the_last_two_are_kept_and_the_newest_comes_back_exactly(checkpoints):
    assert checkpoints.steps() == [20, 30]
    step, arrays, progress = checkpoints.load_latest()
    assert (step, progress) == (30, {"evaluations": [{"step": 30}]})
    for name, expected in variables(30).items():
        assert arrays[name].dtype == expected.dtype
        np.testing.assert_array_equal(arrays[name], expected)


@pytest.mark.parametrize("how", ["truncated", "one bit flipped"])
def test_a_damaged_newest_file_falls_back_to_the_older(checkpoints, tmp_path, how):
    damage(tmp_path, 30, how)
    step, arrays, _ = checkpoints.load_latest()
    assert step == 20
    np.testing.assert_array_equal(
        arrays["model/0000/encoder/kernel"], variables(20)["model/0000/encoder/kernel"]
    )


def test_two_damaged_files_are_both_named(checkpoints, tmp_path):
    damage(tmp_path, 20, "truncated")
    damage(tmp_path, 30, "truncated")
    with pytest.raises(InputError, match=r"step_00000030\.npz .*step_00000020\.npz"):
        checkpoints.load_latest()
