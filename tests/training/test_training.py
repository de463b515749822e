"""Whole runs of the command, small: results, resume after SIGKILL and signals, divergence."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest
from picture_writers import write_picture_grid

import tripod_dlib
from tripod_dlib.cli.train import main
from tripod_dlib.data.grid_data import GridData
from tripod_dlib.errors import InputError
from tripod_dlib.training.trained_model import load

pytestmark = pytest.mark.slow

SMALL = [
    "dataset.factor_sizes = (2, 2, 2, 2, 2, 1)",
    "networks.widths = (2, 3, 4, 5, 6)",
    "networks.hidden_units = 8",
    "networks.cond_units = 8",
    "model.num_latents = 4",
    "model.batch_size = 4",
    "model.eval_steps = 4",
    "model.log_steps = 2",
    "model.training_steps = 10",
    "protocol.num_samples = 60",
    "tripod.ramp_steps = 3",
]
# A step that is quick to trace and to compile, where neither is the point.
NO_NHP = ("tripod.nhp_weight = 0.0", "networks.implementation = 'plain'")


def arguments(folder, *bindings, config="gin/quickstart.gin", model=None):
    flags = [f"--gin_config={config}"]
    if model:
        flags.append(f"--gin_config=gin/models/{model}.gin")
    flags += [f"--gin_bindings={binding}" for binding in (*SMALL, *bindings)]
    return [*flags, f"--model_dir={folder}"]


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    before = os.environ.get("TRIPOD_DLIB_CACHE")
    os.environ["TRIPOD_DLIB_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["TRIPOD_DLIB_CACHE"]
    else:
        os.environ["TRIPOD_DLIB_CACHE"] = before


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("finished") / "run"
    assert main(arguments(folder)) == 0
    return folder


def checkpoint(folder):
    path = max((folder / "checkpoints").glob("step_*.npz"))
    with np.load(path) as file:
        return {name: file[name] for name in file.files if name.startswith("variable/")}


def assert_same_end(one, two):
    first, second = checkpoint(one), checkpoint(two)
    assert first.keys() == second.keys() and len(first) > 100
    for name in first:
        np.testing.assert_array_equal(first[name], second[name], err_msg=name)


def results(folder):
    return json.loads((folder / "results" / "json" / "train_results.json").read_text())


def start(folder, *bindings):
    code = "import sys; from tripod_dlib.cli.train import main; sys.exit(main())"
    command = [sys.executable, "-c", code]
    return subprocess.Popen(
        [*command, *arguments(folder, *bindings)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def wait_for(condition, process, seconds=240):
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, process.communicate()[1].decode()[-2000:]
        assert time.monotonic() < end
        time.sleep(0.02)


def steps_logged(folder):
    path = folder / "metrics.jsonl"
    return path.read_text().count("\n") if path.exists() else 0


def test_a_run_leaves_disentanglement_lib_s_files_pictures_and_provenance(finished):
    found = results(finished)
    for key in ("infomec.infom", "dci_random_forest.disentanglement", "mig.discrete_mig"):
        assert key in found and f"baselines.{key}" in found
    assert found["global_step"] == 10 and found["num_values_per_latent"] == 8
    assert found["procedural"] is True and found["versions"]["keras"]
    assert len(found["uuid"]) == 36 and found["elapsed_time"] > 0
    assert "tripod.klm_weight" in (finished / "results" / "gin" / "train.gin").read_text()
    aggregated = json.loads((finished / "results" / "aggregate" / "train.json").read_text())
    assert aggregated["train_config.dataset.name"] == "'shapes3d_procedural'"
    assert aggregated["train_results.psnr.psnr"] == found["psnr.psnr"]
    pictures = {path.name for path in (finished / "pictures").iterdir()}
    traversals = {f"traversal_z{latent:02d}.png" for latent in range(4)}
    assert {"reconstructions.png", "nmi.png", *traversals} <= pictures


def test_losses_are_logged_by_name_and_evaluations_at_every_period(finished):
    rows = [json.loads(line) for line in (finished / "metrics.jsonl").read_text().splitlines()]
    losses = [row for row in rows if "loss" in row]
    assert [row["step"] for row in losses] == [2, 4, 6, 8, 10]
    assert {"klm", "nhp", "nhp_cond", "nhp_block2", "reconstruction"} <= set(losses[0])
    evaluations = [row["evaluation"] for row in rows if "evaluation" in row]
    assert [row["step"] for row in evaluations] == [4, 8, 10]
    for layer in ("cond", "block0", "block1", "block2"):
        assert 0.0 <= evaluations[-1][f"decoder.interaction_share.{layer}"] < 4.0
        assert evaluations[-1][f"decoder.curvature.{layer}"] > 0.0
    assert len(list((finished / "checkpoints").iterdir())) == 2
    assert list((finished / "tensorboard").glob("events*"))


def test_the_result_is_the_selected_checkpoint_and_says_why(finished):
    found = results(finished)
    rows = [json.loads(line) for line in (finished / "metrics.jsonl").read_text().splitlines()]
    evaluations = [row["evaluation"] for row in rows if "evaluation" in row]
    best = max(evaluations, key=lambda row: row["psnr.psnr"])
    assert found["selected_step"] == best["step"]
    assert "none of 3 evaluations reached the threshold of 26 dB" in found["selected_because"]


def test_the_same_command_prints_the_table_again(finished, capsys):
    before = (finished / "metrics.jsonl").read_bytes()
    assert main(arguments(finished)) == 0
    shown = capsys.readouterr().out
    assert (finished / "table.txt").read_text() in shown and "InfoM" in shown
    assert (finished / "metrics.jsonl").read_bytes() == before


def test_another_configuration_is_refused_with_the_bindings_that_differ(finished, capsys):
    assert main(arguments(finished, "tripod.klm_weight = 0.5")) == 2
    shown = capsys.readouterr().err
    assert "tripod.klm_weight: 0.001 there, 0.5 now" in shown and "--overwrite" in shown


def test_a_loaded_run_encodes_and_decodes_arrays(finished):
    trained = tripod_dlib.load(finished)
    images = np.random.default_rng(0).integers(0, 256, size=(3, 32, 32, 3), dtype=np.uint8)
    latents = trained.encode(images)
    assert latents.shape == (3, 4) and latents.dtype == np.float32
    assert np.isin(np.round((latents + 1) / 2 * 7, 4), np.arange(8)).all()
    decoded = trained.decode(latents)
    assert decoded.shape == (3, 32, 32, 3) and 0 <= decoded.min() and decoded.max() <= 1
    np.testing.assert_array_equal(trained.encode(images[:1]), latents[:1])
    with pytest.raises(
        ValueError, match=r"shape \(32, 32, 3\); got an array of shape \(3, 8, 8, 3\)"
    ):
        trained.encode(images[:, :8, :8])
    with pytest.raises(ValueError, match="decodes latents of shape"):
        trained.decode(latents[:, :2])


def test_a_model_of_an_unregistered_package_is_not_imported(finished, tmp_path):
    with zipfile.ZipFile(finished / "model.keras") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["config.json"] = members["config.json"].replace(b"tripod_dlib.models", b"stranger")
    with zipfile.ZipFile(tmp_path / "model.keras", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(InputError, match="is of stranger.* which no installed package registers"):
        load(tmp_path)


def test_the_reported_sample_is_kept_for_other_tools(finished):
    with np.load(finished / "representation.npz", allow_pickle=False) as file:
        assert file["sources"].shape == (60, 6) and file["latents"].shape == (60, 4)
        assert int(file["num_values_per_latent"]) == 8


def test_a_run_killed_in_the_middle_ends_bit_for_bit_like_an_uninterrupted_one(finished, tmp_path):
    folder = tmp_path / "killed"
    process = start(folder)
    wait_for(lambda: steps_logged(folder) >= 4, process)  # past the first evaluation
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert not (folder / "results").exists()
    assert main(arguments(folder)) == 0
    assert_same_end(finished, folder)
    one, two = results(finished), results(folder)
    changing = {"uuid", "elapsed_time", "training_time", "peak_memory"}
    assert {k: one[k] for k in one if k not in changing} == {
        k: two[k] for k in two if k not in changing
    }
    assert (folder / "metrics.jsonl").read_text() == (finished / "metrics.jsonl").read_text()


def test_a_signal_saves_at_once_and_the_run_goes_on_from_there(finished, tmp_path):
    folder = tmp_path / "stopped"
    process = start(folder, "model.eval_steps = 100000", "model.training_steps = 100000", *NO_NHP)
    wait_for(lambda: steps_logged(folder) >= 1, process)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate()
    assert process.returncode == 128 + signal.SIGTERM
    assert b"stopped by SIGTERM; what was done is kept" in errors
    with np.load(max((folder / "checkpoints").glob("*.npz"))) as file:
        assert len(file.files) > 100


def test_a_longer_training_goes_on_from_a_finished_one(tmp_path):
    short, whole = tmp_path / "short", tmp_path / "whole"
    for folder, steps in ((short, 4), (short, 8), (whole, 8)):
        bindings = ("optimizer.schedule = 'constant'", f"model.training_steps = {steps}", *NO_NHP)
        assert main(arguments(folder, *bindings)) == 0
    assert_same_end(short, whole)


def test_a_diverged_run_names_the_term_keeps_its_checkpoint_and_wants_a_change(tmp_path, capsys):
    folder = tmp_path / "diverged"
    bad = ("tripod.klm_weight = 1e38", "optimizer.learning_rate = 1e30", *NO_NHP)
    assert main(arguments(folder, *bad, "optimizer.clip_value = None")) == 3
    shown = capsys.readouterr().err
    assert "Training diverged at step" in shown and " is " in shown
    assert main(arguments(folder, *bad, "optimizer.clip_value = None")) == 2
    assert "diverged" in capsys.readouterr().err


def test_images_that_cannot_be_read_end_a_run_with_the_reason(tmp_path, monkeypatch, capsys):
    read, batches = GridData.sample_images, iter(range(100))

    def fail(self, num, random_state):
        if next(batches) == 5:
            raise InputError("images.npy was cut off while it was in use.")
        return read(self, num, random_state)

    monkeypatch.setattr(GridData, "sample_images", fail)
    assert main(arguments(tmp_path / "run", "model.eval_steps = 100", *NO_NHP)) == 2
    shown = capsys.readouterr().err
    assert "tripod_train: images.npy was cut off while it was in use." in shown.splitlines()


MIG = (
    "evaluation.evaluation_fn = @mig",
    "evaluation.random_seed = 3",
    "mig.num_train = 50",
    "discretizer.num_bins = 20",
    "discretizer.discretizer_fn = @histogram_discretizer",
    "histogram_discretizer.num_bins = 20",
)


@pytest.mark.filterwarnings("ignore:Left out, since their labels never vary")
def test_the_baseline_trains_in_the_same_harness(tmp_path, capsys):
    folder = tmp_path / "baseline"
    bindings = ("model.training_steps = 4", "networks.implementation = 'plain'", *MIG)
    flags = arguments(folder, *bindings, model="beta_tcvae_mws")
    assert main(flags) == 0
    aggregated = json.loads((folder / "results" / "aggregate" / "evaluation.json").read_text())
    assert 0 <= aggregated["evaluation_results.discrete_mig"] <= 1
    assert aggregated["evaluation_config.evaluation.random_seed"] == "3"
    assert aggregated["train_config.dataset.name"] == "'shapes3d_procedural'"
    found = results(folder)
    assert found["model"] == "beta_tcvae_mws" and found["num_values_per_latent"] is None
    shown = "on shapes3d_procedural (procedural: not the scores of Shapes3D, which it resembles)"
    assert f"beta_tcvae_mws {shown}\n" in capsys.readouterr().out
    assert load(folder).encode(np.zeros((2, 32, 32, 3), np.uint8)).shape == (2, 4)


def test_falcor3d_in_official_format_trains_and_evaluates(tmp_path):
    write_picture_grid(tmp_path, "Falcor3D_down128", "train-rec.labels", (2, 2, 2, 1, 1, 1, 2))
    flags = arguments(
        tmp_path / "run",
        f"dataset.data_dir = '{tmp_path}'",
        "dataset.factor_sizes = (2, 2, 2, 1, 1, 1, 2)",
        "model.training_steps = 2",
        "networks.implementation = 'plain'",  # which is quicker to compile
        config="gin/falcor3d.gin",
    )
    assert main(flags) == 0
    assert results(tmp_path / "run")["dataset"] == "falcor3d"


def test_letters_train_and_the_table_says_that_they_resemble_no_other_dataset(tmp_path, capsys):
    sizes = "dataset.factor_sizes = (2, 2, 1, 2, 2, 2, 1)"
    bindings = (sizes, "model.training_steps = 2", *NO_NHP)
    assert main(arguments(tmp_path / "run", *bindings, config="gin/font_glyphs.gin")) == 0
    shown = capsys.readouterr().out
    assert "tripod on font_glyphs (procedural: rendered by this package)\n" in shown
    assert results(tmp_path / "run")["procedural"] is True


@pytest.mark.parametrize(
    "bindings, message",
    [
        (["model.model = @tripod"], "model.model = @tripod()"),
        (["model.batch_size = 0"], "model.batch_size is 0, of type int; allowed is int from 1"),
        (["model.random_seed = -1"], "model.random_seed is -1"),
        (["optimizer.schedule = 'linear'"], "allowed is 'constant' or 'cosine'"),
        (["networks.widths = (2, 3)"], "networks.widths are 5 numbers"),
        (["tripod.nhp_estimator = 'exact'"], "Unknown NHP estimator 'exact'"),
        (["dataset.name = 'shapes4d'"], "Unknown dataset 'shapes4d'"),
    ],
)
def test_bad_settings_end_with_one_clear_message(bindings, message, tmp_path, capsys):
    assert main(arguments(tmp_path / "run", *bindings)) == 2
    shown = capsys.readouterr().err
    assert message in shown and "Traceback" not in shown


def test_a_folder_that_is_not_a_run_is_left_alone(tmp_path, capsys):
    (tmp_path / "thesis.tex").write_text("precious")
    assert main([*arguments(tmp_path), "--overwrite"]) == 2
    assert "it is left alone" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_overwrite_moves_a_run_aside(finished, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(finished, folder)
    before = results(folder)["uuid"]
    flags = arguments(folder, "model.training_steps = 2", "model.random_seed = 5", *NO_NHP)
    assert main([*flags, "--overwrite"]) == 0
    (old,) = tmp_path.glob("run.old-*")
    assert results(old)["uuid"] == before and results(folder)["random_seed"] == 5
