import itertools

import pytest
from study_folders import study_of

from tripod_dlib.errors import InputError
from tripod_dlib.studies.study import settings_of


def test_settings_go_dataset_by_dataset_model_by_model_the_grid_s_last_binding_fastest():
    grids = {"weighted": {"a": [1, 2], "b": ["x", "y"]}}
    datasets = {"boxes": ["gin/boxes.gin", "dataset.image_size = 32"], "balls": []}
    settings = list(settings_of(study_of(grids=grids, datasets=datasets, bindings=["c = 3"])))
    of_weighted = [{"a": a, "b": b} for a, b in itertools.product([1, 2], ["x", "y"])]
    assert [(s.dataset, s.model, s.hyperparameters) for s in settings] == [
        (dataset, model, hyperparameters)
        for dataset in datasets
        for model, choices in (("plain", [{}]), ("weighted", of_weighted))
        for hyperparameters in choices
    ]
    assert settings[2].configs == ("gin/boxes.gin", "gin/weighted.gin")
    assert settings[2].bindings == ("dataset.image_size = 32", "a = 1", "b = 'y'", "c = 3")
    assert settings[2].kind == ("boxes", "weighted")


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"name": ""}, "study.name is ''; a name, which its folder has too"),
        ({"name": "../other"}, "study.name is '../other'"),
        ({"datasets": {}}, "study.datasets is {}"),
        ({"models": {"a/b": []}}, "has the label 'a/b'"),
        ({"models": {"a": "gin/a.gin"}}, "is a list of configurations and bindings"),
        ({"grids": {"other": {"a": [1]}}}, "models that are not in study.models: ['other']"),
        ({"grids": {"plain": {"a": []}}}, "it is a list of values"),
        ({"grids": {"plain": {"a": [print]}}}, "values are numbers, texts"),
        ({"grids": {"plain": ["a"]}}, "it is a dict of binding to values"),
        ({"seeds": [1, 1]}, "study.seeds has a seed twice"),
        ({"seeds": []}, "study.seeds is empty"),
        ({"seeds": [-1]}, "study.seeds is [-1]; allowed is tuple of int from 0"),
        ({"least_seeds": 0}, "study.least_seeds is 0"),
    ],
)
def test_a_study_that_cannot_be_carried_out_is_refused(fields, message):
    with pytest.raises(InputError) as error:
        study_of(**fields)
    assert message in str(error.value)
