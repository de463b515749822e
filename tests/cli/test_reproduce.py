"""tripod_reproduce after a training: each representation, then each metric of each of them."""

import json

import numpy as np
import pytest
from run_folders import encode, write_run

from tripod_dlib.cli import reproduce
from tripod_dlib.evaluation.representation import Representation
from tripod_dlib.studies.unsupervised_study_v1 import STUDIES, Study
from tripod_dlib.training import trained_model


class Model:
    """A known posterior."""

    num_latents = 2
    has_posterior = True
    representation = Representation(encode)

    def posterior(self, images):
        mean = encode(images)
        return mean, np.full_like(mean, 0.5)


@pytest.fixture
def flags(tmp_path, monkeypatch):
    """Of a finished run, in a study of one metric."""
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setitem(STUDIES, "small", Study("small", ("mig",)))
    write_run(tmp_path / "run", (2, 2, 2, 1, 1, 1), {})
    (tmp_path / "run" / "model.keras").write_bytes(b"weights")
    monkeypatch.setattr(trained_model, "load", lambda folder: Model())
    monkeypatch.setattr(
        reproduce, "visualize", lambda run, path, overwrite: path.mkdir(parents=True)
    )
    return [
        "--study=small",
        f"--model_dir={tmp_path / 'run'}",
        f"--output_directory={tmp_path / '{study}'}",
    ]


def test_a_run_is_postprocessed_and_evaluated_with_the_seeds_of_the_library(
    flags, tmp_path, capsys
):
    assert reproduce.COMMAND.run(flags) == 0
    generator = np.random.RandomState(0)
    seeds = [str(generator.randint(2**32)) for _ in range(4)]
    for number, name in enumerate(("mean", "sampled")):
        path = tmp_path / "small" / "metrics" / name / "mig" / "results" / "aggregate"
        found = json.loads((path / "evaluation.json").read_text())
        assert found["postprocess_config.postprocess.random_seed"] == seeds[number]
        assert found["evaluation_config.evaluation.random_seed"] == seeds[2 + number]
        assert found["evaluation_config.dataset.name"] == "'shapes3d_procedural'"
        assert found["postprocess_config.postprocess.postprocess_fn"] == f"@{name}_representation"
        assert found["evaluation_results.discrete_mig"] >= 0.0
    assert "already there" not in capsys.readouterr().out
    assert reproduce.COMMAND.run(flags) == 0
    assert capsys.readouterr().out.count("already there") == 5


def test_a_run_without_a_posterior_is_evaluated_without_samples_of_it(
    flags, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(Model, "has_posterior", False)
    assert reproduce.COMMAND.run(flags) == 0
    assert "has no Gaussian posterior, of which samples could be" in capsys.readouterr().out
    generator = np.random.RandomState(0)
    seeds = [str(generator.randint(2**32)) for _ in range(3)]
    results = [json.loads(p.read_text()) for p in tmp_path.glob("small/**/evaluation.json")]
    keys = "postprocess_config.postprocess.random_seed", "evaluation_config.evaluation.random_seed"
    (found,) = [result for result in results if "evaluation_results.discrete_mig" in result]
    assert [found[key] for key in keys] == [seeds[0], seeds[2]]


def test_a_folder_that_is_not_there_is_said_before_anything_is_printed(flags, tmp_path, capsys):
    other = f"--model_dir={tmp_path / 'nowhere'}"
    assert reproduce.COMMAND.run([flags[0], other, flags[2]]) == 2
    captured = capsys.readouterr()
    assert "nowhere: give that of a finished run" in captured.err and not captured.out


def test_an_unknown_study_is_named_with_the_known_ones(flags, capsys):
    assert reproduce.COMMAND.run(["--study=smal", *flags[1:]]) == 2
    assert "Unknown --study 'smal'. Did you mean 'small'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--output_directory={place}/x"], "in braces stand {study} and {model_num} alone"),
        (["--output_directory={study"], "in braces stand {study} and {model_num} alone"),
        (["--gin_bindings=model.training_step = 3"], "Did you mean 'training_steps'"),
        (["--gin_bindings=model.training_steps = 'x'"], "allowed is int from 1"),
        (["--model_dir=run", "--gin_bindings=vae.beta = 2."], "which --model_dir leaves out"),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else "",
)
def test_wrong_flags_are_refused_when_all_is_only_printed_too(capsys, flags, message):
    assert reproduce.COMMAND.run(["--only_print", *flags]) == 2
    captured = capsys.readouterr()
    assert message in captured.err and not captured.out
