"""What tripod_train says of its flags before it trains."""

import os
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
