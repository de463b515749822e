"""Whole runs of the command, small: what they leave behind, of every kind of data."""

import json
import zipfile

import numpy as np
import pytest
from picture_writers import write_picture_grid
from training_runs import TRIPOD_NETWORKS, arguments, results

import tripod_dlib
from tripod_dlib.cli.train import main
from tripod_dlib.errors import InputError
from tripod_dlib.training.trained_model import load

pytestmark = pytest.mark.slow


def test_a_run_leaves_disentanglement_lib_s_files_pictures_and_provenance(finished):
    found = results(finished)
    for key in ("infomec.infom", "dci_random_forest.disentanglement", "mig.discrete_mig"):
        assert key in found and f"baselines.{key}" in found
    assert found["global_step"] == 10 and found["num_values_per_latent"] == 8
    rows = [json.loads(line) for line in (finished / "metrics.jsonl").read_text().splitlines()]
    last = [row for row in rows if "loss" in row][-1]
    assert found["loss"] == pytest.approx(last["loss"], rel=1e-6)
    assert found["reconstruction_loss"] == last["reconstruction"] and "elbo" not in found
    assert found["procedural"] is True and found["versions"]["keras"]
    assert len(found["uuid"]) == 36 and found["elapsed_time"] > 0
    assert "tripod.klm_weight" in (finished / "results" / "gin" / "train.gin").read_text()
    aggregated = json.loads((finished / "results" / "aggregate" / "train.json").read_text())
    assert aggregated["train_config.dataset.name"] == "'shapes3d_procedural'"
    assert aggregated["train_results.psnr.psnr"] == found["psnr.psnr"]
    pictures = {path.name for path in (finished / "pictures").iterdir()}
    traversals = {f"traversal_z{latent:02d}.png" for latent in range(4)}
    of_run = {"curves.png", "importance.png", "nmi.png", "reconstructions.png", "traversals.png"}
    assert of_run | traversals == pictures
    page = (finished / "report.html").read_text()
    assert page.count('type="range"') == 4 and len(page) < 5_000_000


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
    table = (finished / "metrics.csv").read_text().splitlines()
    assert len(table) == 1 + 5 and table[0].startswith("step,loss")
    assert "evaluation.infomec.infom" in table[0].split(",")


def test_the_result_is_the_selected_checkpoint_and_says_why(finished):
    found = results(finished)
    rows = [json.loads(line) for line in (finished / "metrics.jsonl").read_text().splitlines()]
    evaluations = [row["evaluation"] for row in rows if "evaluation" in row]
    best = max(evaluations, key=lambda row: row["psnr.psnr"])
    assert found["selected_step"] == best["step"]
    assert "none of 3 evaluations reached the threshold of 26 dB" in found["selected_because"]


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
    assert trained.representation.images_at_once == 1000
    trained.image_shape = (1024, 1024, 3)  # as full as they are: 13 MB each
    assert trained.representation.images_at_once == 7
    with pytest.raises(InputError, match="A run is the path of its folder; got None"):
        tripod_dlib.load(None)
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
        *TRIPOD_NETWORKS,
        config="gin/falcor3d.gin",
    )
    assert main(flags) == 0
    assert results(tmp_path / "run")["dataset"] == "falcor3d"


def test_letters_train_and_the_table_says_that_they_resemble_no_other_dataset(tmp_path, capsys):
    sizes = "dataset.factor_sizes = (2, 2, 1, 2, 2, 2, 1)"
    bindings = (sizes, "model.training_steps = 2")
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
        ([*TRIPOD_NETWORKS, "networks.widths = (2, 3)"], "networks.widths are 5 numbers"),
        (["tripod.nhp_estimator = 'exact'"], "Unknown NHP estimator 'exact'"),
        (["dataset.name = 'shapes4d'"], "Unknown dataset 'shapes4d'"),
    ],
)
def test_bad_settings_end_with_one_clear_message(bindings, message, tmp_path, capsys):
    assert main(arguments(tmp_path / "run", *bindings)) == 2
    shown = capsys.readouterr().err
    assert message in shown and "Traceback" not in shown
