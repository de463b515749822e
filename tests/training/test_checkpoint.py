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


def test_every_damaged_byte_of_a_header_falls_back_to_the_older(checkpoints, tmp_path, capsys):
    path = tmp_path / "checkpoints" / "step_00000030.npz"
    whole = path.read_bytes()
    for position in [*range(0, 400, 7), *range(len(whole) - 300, len(whole), 7)]:
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 0xFF]) + whole[position + 1 :])
        step, arrays, _ = checkpoints.load_latest()
        if step == 30:  # a byte that nothing depends on: a time, an attribute
            np.testing.assert_equal(arrays, variables(30))
        else:
            assert step == 20
    shown = capsys.readouterr().err
    assert "Damaged: " in shown and "Going on from" in shown


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + bytes(18), b"PK\x03\x04" + b"x" * 500])
def test_a_file_that_is_no_checkpoint_falls_back_to_the_older(checkpoints, tmp_path, content):
    (tmp_path / "checkpoints" / "step_00000030.npz").write_bytes(content)
    assert checkpoints.load_latest()[0] == 20


def test_what_a_killed_process_left_is_removed(checkpoints, tmp_path):
    left = tmp_path / "checkpoints" / ".step_00000040.1f-99.partial.npz"
    left.write_bytes(b"half")
    assert checkpoints.load_latest()[0] == 30
    assert not left.exists()
