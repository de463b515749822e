import json

import gin
import numpy as np
import pytest

from tripod_dlib.results import dlib_results


@gin.configurable(module="results_test")
def configured(number, text, table, reference, name):
    return number, text, table, reference, name


@gin.configurable(module="results_test")
def referenced():
    return None


@pytest.fixture
def operative():
    gin.parse_config(
        [
            "configured.number = 20",
            "configured.text = 'a = b # c'",
            f"configured.table = {{'rows': {list(range(60))}, 'note': 'x = 1'}}",
            "configured.reference = @referenced",
            f"configured.name = '{'long name ' * 20}'",
        ]
    )
    return configured()


def test_bindings_read_back_as_they_were_bound(operative):
    bindings = dlib_results.gin_dict()
    assert bindings["configured.number"] == "20"
    assert bindings["configured.text"] == "'a = b # c'"
    assert bindings["configured.reference"] == "@referenced"
    number, text, table, _, name = operative
    gin.clear_config()
    gin.parse_config([f"{key} = {value}" for key, value in bindings.items()])
    again = configured()
    assert (again[0], again[1], again[2], again[4]) == (number, text, table, name)


def test_a_written_configuration_reads_as_the_operative_one(operative, tmp_path):
    dlib_results.save_gin(tmp_path / "a.gin")
    assert dlib_results.gin_dict(tmp_path / "a.gin") == dlib_results.gin_dict()


def test_the_three_folders_are_disentanglement_libs(operative, tmp_path):
    results = {
        "score": np.float32(0.5),
        "matrix": np.asarray([[1.0, np.nan], [np.inf, 2.0]]),
        "count": np.int64(3),
        "undefined": None,
        "elapsed_time": 1.5,
    }
    dlib_results.update_result_directory(tmp_path / "train", "train", results)
    folder = tmp_path / "evaluation"
    new = {"discrete_mig": 0.25}
    dlib_results.update_result_directory(folder, "evaluation", new, tmp_path / "train")
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert files == {
        *("gin/train.gin", "json/train_config.json", "json/train_results.json"),
        *("gin/evaluation.gin", "json/evaluation_config.json", "json/evaluation_results.json"),
        *("aggregate/train.json", "aggregate/evaluation.json"),
    }
    text = (folder / "aggregate/evaluation.json").read_text()
    assert text.startswith('{\n  "')
    aggregated = json.loads(text)
    assert aggregated["train_config.configured.number"] == "20"
    assert aggregated["train_results.score"] == 0.5
    assert aggregated["train_results.matrix"] == [[1.0, None], [None, 2.0]]
    assert aggregated["train_results.num_not_finite"] == {"matrix": 2}
    assert aggregated["evaluation_results.discrete_mig"] == 0.25
    assert "evaluation_results.num_not_finite" not in aggregated
    assert aggregated["evaluation_results.uuid"] != aggregated["train_results.uuid"]
    before = json.loads((folder / "aggregate/train.json").read_text())
    assert not [key for key in before if key.startswith("evaluation")]


def test_copying_a_folder_onto_itself_keeps_it(tmp_path):
    (tmp_path / "file").write_text("kept")
    dlib_results.copydir(tmp_path, tmp_path)
    assert (tmp_path / "file").read_text() == "kept"


def test_copying_replaces_what_was_there(tmp_path):
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).write_text("")
    dlib_results.copydir(tmp_path / "old", tmp_path / "new")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["old"]


def test_namespaces_are_prefixed():
    assert dlib_results.namespaced_dict({"z": 0}, a={"b": 1}) == {"z": 0, "a.b": 1}


def test_the_json_files_of_a_folder_are_put_together_under_their_names(tmp_path):
    dlib_results.save_dict(tmp_path / "one.json", {"a": 1})
    dlib_results.save_dict(tmp_path / "two.json", {"a": "b"})
    dlib_results.save_dict(tmp_path / "deeper" / "three.json", {"a": 3})
    (tmp_path / "other.csv").write_text("a")
    assert dlib_results.aggregate_json_results(tmp_path) == {"one.a": 1, "two.a": "b"}


def test_losses_have_that_library_s_names_and_signs():
    """beta-VAE: loss = rec + beta kl, elbo = -(rec + kl); FactorVAE's judge is in none of them."""
    terms = {"reconstruction": 100.0, "kl": 3.0}
    losses = dlib_results.losses_of_step(terms, {"reconstruction": 1.0, "kl": 4.0})
    named = {"loss": 112.0, "reconstruction_loss": 100.0, "regularizer": 12.0}
    assert losses == {**named, "kl_loss": 3.0, "elbo": -103.0}
    weights = {"reconstruction": 1.0, "kl": 1.0, "total_correlation": 10.0, "discriminator": 1.0}
    terms |= {"total_correlation": -0.5, "discriminator": 0.7}
    losses = dlib_results.losses_of_step(terms, weights)
    assert losses["regularizer"] == 3.0 - 5.0 and losses["loss"] == 98.0
    without = dlib_results.losses_of_step(
        {"reconstruction": 0.5, "klm": 2.0}, {"reconstruction": 1.0, "klm": 0.5}
    )
    assert without == {"loss": 1.5, "reconstruction_loss": 0.5, "regularizer": 1.0}
