"""What tripod_train says of its flags before it trains."""

import os
import re
import subprocess
import sys

import pytest

from tripod_dlib.cli.train import main

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
