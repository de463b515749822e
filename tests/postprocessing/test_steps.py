"""The steps of disentanglement_lib one after the other on a model that was trained: commands."""

import json

import numpy as np
import pytest
from run_folders import TINY_RUN

import tripod_dlib
from tripod_dlib.cli import evaluate, postprocess, train, visualize
from tripod_dlib.postprocessing.stored import load_representation


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A finished run of a variational autoencoder, at tiny widths."""
    folder = tmp_path_factory.mktemp("steps")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIPOD_DLIB_CACHE", str(folder / "cache"))
        configs = ["gin/quickstart.gin", "gin/models/beta_tcvae_mws.gin"]
        flags = [f"--gin_config={config}" for config in configs]
        flags += [f"--gin_bindings={binding}" for binding in TINY_RUN]
        assert train.COMMAND.run([*flags, f"--model_dir={folder / 'run'}"]) == 0
    yield folder / "run"


@pytest.mark.slow
def test_a_sample_of_a_trained_posterior_is_evaluated(run, tmp_path, monkeypatch):
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", str(run.parent / "cache"))
    config = "gin/postprocessing/sampled.gin"
    flags = [f"--model_dir={run}", f"--output_dir={tmp_path / 'sampled'}"]
    assert postprocess.COMMAND.run([*flags, f"--gin_config={config}"]) == 0
    model = tripod_dlib.load(run)
    images = np.random.RandomState(0).uniform(size=(3, *model.image_shape)).astype(np.float32)
    mean, std = model.posterior(images)
    np.testing.assert_allclose(mean, model.encode(images), rtol=1e-6)
    assert (std > 0).all() and model.has_posterior
    noise = np.random.RandomState(0).normal(size=mean.shape)
    found = load_representation(tmp_path / "sampled")(images)
    np.testing.assert_allclose(found, mean + std * noise, rtol=1e-5, atol=1e-6)
    flags = [f"--input_dir={tmp_path / 'sampled'}", f"--output_dir={tmp_path / 'mig'}"]
    flags += ["--gin_config=gin/evaluation/mig.gin", "--gin_bindings=mig.num_train = 100"]
    assert evaluate.COMMAND.run(flags) == 0
    path = tmp_path / "mig" / "results" / "aggregate" / "evaluation.json"
    found = json.loads(path.read_text())
    assert found["postprocess_config.postprocess.postprocess_fn"] == "@sampled_representation"
    assert found["evaluation_results.discrete_mig"] >= 0 and "train_results.uuid" in found


@pytest.mark.slow
def test_a_representation_is_scored_without_a_configuration_as_its_run_is(
    run, tmp_path, monkeypatch
):
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", str(run.parent / "cache"))
    assert postprocess.COMMAND.run([f"--model_dir={run}", f"--output_dir={tmp_path / 'mean'}"]) == 0
    scores = []
    for number, folder in enumerate((run, tmp_path / "mean")):
        out = tmp_path / f"scores{number}"
        flags = [f"--input_dir={folder}", f"--output_dir={out}", "--metrics=mig,dci"]
        assert evaluate.COMMAND.run(flags) == 0
        result = json.loads((out / "results" / "aggregate" / "evaluation.json").read_text())
        scores.append({k: v for k, v in result.items() if k.startswith("evaluation_results.")})
        scores[-1] = {k: v for k, v in scores[-1].items() if ".mig." in k or ".dci." in k}
    assert scores[0] == scores[1] and "evaluation_results.mig.discrete_mig" in scores[0]


@pytest.mark.slow
def test_a_trained_model_is_visualized(run, tmp_path, monkeypatch):
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", str(run.parent / "cache"))
    flags = [f"--model_dir={run}", f"--output_dir={tmp_path / 'out'}", "--num_animations=1"]
    flags += ["--num_frames=2", "--num_points_irs=50"]
    assert visualize.COMMAND.run(["model", *flags]) == 0
    assert len(list((tmp_path / "out").rglob("*.gif"))) == 5
