from types import SimpleNamespace

import pytest

from tripod_dlib.errors import DivergedError
from tripod_dlib.training.watch import Watch


class Shown:
    def __init__(self):
        self.lines, self.postfix = [], {}

    def say(self, line):
        self.lines.append(line)

    def update(self):
        pass

    unpause = update

    def set_postfix(self, **values):
        self.postfix = values


@pytest.fixture
def watched():
    """A watch that writes a row every two steps, and what it has written and shown."""
    shown, rows, steps = Shown(), [], [10]
    stop = SimpleNamespace(requested=None)
    watch = Watch(2, shown, lambda *row: rows.append(row), stop, lambda: max(steps, default=None))
    watch.set_model(SimpleNamespace(reset_metrics=lambda: None, stop_training=False))
    return SimpleNamespace(watch=watch, shown=shown, rows=rows, stop=stop, steps=steps)


def train(watch, first_step, losses):
    watch.first_step = first_step
    watch.on_train_begin()
    for batch, loss in enumerate(losses):
        watch.on_train_batch_end(batch, {"klm": 1.0, "loss": loss})
    watch.on_train_end()


def test_compiling_is_said_once_with_its_time(watched):
    train(watched.watch, 0, [1.0, 1.0])
    train(watched.watch, 2, [1.0, 1.0])
    assert watched.shown.lines[0].startswith("compiling")
    assert "the first step made, in 0.0 s" in watched.shown.lines[1]
    assert len(watched.shown.lines) == 2


def test_rows_have_the_speed_since_the_row_before_within_a_stretch(watched):
    train(watched.watch, 0, [1.0] * 4)
    assert [step for step, _, _ in watched.rows] == [2, 4]
    (_, losses, none), (_, _, rate) = watched.rows
    assert losses == {"klm": 1.0, "loss": 1.0} and none is None and rate > 0


def test_a_narrow_bar_shows_the_loss_and_the_last_scores_first(watched):
    watched.watch.scores = {"InfoM": ".512", "PSNR": "25.1"}
    train(watched.watch, 0, [1.0, 0.5])
    assert list(watched.shown.postfix) == ["loss", "InfoM", "PSNR", "klm"]


def test_a_wish_to_stop_ends_training(watched):
    watched.stop.requested = 15
    train(watched.watch, 0, [1.0])
    assert watched.watch.model.stop_training


@pytest.mark.parametrize(
    "steps, said", [([10], "of step 10, was kept"), ([], "There was no checkpoint before it.")]
)
def test_a_divergence_speaks_only_of_a_checkpoint_that_is_there(watched, steps, said):
    watched.steps[:] = steps
    with pytest.raises(DivergedError, match="at step 3: loss is nan") as raised:
        train(watched.watch, 2, [float("nan")])
    assert said in str(raised.value)
