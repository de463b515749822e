"""What tripod_train says of its flags before it trains."""

import os
import re
import subprocess
import sys

import pytest

from tripod_dlib.cli.configuration import parsed
from tripod_dlib.cli.train import main
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.errors import InputError

NOWHERE = "--gin_bindings=dataset.name = 'nowhere'"


def test_images_of_one_s_own_are_not_trained_with_a_dataset_s_configuration(capsys):
    assert main(["--images=photos", "--gin_config=gin/quickstart.gin"]) == 2
    err = capsys.readouterr().err
    assert "dataset.name is 'shapes3d_procedural', which gin/quickstart.gin or a flag binds" in err
    assert "--gin_config=gin/models/vae.gin" in err
    assert main(["--images=photos", "--gin_config=gin/models/vae.gin"]) == 2
    assert "photos is not there" in capsys.readouterr().err


@pytest.mark.parametrize(
    "binding, model, says",
    [
        ("vae.beta = 2.0", "tripod", True),
        ("tripod.klm_weight = 2.0", "tripod", False),
        ("model.batch_size = 2", "tripod", False),
        ("vae.beta = 2.0", "vae", False),
    ],
)
def test_a_flag_for_another_model_is_said_to_have_no_effect(capsys, binding, model, says):
    configs = ["--gin_config=gin/quickstart.gin", f"--gin_config=gin/models/{model}.gin"]
    assert main([*configs, f"--gin_bindings={binding}", NOWHERE]) == 2
    note = "Note: vae.beta has no effect: model.model is @tripod()."
    assert (note in capsys.readouterr().err) is says


@pytest.mark.parametrize(
    "binding, scope",
    [
        ("vea/AdamOptimizer.learning_rate = 1.0", "vea"),
        ("discriminater/optimizer.learning_rate = 1.0", "discriminater"),
        ("vae/AdamOptimizer.learning_rate = 1.0", None),
        ("discriminator/optimizer.learning_rate = 1.0", None),
    ],
)
def test_a_scope_that_nothing_enters_is_said_to_have_no_effect(capsys, binding, scope):
    adam = "--gin_bindings=vae_optimizer.optimizer_fn = @vae/AdamOptimizer"
    configs = ["--gin_config=gin/quickstart.gin", "--gin_config=gin/models/factor_vae.gin"]
    assert main([*configs, adam, f"--gin_bindings={binding}", NOWHERE]) == 2
    notes = re.findall(
        r"Note: (\S+) = 1.0 has no effect: nothing enters the scope '(\w+)'. .*",
        capsys.readouterr().err,
    )
    assert notes == ([(binding.split(" ")[0], scope)] if scope else [])


@pytest.mark.parametrize(
    "bindings, is_missing",
    [
        ([], True),
        (["x/mig.num_train = 10"], True),
        (["mig.num_train = 10"], False),
    ],
    ids=["none", "in another scope", "bound"],
)
def test_what_a_metric_lacks_is_said_before_training(capsys, bindings, is_missing):
    bindings = ["evaluation.evaluation_fn = @mig", *bindings]
    flags = [f"--gin_bindings={binding}" for binding in bindings]
    assert main(["--gin_config=gin/quickstart.gin", *flags, NOWHERE]) == 2
    err = capsys.readouterr().err
    said = "evaluation.evaluation_fn is @mig, and the configuration does not bind ['num_train']"
    assert (said in err) is is_missing
    assert ("Unknown dataset 'nowhere'" in err) is not is_missing


@pytest.mark.parametrize("function", ["@dataset", "@autoencoder", "@networks", "@Discretizer"])
def test_what_is_no_metric_is_said_before_training(capsys, tmp_path, monkeypatch, function):
    own = "import gin\n\n@gin.configurable\ndef Discretizer(target):\n    return target\n"
    (tmp_path / "discretizer_of_mine.py").write_text(own)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "mine.gin").write_text("import discretizer_of_mine\n")
    binding = f"--gin_bindings=evaluation.evaluation_fn = {function}"
    configs = [f"--gin_config={path}" for path in ("gin/quickstart.gin", tmp_path / "mine.gin")]
    assert main([*configs, binding, NOWHERE]) == 2
    said = f"evaluation.evaluation_fn is {function}, which is no metric"
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("bindings", "message"),
    [
        (["model.batch_size = 10_000_000_000"], "A batch of 10000000000 images needs .* TB of mem"),
        (
            [f"dataset.{key} = None" for key in ("factor_sizes", "image_size")]
            + ["dataset.name = 'identity_observations'"],
            r"An observation of identity_observations is of shape \(10,\); models are",
        ),
    ],
    ids=["too many", "no images"],
)
def test_batches_that_no_model_can_take_are_refused_at_once(bindings, message, tmp_path, capsys):
    small = ["dataset.factor_sizes = (2, 1, 2, 1, 2, 10)", f"dataset.cache_dir = '{tmp_path}'"]
    small = small if len(bindings) == 1 else []
    flags = [f"--gin_bindings={binding}" for binding in (*small, *bindings)]
    arguments = ["--gin_config=gin/quickstart.gin", *flags, f"--model_dir={tmp_path / 'run'}"]
    assert main(arguments) == 2
    assert re.search(message, capsys.readouterr().err)
    assert not (tmp_path / "run" / "run.json").exists()


def test_a_metric_s_file_leaves_the_dataset_that_is_named(capsys):
    configs = ["--gin_config=gin/quickstart.gin", "--gin_config=gin/evaluation/mig.gin"]
    with parsed(["gin/quickstart.gin", "gin/evaluation/mig.gin"], []) as configuration:
        assert configuration.bound["dataset.name"] == "'shapes3d_procedural'"
    assert main([*configs, "--gin_bindings=dataset.name = 'nowhere'"]) == 2
    assert "Unknown dataset 'nowhere'" in capsys.readouterr().err
    with pytest.raises(InputError, match="dataset.name is 'auto', the dataset of the run"):
        get_named_ground_truth_data("auto")


def test_flags_and_data_are_checked_before_any_framework_is_imported(tmp_path):
    code = (
        "import sys; from tripod_dlib.cli.train import main; code = main(); "
        "print(*{'keras', 'tensorflow', 'jax', 'tensorflow_probability'} & set(sys.modules)); "
        "sys.exit(code)"
    )
    environment = {**os.environ, "DISENTANGLEMENT_LIB_DATA": str(tmp_path)}
    found = subprocess.run(
        [sys.executable, "-c", code, "--gin_config=gin/falcor3d.gin"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
    )
    assert found.returncode == 2
    assert "The dataset falcor3d is not there" in found.stderr
    assert found.stdout.splitlines()[-1] == ""
    assert not (tmp_path / "results").exists()
