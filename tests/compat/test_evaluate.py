"""disentanglement_lib's evaluation step from Python."""

import json

import gin
import numpy as np
import pytest

from tripod_dlib.compat import evaluate as compat_evaluate
from tripod_dlib.compat.evaluate import evaluate, evaluate_with_gin, rank
from tripod_dlib.compat.postprocess import postprocess, postprocess_with_gin
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.representation import Representation
from tripod_dlib.training import trained_model

BINDINGS = [
    "evaluation.evaluation_fn = @mig",
    "dataset.name = 'auto'",
    "evaluation.random_seed = 0",
    "mig.num_train = 500",
    "discretizer.discretizer_fn = @histogram_discretizer",
    "discretizer.num_bins = 20",
]


class Model:
    """Encodes the factors of `identity_observations` as themselves."""

    num_latents = 10
    representation = Representation(lambda observations: observations.astype(np.float32))

    @staticmethod
    def posterior(observations):
        return observations.astype(np.float32), np.full((len(observations), 10), 0.01, np.float32)

    @staticmethod
    def encode_with_divergence(observations):
        return observations.astype(np.float32), np.ones(10)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A finished run, whose model is the one above."""
    folder = tmp_path / "run"
    (folder / "results" / "gin").mkdir(parents=True)
    (folder / "results" / "json").mkdir()
    text = "dataset.name = 'identity_observations'\nmodel.random_seed = 3\n"
    (folder / "results" / "gin" / "train.gin").write_text(text)
    (folder / "results" / "json" / "train_results.json").write_text('{"elbo": -1.5}')
    monkeypatch.setattr(compat_evaluate, "_load", lambda path: Model)
    monkeypatch.setattr(compat_evaluate, "load_representation", lambda path: Model.representation)
    return folder


def written(folder):
    return json.loads((folder / "results" / "aggregate" / "evaluation.json").read_text())


def test_a_metric_is_computed_and_written_beside_the_results_so_far(run, tmp_path):
    evaluate_with_gin(str(run), str(tmp_path / "out"), gin_bindings=BINDINGS)
    found = written(tmp_path / "out")
    assert 0.9 < found["evaluation_results.discrete_mig"] <= 1.0
    assert found["train_results.elbo"] == -1.5
    assert found["evaluation_config.dataset.name"] == "'identity_observations'"
    assert found["evaluation_config.evaluation.evaluation_fn"] == "@mig"
    assert gin.config_str() == ""


def test_an_evaluation_that_is_there_is_replaced_on_demand_only(run, tmp_path):
    out = tmp_path / "out"
    evaluate_with_gin(run, out, gin_bindings=BINDINGS)
    first = written(out)["evaluation_results.uuid"]
    with pytest.raises(ValueError, match="Directory already exists and overwrite is False"):
        evaluate_with_gin(run, out, False, gin_bindings=BINDINGS)
    assert written(out)["evaluation_results.uuid"] == first
    evaluate_with_gin(run, out, True, gin_bindings=BINDINGS)
    assert written(out)["evaluation_results.uuid"] != first


def test_a_metric_of_ones_own_sees_the_dataset_and_the_representation(run, tmp_path):
    @gin.configurable("factors_metric", blacklist=["ground_truth_data", "random_state"])
    def compute(ground_truth_data, representation_function, random_state, num_train=gin.REQUIRED):
        factors, observations = ground_truth_data.sample(num_train, random_state)
        latents = representation_function(observations)
        return {"same": float(np.mean(latents == factors)), "num": num_train}

    bindings = ["evaluation.evaluation_fn = @factors_metric", "factors_metric.num_train = 7"]
    evaluate_with_gin(run, tmp_path / "out", gin_bindings=bindings)
    found = written(tmp_path / "out")
    assert found["evaluation_results.same"] == 1.0 and found["evaluation_results.num"] == 7


def test_arguments_win_over_a_locked_configuration(run, tmp_path):
    gin.parse_config_files_and_bindings([], ["dataset.name = 'auto'", "evaluation.random_seed = 4"])
    evaluate(
        run,
        tmp_path / "out",
        evaluation_fn=lambda data, function, generator: {"draw": generator.randint(1000)},
        random_seed=5,
    )
    draw = np.random.RandomState(5).randint(1000)
    assert written(tmp_path / "out")["evaluation_results.draw"] == draw


def test_several_models_are_ranked(run, tmp_path):
    gin.parse_config(["udr_sklearn.batch_size = 20", "udr_sklearn.num_data_points = 100"])
    metric = gin.get_configurable("udr_sklearn")
    rank([run, run], tmp_path / "out", metric, 0)
    assert len(written(tmp_path / "out")["evaluation_results.model_scores"]) == 2


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(InputError, match="not the folder of a finished run"):
        evaluate_with_gin(tmp_path, tmp_path / "out", gin_bindings=BINDINGS)


def test_a_representation_is_extracted_and_evaluated(run, tmp_path, monkeypatch):
    (run / "model.keras").write_bytes(b"weights")
    monkeypatch.setattr(trained_model, "load", lambda folder: Model)
    bindings = ["postprocess.postprocess_fn = @sampled_representation"]
    bindings += [
        "postprocess.random_seed = 3",
        "postprocess.name = 'mine'",
        "dataset.name = 'auto'",
    ]
    postprocess_with_gin(str(run), str(tmp_path / "sample"), gin_bindings=bindings)
    evaluate_with_gin(tmp_path / "sample", tmp_path / "out", gin_bindings=BINDINGS)
    found = written(tmp_path / "out")
    assert found["postprocess_config.postprocess.name"] == "'mine'"
    assert found["train_results.elbo"] == -1.5 and gin.config_str() == ""
    with pytest.raises(ValueError, match="Directory already exists and overwrite is False"):
        postprocess_with_gin(run, tmp_path / "sample", gin_bindings=bindings)


def test_a_representation_is_extracted_by_arguments(run, tmp_path, monkeypatch):
    (run / "model.keras").write_bytes(b"weights")
    monkeypatch.setattr(trained_model, "load", lambda folder: Model)
    gin.parse_config_files_and_bindings([], ["dataset.name = 'auto'"])
    method = gin.get_configurable("mean_representation")
    postprocess(run, tmp_path / "mean", postprocess_fn=method, random_seed=5)
    stored = json.loads((tmp_path / "mean" / "representation.json").read_text())
    assert stored == {"transform": "mean", "random_seed": 5}
