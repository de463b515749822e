import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from run_folders import encode, write_run

from tripod_dlib.cli import udr
from tripod_dlib.cli.udr import COMMAND
from tripod_dlib.errors import InputError
from tripod_dlib.training import trained_model

FACTOR_SIZES = (2, 3, 2, 1, 2, 2)
SMALL = "--gin_bindings=udr_sklearn.num_data_points = 200"


def pixels(images):
    return encode(images).reshape(len(images), -1)[:, :4]


def nats(latents):
    return latents, np.ones(latents.shape[1])


MODELS = {
    "a": lambda images: nats(pixels(images)),
    "b": lambda images: nats(-pixels(images)[:, ::-1]),
    "lonely": lambda images: nats(np.random.RandomState(0).normal(size=(len(images), 4))),
}


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Folders of three runs, two of which found the same latents."""
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(udr, "_functions", lambda runs: [MODELS[run.name] for run in runs])
    monkeypatch.chdir(tmp_path)
    for name in MODELS:
        write_run(tmp_path / name, FACTOR_SIZES, {})
    return tmp_path


def test_models_that_agree_come_first(runs, capsys):
    assert COMMAND.run(["--model_dirs=lonely,a,b", "--output_dir=o", SMALL]) == 0
    shown = capsys.readouterr().out
    assert "ranking of 3 models on shapes3d_procedural" in shown
    ranking = json.loads((runs / "o" / "ranking.json").read_text())
    assert {ranking[0]["model_dir"], ranking[1]["model_dir"]} == {"a", "b"}
    assert ranking[0]["udr"] >= ranking[1]["udr"] > 2 * ranking[2]["udr"]
    result = json.loads((runs / "o/results/json/evaluation_results.json").read_text())
    assert result["model_scores"][0] == ranking[2]["udr"]
    assert np.shape(result["pairwise_disentanglement_scores"]) == (3, 3, 1)
    bound = json.loads((runs / "o/results/json/evaluation_config.json").read_text())
    assert bound["evaluation.evaluation_fn"] == "@udr_sklearn"
    assert bound["dataset.factor_sizes"] == str(FACTOR_SIZES)  # that of the runs


def test_models_of_different_sizes_are_refused(monkeypatch):
    sizes = {"a": 4, "b": 5}
    monkeypatch.setattr(
        trained_model, "load", lambda run: SimpleNamespace(num_latents=sizes[run.name])
    )
    with pytest.raises(InputError, match="equally many latents; they have {'a': 4, 'b': 5}"):
        udr._functions([Path("a"), Path("b")])


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--output_dir=o"], "at least two different runs.*given: 0"),
        (["--model_dirs=a", "--output_dir=o"], "at least two different runs.*given: 1"),
        (["--model_dirs=a,b,a", "--output_dir=o"], "given twice: a"),
        (["--model_dirs=a,b,b/../a", "--output_dir=o"], "given twice: a and b/../a"),
        (["--model_dirs=a,b,copied", "--output_dir=o"], "given twice: a and copied"),
        (["--model_dirs=a,b"], "--output_dir is missing"),
        (
            ["--model_dirs=a,nothing", "--output_dir=o"],
            "There is no folder nothing: give that of a",
        ),
        (["--model_dirs=a,other", "--output_dir=o"], "other is not of the dataset of a"),
        (
            ["--model_dirs=a,b", "--output_dir=o", "--gin_config=gin/evaluation/mig.gin"],
            "evaluation_fn is @mig .* tripod_evaluate",
        ),
        (
            ["--model_dirs=a,b", "--output_dir=o", "--gin_bindings=udr_sklearn.batch_size = 3"],
            "no multiple of",
        ),
    ],
)
def test_wrong_input_is_refused_and_leaves_nothing(runs, capsys, arguments, message):
    write_run(runs / "other", (2, 2, 2, 1, 2, 2), {})
    shutil.copytree(runs / "a", runs / "copied")
    assert COMMAND.run(arguments) == 2
    shown = capsys.readouterr().err
    assert re.search(message, shown, re.DOTALL), shown
    assert not (runs / "o").exists()
    assert not list(runs.glob(".*.partial"))


@pytest.mark.parametrize(
    "second, content, same",
    [
        ({"cache_dir": "'/scratch'"}, (None, None), True),
        ({"data_dir": "'/other/mine.npz'"}, (None, None), False),
        ({"data_dir": "'/other/mine.npz'"}, ("aa", "aa"), True),
        ({}, ("aa", "bb"), False),
        ({"name": "'shapes3d'"}, ("aa", "aa"), False),
    ],
    ids=["cache", "place", "place of the same", "content", "name"],
)
def test_runs_are_of_one_dataset_by_its_content_not_by_its_place(tmp_path, second, content, same):
    for run, changed, fingerprint in zip("ab", ({}, second), content, strict=True):
        bound = {"name": "'own_file'", "data_dir": "'/data/mine.npz'", "cache_dir": "None"}
        lines = [f"dataset.{key} = {value}" for key, value in {**bound, **changed}.items()]
        (tmp_path / run / "results" / "gin").mkdir(parents=True)
        (tmp_path / run / "results" / "gin" / "train.gin").write_text("\n".join(lines))
        (tmp_path / run / "results" / "json").mkdir()
        path = tmp_path / run / "results" / "json" / "train_results.json"
        path.write_text(json.dumps({"data_fingerprint": fingerprint}))
    runs = [tmp_path / "a", tmp_path / "b"]
    if same:
        assert udr._of_one_dataset(runs)["dataset.data_dir"] == "'/data/mine.npz'"
    else:
        with pytest.raises(InputError, match="b is not of the dataset of [^{]*in place of"):
            udr._of_one_dataset(runs)
