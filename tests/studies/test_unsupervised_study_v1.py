"""The 12 600 models of disentanglement_lib's studies, by their numbers."""

import pytest

from tripod_dlib.cli.config_files import shipped_folder
from tripod_dlib.errors import InputError
from tripod_dlib.studies.unsupervised_study_v1 import STUDIES, model_settings

STUDY = STUDIES["unsupervised_study_v1"]


def test_there_are_12600_different_models():
    found = {tuple(sorted(STUDY.model_bindings(i).items(), key=str)) for i in range(12_600)}
    assert len(found) == STUDY.num_models == 12_600 and len(model_settings()) == 36


@pytest.mark.parametrize(
    "model_num, expected",
    [
        (0, {"dataset.name": "dsprites_full", "model.model": "@vae()", "vae.beta": 1.0}),
        (49, {"model.name": "beta_vae", "vae.beta": 1.0, "model.random_seed": 49}),
        (50, {"vae.beta": 2.0, "model.random_seed": 0}),
        (5 * 50, {"model.name": "beta_vae", "vae.beta": 16.0}),
        (
            1800 + 6 * 50 + 3,
            {
                "dataset.name": "color_dsprites",
                "model.name": "factor_vae",
                "factor_vae.gamma": 10.0,
                "discriminator.discriminator_fn": "@fc_discriminator",
                "model.random_seed": 3,
            },
        ),
        (
            12 * 50,
            {"dip_vae.lambda_od": 1.0, "dip_vae.lambda_d_factor": 10.0, "dip_vae.dip_type": "i"},
        ),
        (
            23 * 50,
            {"dip_vae.lambda_od": 50.0, "dip_vae.lambda_d_factor": 1.0, "dip_vae.dip_type": "ii"},
        ),
        (29 * 50, {"model.model": "@beta_tc_vae()", "beta_tc_vae.beta": 10.0}),
        (
            12_599,
            {
                "dataset.name": "shapes3d",
                "annealed_vae.c_max": 100.0,
                "annealed_vae.gamma": 1000,
                "annealed_vae.iteration_threshold": 100000,
                "model.random_seed": 49,
            },
        ),
    ],
)
def test_a_number_says_dataset_model_and_seed(model_num, expected):
    found = STUDY.model_bindings(model_num)
    assert {name: found.get(name) for name in expected} == expected
    assert found["encoder.encoder_fn"] == "@conv_encoder"
    assert found["decoder.decoder_fn"] == "@deconv_decoder"


@pytest.mark.parametrize("model_num", [-1, 12_600])
def test_another_number_is_refused(model_num):
    with pytest.raises(InputError, match="has models 0 to 12599; got"):
        STUDY.model_bindings(model_num)


@pytest.mark.parametrize("study", STUDIES.values(), ids=STUDIES)
def test_the_configurations_of_a_study_are_shipped(study):
    folder = shipped_folder()
    for name in study.metrics:
        assert (folder / "evaluation" / f"{name}.gin").is_file()
    for name in study.postprocessings:
        assert (folder / "postprocessing" / f"{name}.gin").is_file()
    assert (folder / study.model_config.removeprefix("gin/")).is_file()
    assert study.metric_configs[0] == "gin/evaluation/beta_vae_sklearn.gin"
