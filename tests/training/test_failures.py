"""What goes wrong at the end of a run, or beside it, costs no training."""

import json
import shutil

import pytest
from training_runs import arguments, results

from tripod_dlib import registry
from tripod_dlib.cli.train import main
from tripod_dlib.evaluation.wrappers.base import metric_wrapper
from tripod_dlib.training import evaluator, run, run_pictures

pytestmark = pytest.mark.slow


@metric_wrapper("own_metric")
def own_metric(
    ground_truth_data,
    representation_function,
    random_state,
    artifact_dir=None,
    broken: bool = False,
):
    """A metric of somebody's own."""
    if broken:
        raise ZeroDivisionError("by nothing")
    return {"f1": 0.125, "half": 0.5}


@pytest.fixture(autouse=True)
def registered():
    registry.metrics.register("own_metric", f"{__name__}:own_metric")
    yield
    registry.metrics.unregister("own_metric")


def fail(*_, **__):
    raise RuntimeError("no picture today")


def test_pictures_and_a_metric_that_fail_leave_all_else_and_the_metric_is_shown_once_it_works(
    tmp_path, monkeypatch, capsys
):
    folder = tmp_path / "run"
    own = ("evaluation.evaluation_fn = @own_metric", "own_metric.broken = True")
    for module in (run, run_pictures):
        monkeypatch.setattr(module, "reconstructions", fail)
    monkeypatch.setattr(run_pictures, "save_nmi_heat_map", fail)
    assert main(arguments(folder, *own, "model.training_steps = 4")) == 2
    shown = capsys.readouterr()
    assert "evaluation.evaluation_fn failed: ZeroDivisionError: by nothing" in shown.err
    assert "pictures/nmi.png could not be made (RuntimeError: no picture today)" in shown.err
    assert "Note: Not computed: evaluation.evaluation_fn failed" in shown.out
    assert "configurable" not in shown.out + (folder / "table.txt").read_text()
    assert results(folder)["psnr.psnr"] > 0
    pictures = {path.name for path in (folder / "pictures").iterdir()}
    assert "traversals.png" in pictures and "nmi.png" not in pictures
    monkeypatch.undo()
    own = (own[0], "own_metric.broken = False")
    assert main(arguments(folder, *own, "model.training_steps = 4")) == 0
    shown = capsys.readouterr().out
    assert "compiling" not in shown  # nothing was trained again
    assert "own_metric.f1" in shown and "0.125" in shown
    assert "own_metric.half" in (folder / "table.txt").read_text()
    assert (folder / "pictures" / "nmi.png").exists()


def test_an_evaluation_that_fails_costs_no_training(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "run"
    flags = arguments(folder, "model.training_steps = 6")
    monkeypatch.setattr(evaluator, "score_sample", fail)
    with pytest.raises(RuntimeError):
        main(flags)
    assert [path.name for path in (folder / "checkpoints").iterdir()] == ["step_00000004.npz"]
    monkeypatch.undo()
    capsys.readouterr()
    assert main(flags) == 0
    lines = capsys.readouterr().out.splitlines()
    steps = [line.split()[1] for line in lines if line.startswith("step ")]
    assert steps == ["4/6:", "6/6:"]
    assert lines.index("compiling the training step …") > lines.index(
        next(line for line in lines if line.startswith("step 4/6: InfoM"))
    )


def damage(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def test_damaged_weights_are_never_installed_the_next_best_are(finished, tmp_path, capsys):
    folder = tmp_path / "run"
    shutil.copytree(finished, folder)
    best = results(folder)["selected_step"]
    damage(folder / "weights" / f"step_{best:08d}.keras")
    state = json.loads((folder / "run.json").read_text())
    del state["finished_steps"]
    (folder / "run.json").write_text(json.dumps(state))
    assert main(arguments(folder)) == 0
    found = results(folder)
    assert found["selected_step"] != best
    assert f"Note: Step {best} would count, but: " in capsys.readouterr().out
    kept = folder / "weights" / f"step_{found['selected_step']:08d}.keras"
    assert (folder / "model.keras").read_bytes() == kept.read_bytes()
    damage(kept)  # the other is damaged already, and damage twice is none
    assert {path.stem[-8:] for path in (folder / "weights").iterdir()} <= {
        f"{best:08d}",
        f"{found['selected_step']:08d}",
    }
    (folder / "run.json").write_text(json.dumps(state))
    assert main(arguments(folder)) == 2
    assert "is damaged" in capsys.readouterr().err
    assert (folder / "model.keras").read_bytes() != kept.read_bytes()
