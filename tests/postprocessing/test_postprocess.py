"""What is made of a posterior, kept in a folder and read again."""

import json

import gin
import numpy as np
import pytest
from run_folders import write_run

import tripod_dlib
from tripod_dlib.cli import export
from tripod_dlib.cli.postprocess import COMMAND
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.representation import Representation
from tripod_dlib.postprocessing.methods import Transform
from tripod_dlib.postprocessing.stored import load_representation
from tripod_dlib.training import trained_model

SIZES = (2, 2, 2, 1, 1, 1)


class Model:
    """Two latents of known mean and deviation."""

    num_latents = 2

    def posterior(self, images):
        mean = np.stack([images.mean(axis=(1, 2, 3)), images[:, 0, 0, 0]], axis=1)
        return mean, np.full_like(mean, 0.5)

    @property
    def representation(self):
        return Representation(lambda images: self.posterior(images)[0])


class Quantized:
    """Latents on a grid, without a posterior."""

    num_latents = 2
    representation = Representation(lambda images: np.round(images[:, 0, :2, 0]), 2)

    def posterior(self, images):
        raise InputError("Quantized has no Gaussian posterior")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A finished run, and what loads it."""
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", str(tmp_path / "cache"))
    write_run(tmp_path / "run", SIZES, {})
    (tmp_path / "run" / "model.keras").write_bytes(b"weights")
    monkeypatch.setattr(trained_model, "load", lambda folder: Model())
    return tmp_path / "run"


def call(run, out, *arguments):
    return COMMAND.run([f"--model_dir={run}", f"--output_dir={out}", *arguments])


def images():
    return np.random.RandomState(0).uniform(size=(5, 4, 4, 1)).astype(np.float32)


def test_the_mean_is_the_default_and_is_the_models_own_representation(run, tmp_path, capsys):
    assert call(run, tmp_path / "out") == 0
    assert f"representation: {tmp_path / 'out'}" in capsys.readouterr().out
    found = load_representation(tmp_path / "out")(images())
    np.testing.assert_array_equal(found, Model().posterior(images())[0])
    assert (tmp_path / "out" / "model.keras").read_bytes() == b"weights"


def test_bindings_alone_change_the_default(run, tmp_path):
    binding = "--gin_bindings=postprocess.postprocess_fn = @sampled_representation"
    assert call(run, tmp_path / "out", binding) == 0
    path = tmp_path / "out" / "results" / "aggregate" / "postprocess.json"
    found = json.loads(path.read_text())
    assert found["postprocess_config.postprocess.postprocess_fn"] == "@sampled_representation"
    assert found["postprocess_config.postprocess.random_seed"] == "0"


def test_results_of_training_go_along_and_auto_is_the_runs_dataset(run, tmp_path):
    assert call(run, tmp_path / "out") == 0
    aggregate = tmp_path / "out" / "results" / "aggregate" / "postprocess.json"
    found = json.loads(aggregate.read_text())
    assert found["train_results.random_seed"] == 7
    assert found["postprocess_config.dataset.name"] == "'shapes3d_procedural'"
    assert found["postprocess_config.dataset.factor_sizes"] == str(SIZES)
    assert found["postprocess_config.postprocess.postprocess_fn"] == "@mean_representation"
    assert found["postprocess_results.elapsed_time"] > 0


def test_a_sample_has_the_posteriors_moments_and_the_seed_decides_it(run, tmp_path):
    config = "--gin_config=gin/postprocessing/sampled.gin"
    for seed in (0, 1):
        binding = f"--gin_bindings=postprocess.random_seed = {seed}"
        assert call(run, tmp_path / str(seed), config, binding) == 0
    many = np.repeat(images()[:1], 4000, axis=0)
    found = load_representation(tmp_path / "0")(many)
    again = load_representation(tmp_path / "0")
    np.testing.assert_array_equal(again(many), found)
    assert (again(many) != found).all()  # drawn anew
    assert (load_representation(tmp_path / "1")(many) != found).all()
    mean = Model().posterior(images())[0][0]
    assert (np.abs(found.mean(axis=0) - mean) < 4 * 0.5 / np.sqrt(4000)).all()
    assert (np.abs(found.std(axis=0) - 0.5) < 4 * 0.5 / np.sqrt(8000)).all()


def test_quantized_latents_keep_their_values_and_have_no_sample(run, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(trained_model, "load", lambda folder: Quantized())
    assert call(run, tmp_path / "mean") == 0
    assert load_representation(tmp_path / "mean").num_values_per_latent == 2
    assert call(run, tmp_path / "out", "--gin_config=gin/postprocessing/sampled.gin") == 2
    assert "no Gaussian posterior" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_run_is_read_as_its_own_representation(run):
    found = load_representation(run)(images())
    np.testing.assert_array_equal(found, Model().posterior(images())[0])


def test_a_postprocessing_of_ones_own_is_kept_with_what_it_learned(run, tmp_path):
    tf = pytest.importorskip("tensorflow")

    @gin.configurable("whitened", denylist=["ground_truth_data", "gaussian_encoder"])
    def whitened(ground_truth_data, gaussian_encoder, random_state, save_path, scale=1.0):
        encoded = gaussian_encoder(ground_truth_data.sample_observations(50, random_state))
        center = encoded["mean"].mean(axis=0)
        assert set(encoded) == {"mean", "logvar"} and save_path

        def transform(mean, logvar):
            return scale * (mean - tf.constant(center)) / tf.exp(logvar / 2.0)

        return transform, None

    bindings = ["postprocess.postprocess_fn = @whitened", "postprocess.random_seed = 3"]
    flags = [f"--gin_bindings={binding}" for binding in [*bindings, "whitened.scale = 2.0"]]
    assert call(run, tmp_path / "out", *flags) == 0
    found = load_representation(tmp_path / "out")(images())
    mean = Model().posterior(images())[0]
    np.testing.assert_allclose(np.diff(found, axis=0), np.diff(mean, axis=0) * 4.0, rtol=1e-4)


@pytest.mark.parametrize(
    "result, message",
    [
        ((lambda mean, logvar: np.exp(mean), None), "is made of TensorFlow's functions"),
        ((Transform("mean", None), "path.ckpt"), "gave a checkpoint, path.ckpt"),
        (None, "gave None; it gives a function of `mean` and `logvar`, and None"),
        (Transform("mean", None), "it gives a function of `mean` and `logvar`, and None."),
    ],
)
def test_what_cannot_be_kept_is_refused(run, tmp_path, capsys, result, message):
    @gin.configurable("odd_postprocessing", module=f"test_{len(message)}")
    def odd(ground_truth_data, gaussian_encoder, random_state, save_path):
        return result

    flags = [
        "postprocess.random_seed = 0",
        f"postprocess.postprocess_fn = @test_{len(message)}.odd_postprocessing",
    ]
    assert call(run, tmp_path / "out", *[f"--gin_bindings={flag}" for flag in flags]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_postprocessing_that_takes_too_little_is_told_what_it_gets(run, tmp_path, capsys):
    @gin.configurable("few_arguments")
    def few_arguments(ground_truth_data, gaussian_encoder, random_state):
        raise AssertionError("it is not called")

    binding = "--gin_bindings=postprocess.postprocess_fn = @few_arguments"
    assert call(run, tmp_path / "out", binding) == 2
    expected = "cannot be called: too many positional arguments. It takes the dataset, a function"
    assert expected in capsys.readouterr().err


def test_a_function_of_one_s_own_that_is_damaged_on_disk_is_named(run, tmp_path):
    pytest.importorskip("tensorflow")

    @gin.configurable("kept_and_damaged")
    def kept(ground_truth_data, gaussian_encoder, random_state, save_path):
        return (lambda mean, logvar: mean + logvar), None

    binding = "--gin_bindings=postprocess.postprocess_fn = @kept_and_damaged"
    assert call(run, tmp_path / "out", binding) == 0
    (tmp_path / "out" / "transform" / "saved_model.pb").write_bytes(b"cut")
    with pytest.raises(InputError, match="out/transform is damaged .* Extract the"):
        load_representation(tmp_path / "out")


def test_a_folder_that_is_there_is_replaced_on_demand_only(run, tmp_path, capsys):
    assert call(run, tmp_path / "out") == 0
    assert call(run, tmp_path / "out") == 2
    assert "Directory already exists and overwrite is False" in capsys.readouterr().err
    assert call(run, tmp_path / "out", "--overwrite") == 0
    assert call(run, run, "--overwrite") == 2
    assert "holds none of this package that could be replaced" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["{", '{"transform": "mode", "random_seed": 0}', '{"transform": "mean"}', "[]"]
)
def test_a_damaged_description_is_refused(run, tmp_path, text):
    assert call(run, tmp_path / "out") == 0
    (tmp_path / "out" / "representation.json").write_text(text)
    with pytest.raises(InputError, match="representation.json"):
        load_representation(tmp_path / "out")


@pytest.mark.parametrize(
    "name, damage, message",
    [
        ("results/json/train_results.json", "{", "train_results.json cannot be read as JSON"),
        ("results/gin/train.gin", "dataset.name = \n", "binds dataset.name to '', which gin"),
        ("results/gin/train.gin", "dataset.name = 'x\n", "which gin cannot read: it is damaged"),
        ("results/gin/train.gin", "dataset.name = 'ä'", "train.gin is damaged ('utf-8' codec can"),
    ],
)
def test_a_run_with_a_damaged_file_is_refused_in_words(
    run, tmp_path, capsys, name, damage, message
):
    (run / name).write_bytes(damage.encode("latin-1"))
    assert call(run, tmp_path / "out") == 2
    assert message in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_a_representation_that_lost_its_description_is_not_taken_for_the_mean(run, tmp_path):
    assert call(run, tmp_path / "out", "--gin_config=gin/postprocessing/sampled.gin") == 0
    (tmp_path / "out" / "representation.json").unlink()
    with pytest.raises(InputError, match="its representation.json is missing, without which"):
        load_representation(tmp_path / "out")


def test_other_data_than_the_run_was_trained_on_are_noted(run, tmp_path):
    path = run / "results" / "json" / "train_results.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "data_fingerprint": "others"}))
    with pytest.warns(UserWarning, match="labels of shapes3d_procedural are not those on which"):
        assert call(run, tmp_path / "out") == 0


def test_a_folder_of_other_latents_than_its_model_s_is_not_loaded_as_a_model(run, tmp_path, capsys):
    assert call(run, tmp_path / "mean") == 0
    assert call(run, tmp_path / "out", "--gin_config=gin/postprocessing/sampled.gin") == 0
    assert isinstance(tripod_dlib.load(tmp_path / "mean"), Model)
    with pytest.raises(InputError, match="out holds a postprocessed representation, and its model"):
        tripod_dlib.load(tmp_path / "out")
    flags = [f"--model_dir={tmp_path / 'out'}", f"--output_dir={tmp_path / 'exported'}"]
    assert export.COMMAND.run(flags) == 2 and not (tmp_path / "exported").exists()
    assert "holds a postprocessed representation" in capsys.readouterr().err


def test_missing_flags_and_bindings_are_named(run, tmp_path, capsys):
    assert COMMAND.run([f"--model_dir={run}"]) == 2
    assert "--output_dir is missing" in capsys.readouterr().err
    (tmp_path / "own.gin").write_text("postprocess.postprocess_fn = @mean_representation")
    assert call(run, tmp_path / "out", f"--gin_config={tmp_path / 'own.gin'}") == 2
    assert "does not bind ['random_seed'] of postprocess" in capsys.readouterr().err
