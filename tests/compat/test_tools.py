"""disentanglement_lib's helpers for studies, configurations and results."""

import json
from pathlib import Path

import numpy as np
import pytest

from tripod_dlib.compat import hyperparams as h
from tripod_dlib.compat.resources import get_file, get_files_in_folder
from tripod_dlib.compat.result_functions import Encoder, copydir, save_dict
from tripod_dlib.results.dlib_results import namespaced_dict


def test_lists_of_bindings_are_combined():
    betas = h.sweep("vae.beta", h.discrete([1.0, 2.0]))
    names = h.fixed("model.name", "beta_vae")
    assert h.zipit([names, betas])[1] == {"model.name": "beta_vae", "vae.beta": 2.0}
    assert h.zipit([betas]) == betas
    found = h.product([betas, h.sweep("model.random_seed", [0, 1, 2])])
    assert [tuple(entry.values()) for entry in found[:4]] == [(1, 0), (1, 1), (1, 2), (2, 0)]
    assert h.chainit([betas, names]) == [*betas, *names]
    assert h.to_bindings({"a.b": "text", "c": "@vae()", "d": 1.0, "e": ["x"]}) == [
        "a.b = 'text'",
        "c = @vae()",
        "d = 1.0",
        "e = ['x']",
    ]


def test_lists_of_different_lengths_cannot_stand_side_by_side():
    with pytest.raises(ValueError, match=r"\[2, 3\] entries"):
        h.zipit([h.sweep("a", [1, 2]), h.sweep("b", [1, 2, 3])])


def test_files_are_found_by_their_paths_there():
    metrics = "config/unsupervised_study_v1/metric_configs/"
    path = Path(get_file(f"{metrics}mig.gin"))
    assert "mig.num_train = 10000" in path.read_text()
    found = list(get_files_in_folder(metrics))
    assert len(found) == 9 and str(path) in found and all(map(Path.is_file, map(Path, found)))
    assert len(list(get_files_in_folder("config/fairness_study_v1/metric_configs"))) == 10
    assert (
        "@sampled_representation"
        in Path(
            get_file("config/unsupervised_study_v1/postprocess_configs/sampled.gin")
        ).read_text()
    )


@pytest.mark.parametrize("path", ["config/no_study/mig.gin", "disentanglement_lib.png"])
def test_a_file_that_is_not_here_is_refused_with_those_that_are(path):
    with pytest.raises(ValueError, match="is not here. There are .gin files of config/sample"):
        get_file(path)


def test_results_take_the_keywords_of_the_library(tmp_path):
    base = {"!": "!!"}
    assert namespaced_dict(base_dict=base, base={"a": 1}) == {"!": "!!", "base.a": 1}
    save_dict(config_path=tmp_path / "a" / "b.json", dict_with_info={"c": np.float32(0.5)})
    copydir(path_to_old_dir=tmp_path / "a", path_to_new_dir=tmp_path / "new")
    assert json.loads((tmp_path / "new" / "b.json").read_text()) == {"c": 0.5}
    found = json.dumps({"a": np.arange(2), "b": np.float32(0.5)}, cls=Encoder)
    assert json.loads(found) == {"a": [0, 1], "b": 0.5}
    with pytest.raises(TypeError):
        json.dumps({"a": object()}, cls=Encoder)
