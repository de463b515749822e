import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tripod_dlib.errors import InputError
from tripod_dlib.results.run_folder import RunFolder, default_path

BOUND = {
    "dataset.name": "'dummy_data'",
    "model.training_steps": "100",
    "protocol.num_samples": "1000",
    "tripod.klm_weight": "0.001",
}


def opened(path, **changes):
    return RunFolder(path, {**BOUND, **changes})


def test_the_default_folder_names_dataset_model_and_configuration():
    path = default_path("dummy_data", "tripod", BOUND)
    assert path.parent.name == "results"
    assert path.name.startswith("dummy_data-tripod-")
    assert path != default_path("dummy_data", "tripod", {**BOUND, "tripod.klm_weight": "0.1"})


@pytest.mark.parametrize("name", ["model.training_steps", "protocol.num_samples"])
def test_length_and_evaluation_may_change_between_two_starts(tmp_path, name):
    changed = {**BOUND, name: "7"}
    assert default_path("d", "m", BOUND) == default_path("d", "m", changed)
    with opened(tmp_path / "run"):
        pass
    with RunFolder(tmp_path / "run", changed) as folder:
        assert not folder.same_bound


def test_the_same_configuration_goes_on_and_knows_that_it_finished(tmp_path):
    with opened(tmp_path / "run") as folder:
        assert folder.finished_steps is None
        folder.mark_finished(100)
        assert not folder.is_reported(100)  # its table is not there
    with opened(tmp_path / "run") as folder:
        assert folder.finished_steps == 100
        assert folder.same_bound


def test_another_configuration_is_refused_with_every_difference_and_the_way_out(tmp_path):
    with opened(tmp_path / "run"):
        pass
    before = (tmp_path / "run" / "run.json").read_bytes()
    with pytest.raises(InputError) as raised:
        opened(
            tmp_path / "run", **{"tripod.klm_weight": "0.1", "tripod.nhp_weight": "2"}
        ).__enter__()
    message = str(raised.value)
    assert "tripod.klm_weight: 0.001 there, 0.1 now" in message
    assert "tripod.nhp_weight: not bound there, 2 now" in message
    assert "--overwrite" in message and "--model_dir" in message
    assert "dataset.name" not in message
    assert (tmp_path / "run" / "run.json").read_bytes() == before
    with opened(tmp_path / "run"):
        pass  # the refusal left no lock behind


def test_overwrite_moves_a_run_aside_whatever_its_configuration(tmp_path):
    with opened(tmp_path / "run") as folder:
        folder.metrics.append({"step": 1})
    for _ in range(2):
        with RunFolder(tmp_path / "run", {"x": "1"}, overwrite=True) as folder:
            assert folder.finished_steps is None
    moved = sorted(tmp_path.glob("run.old-*"))
    assert len(moved) == 2
    assert sum((path / "metrics.jsonl").exists() for path in moved) == 1


@pytest.mark.parametrize("content", ["notes", "{}", '{"bound": 1}'], ids=["text", "json", "other"])
@pytest.mark.parametrize("name", ["notes.txt", "run.json"])
def test_a_folder_that_is_no_run_is_never_touched(tmp_path, name, content):
    (tmp_path / name).write_text(content)
    what = "no run.json, but notes.txt" if name == "notes.txt" else "its run.json is damaged, or an"
    for overwrite in (False, True):
        with pytest.raises(InputError, match=f"{what}.*left alone"):
            RunFolder(tmp_path, BOUND, overwrite).__enter__()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == content


def test_a_folder_that_cannot_be_made_is_an_input_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="Choose a folder"):
        opened(tmp_path / "file").__enter__()
    with pytest.raises(InputError, match="cannot be written"):
        opened(tmp_path / "file" / "run").__enter__()


def test_a_second_process_is_refused_with_the_name_of_the_first(tmp_path):
    with opened(tmp_path / "run"):
        for overwrite in (False, True):
            with pytest.raises(InputError, match=f"process {os.getpid()} on .*training"):
                RunFolder(tmp_path / "run", BOUND, overwrite).__enter__()
    assert not list(tmp_path.glob("run.old-*"))


def test_after_a_divergence_only_a_changed_binding_goes_on(tmp_path):
    with opened(tmp_path / "run") as folder:
        folder.mark_diverged("klm is nan.")
    with pytest.raises(InputError, match="klm is nan"):
        opened(tmp_path / "run").__enter__()
    with pytest.raises(InputError, match="klm is nan"):
        opened(tmp_path / "run", **{"model.training_steps": "7"}).__enter__()
    for _ in range(2):  # the changed configuration has not diverged: it may be started again
        with opened(tmp_path / "run", **{"tripod.klm_weight": "0"}):
            pass


def test_metrics_beyond_the_resumed_step_and_half_lines_are_removed(tmp_path):
    with opened(tmp_path / "run") as folder:
        for step in (10, 20, 30):
            folder.metrics.append({"step": step, "loss": float("nan")})
        path = tmp_path / "run" / "metrics.jsonl"
        path.write_text(path.read_text().replace("\n", '\n7\n{"a": 1}\n', 1) + '{"step": 15')
        folder.metrics.truncate(20, [])
        folder.metrics.append({"step": 21})
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert rows == [{"step": 10, "loss": None}, {"step": 20, "loss": None}, {"step": 21}]


WRITER = """
import itertools, sys
from tripod_dlib.results.dlib_results import save_dict
from tripod_dlib.results.run_folder import RunFolder
with RunFolder(sys.argv[1], {"a": "1"}) as folder:
    for step in itertools.count():
        folder.metrics.append({"step": step, "text": "x" * 5000})
        folder.mark_finished(step)
        save_dict(folder.path / "results.json", {str(i): i for i in range(500)})
"""


def test_a_killed_run_leaves_whole_files_and_a_free_lock(tmp_path):
    path = tmp_path / "run"
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)])
        deadline = time.monotonic() + 30
        result = path / "results.json"
        result.unlink(missing_ok=True)
        while not result.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.05)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        assert len(json.loads(result.read_text())) == 500
        with RunFolder(path, {"a": "1"}) as folder:
            finished = folder.finished_steps
            folder.metrics.truncate(finished, [])
        lines = (path / "metrics.jsonl").read_text().splitlines()
        assert {json.loads(line)["step"] for line in lines} == set(range(finished + 1))
        (path / "metrics.jsonl").unlink()


def test_other_data_under_the_same_configuration_are_refused(tmp_path):
    with RunFolder(tmp_path / "run", BOUND, data_fingerprint="aa"):
        pass
    before = (tmp_path / "run" / "run.json").read_bytes()
    with pytest.raises(InputError, match="aa then, bb now.*--overwrite"):
        RunFolder(tmp_path / "run", BOUND, data_fingerprint="bb").__enter__()
    assert (tmp_path / "run" / "run.json").read_bytes() == before
    for same in ("aa", None):  # another library's dataset says nothing
        with RunFolder(tmp_path / "run", BOUND, data_fingerprint=same) as folder:
            assert folder.same_bound
    with RunFolder(tmp_path / "run", BOUND, overwrite=True, data_fingerprint="bb"):
        pass


def test_a_run_of_an_earlier_version_takes_the_fingerprint_of_its_data(tmp_path):
    with opened(tmp_path / "run"):
        pass
    with RunFolder(tmp_path / "run", BOUND, data_fingerprint="aa"):
        pass
    with pytest.raises(InputError, match="have changed since it began"):
        RunFolder(tmp_path / "run", BOUND, data_fingerprint="bb").__enter__()


def test_what_killed_processes_left_half_written_is_removed(tmp_path):
    with opened(tmp_path / "run"):
        pass
    for place in (".run.123.partial.json", "weights/.step_00000010.0ab-9.partial.keras"):
        path = tmp_path / "run" / place
        path.parent.mkdir(exist_ok=True)
        path.write_text("half")
    with opened(tmp_path / "run"):
        pass
    assert not list((tmp_path / "run").rglob("*.partial*"))


def test_bindings_of_other_models_are_nothing_to_a_run(tmp_path):
    others = ("beta_tcvae_mws.",)
    changed = {**BOUND, "beta_tcvae_mws.tc_weight": "4.0"}
    assert default_path("d", "m", BOUND, others) == default_path("d", "m", changed, others)
    with RunFolder(tmp_path / "run", changed, unused=others):
        pass
    with RunFolder(tmp_path / "run", BOUND, unused=others):
        pass
    with pytest.raises(InputError, match="tc_weight: not bound there, 4.0 now"):
        RunFolder(tmp_path / "run", changed).__enter__()


def test_a_folder_in_which_no_run_could_begin_is_free_for_another_configuration(tmp_path):
    with pytest.raises(InputError, match="no such layer"), opened(tmp_path / "run") as folder:
        with folder.unless_refused():
            raise InputError("no such layer")
    with opened(tmp_path / "run", **{"tripod.klm_weight": "0.1"}) as folder:
        assert folder.finished_steps is None


def test_a_run_that_began_stays_when_a_later_start_is_refused(tmp_path):
    with opened(tmp_path / "run"):
        pass
    with pytest.raises(InputError, match="no such layer"), opened(tmp_path / "run") as folder:
        with folder.unless_refused():
            raise InputError("no such layer")
    assert (tmp_path / "run" / "run.json").exists()


def test_another_dataset_is_another_configuration_and_no_change_of_files(tmp_path):
    with RunFolder(tmp_path / "run", BOUND, data_fingerprint="a"):
        pass
    other = {**BOUND, "dataset.name": "'cars3d'"}
    with pytest.raises(InputError, match="another configuration:\n  dataset.name: 'dummy_data'"):
        RunFolder(tmp_path / "run", other, data_fingerprint="b").__enter__()
    with pytest.raises(InputError, match="The data of the run in .* have changed"):
        RunFolder(tmp_path / "run", BOUND, data_fingerprint="b").__enter__()


def test_a_copied_run_is_printed_with_its_own_path(tmp_path, capsys):
    with RunFolder(tmp_path / "one", BOUND) as folder:
        folder.mark_finished(100)
        text = f"\nInfoM 0.5\n\npictures and results: {folder.path}\n\n"
        (folder.path / "table.txt").write_text(text)
        (folder.path / "pictures").mkdir()
        results = folder.path / "results" / "json" / "train_results.json"
        results.parent.mkdir(parents=True)
        results.write_text('{"infom": 0.5}')
        assert folder.print_again() == {"infom": 0.5}
        assert capsys.readouterr().out == text
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    (tmp_path / "two" / "pictures").rmdir()
    with RunFolder(tmp_path / "two", BOUND) as folder:
        assert folder.is_reported(100) and not folder.is_reported(99)
        folder.print_again()
    assert capsys.readouterr().out == f"\nInfoM 0.5\n\nresults: {tmp_path / 'two'}\n\n"
    (tmp_path / "two" / "results" / "json" / "train_results.json").write_text('{"infom":')
    with (
        RunFolder(tmp_path / "two", BOUND) as folder,
        pytest.raises(InputError, match="train_results.json cannot be read as JSON"),
    ):
        folder.print_again()


@pytest.mark.parametrize(
    "schedule, step, is_noted",
    [("'cosine'", 20, True), ("'constant'", 20, False), ("'cosine'", 0, False)],
)
def test_a_schedule_of_another_length_is_noted(tmp_path, capsys, schedule, step, is_noted):
    bound = {**BOUND, "optimizer.schedule": schedule}
    for steps in ("20", "30", "30"):
        with RunFolder(tmp_path / "run", {**bound, "model.training_steps": steps}) as folder:
            folder.note_length(step if steps == "30" else 0)
            notes = folder.notes
    assert capsys.readouterr().err.count("Note: ") == len(notes) == int(is_noted)
    if is_noted:
        assert notes[0].startswith(
            "Up to step 20 this run's learning rate followed a schedule of 20"
        )
