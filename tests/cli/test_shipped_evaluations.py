"""Every configuration of gin/evaluation parses, says what it is, and runs at a tiny size."""

import json
import re
from pathlib import Path

import gin
import numpy as np
import pytest

from tripod_dlib.cli.configuration import parsed
from tripod_dlib.cli.evaluate import COMMAND
from tripod_dlib.data.rendered.dummy_data import DummyData
from tripod_dlib.registry import metrics

SHIPPED = Path(__file__).parents[2] / "gin"
FOLDER = SHIPPED / "evaluation"
CONFIGS = sorted(FOLDER.glob("*.gin"))
# disentanglement_lib's protocol: these file names become folders and names of metrics.
PROTOCOL = {
    *("beta_vae_sklearn", "dci", "downstream_task_boosted_trees"),
    *("downstream_task_logistic_regression", "factor_vae_metric", "mig"),
    *("modularity_explicitness", "sap_score", "unsupervised"),
}
TINY = {
    "num_train": 40,
    "num_test": 20,
    "num_eval": 20,
    "num_variance_estimate": 50,
    "num_test_points_per_class": 5,
    "n_experiment": 1,
    "num_factors_to_remove": 1,
}


def tiny_bindings(path):
    """The sizes that a configuration binds, made small."""
    with parsed([str(path)], []) as configuration:
        bound = configuration.bound
    small = []
    for binding, value in bound.items():
        size = TINY.get(binding.rpartition(".")[2])
        if size is not None:
            small.append(f"{binding} = {f'({size},)' if value[0] in '([' else size}")
    return small


def test_disentanglement_lib_s_protocol_is_there_whole():
    assert {path.stem for path in CONFIGS} >= PROTOCOL


def test_every_metric_that_draws_its_points_has_a_configuration():
    named = {re.search(r"evaluation_fn = @(\w+)", path.read_text())[1] for path in CONFIGS}
    drawn = {name for name in metrics.builtin_names if not name.endswith("_validation")}
    assert named == drawn - {"udr_sklearn"}  # which compares several models


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_configuration_opens_as_a_lab_note(path):
    text = path.read_text()
    for heading in ("# Reference:  ", "# Command:    tripod_evaluate ", "# Numbers:    "):
        assert f"\n{heading}" in text
    assert f"--gin_config=gin/evaluation/{path.name}\n" in text


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_configuration_runs(path, build_run):
    run = build_run((2, 3, 1, 1, 1, 1), {"sources": np.zeros((1, 1))})
    out = run.parent / "out"
    arguments = [f"--input_dir={run}", f"--gin_config={path}", f"--output_dir={out}"]
    assert COMMAND.run([*arguments, *(f"--gin_bindings={b}" for b in tiny_bindings(path))]) == 0
    results = json.loads((out / "results" / "json" / "evaluation_results.json").read_text())
    assert [key for key in results if key not in ("uuid", "elapsed_time")]


def test_udr_runs_on_two_models_with_its_configuration():
    def model(images):
        return images[:, 0, :6, 0], np.ones(6)

    path, tiny = str(SHIPPED / "udr" / "udr_sklearn.gin"), "udr_sklearn.num_data_points = 200"
    with parsed([path], [tiny]):
        udr = gin.get_configurable("udr_sklearn")
        found = udr(DummyData(), [model, model], np.random.RandomState(0))
    assert len(found["model_scores"]) == 2 and found["model_scores"][0] > 0.5
