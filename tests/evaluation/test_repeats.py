"""Small datasets: no image twice in the protocol's sample; draws with replacement are said."""

import gin
import numpy as np
import pytest

from tripod_dlib import registry
from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.data.grid_data import GridData
from tripod_dlib.data.official.dsprites import ColoredSprites
from tripod_dlib.data.own.labelled_images import LabelledImages, UnlabelledImages
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.protocol import (
    Protocol,
    encode_sample,
    evaluate_protocol,
    require_scorable,
)
from tripod_dlib.evaluation.repeats import distinct_rows, share_repeated
from tripod_dlib.evaluation.representation import Representation

GENERATOR = np.random.RandomState(0)
NOISE = GENERATOR.randint(256, size=(300, 4, 4, 1)).astype(np.uint8)
LABELS = GENERATOR.randint(4, size=(300, 3))
WEIGHTS = GENERATOR.normal(size=(16, 6))
SPACE = FactorSpace(["a", "b", "c"], (4, 4, 4))


def project(images):
    return images.reshape(len(images), -1)[:, :16] @ WEIGHTS


REPRESENTATION = Representation(project, None)
DATASETS = {
    "images with labels": LabelledImages("mine", SPACE, LABELS, NOISE),
    "images alone": UnlabelledImages("photos", NOISE),
    "a full grid": GridData("grid", SPACE.names[:2], (20, 15), NOISE),
    "with nuisance": GridData("grid", SPACE.names, (5, 4, 15), NOISE, nuisance="b"),
    "with colour": ColoredSprites("sprites", SPACE.names[:2], (20, 15), NOISE // 128 * 255),
}


def test_labels_that_images_do_not_tell_are_guessed():
    """300 images of noise: held-out accuracy is a quarter but for chance, and every image is used.

    A tenth of 300 rows, three sources: four standard errors of 1/4 are 0.18.
    """
    data = DATASETS["images with labels"]
    scores, sample = evaluate_protocol(
        data, REPRESENTATION, None, num_samples=3000, seed=1, baselines=False
    )
    assert scores["dci_random_forest"]["informativeness_test"] < 0.25 + 4 * np.sqrt(3 / 16 / 90)
    assert scores["infomec"]["infoe_held_out"] < 0.05
    assert len(sample.sources) == 300
    for name in ("infomec", "dci_random_forest"):
        assert any("each was taken once" in note for note in scores[name]["notes"])
    assert not any("taken once" in note for note in scores["mig"]["notes"])


@pytest.mark.parametrize("name", DATASETS)
def test_each_image_is_taken_once_with_its_own_factors(name):
    data = DATASETS[name]
    sample = encode_sample(data, REPRESENTATION, None, 5000, 3, baselines=False)
    again = encode_sample(data, REPRESENTATION, None, 5000, 3, baselines=False)
    other = encode_sample(data, REPRESENTATION, None, 5000, 4, baselines=False)
    np.testing.assert_array_equal(sample.latents, again.latents)
    assert not np.array_equal(sample.latents, other.latents)
    assert len(sample.latents) == 300
    if name != "with colour":  # where the pixels that are read are black in some
        assert len(np.unique(sample.latents, axis=0)) == 300
    rows = np.random.RandomState(3).permutation(300)
    factors, images = data.take(rows, np.random.RandomState(3))
    np.testing.assert_array_equal(sample.sources, factors)
    if name in ("a full grid", "with nuisance"):
        cells = np.stack(np.unravel_index(rows, data.space.sizes), axis=1)
        np.testing.assert_array_equal(factors, cells[:, [0, -1]])
    if name == "with colour":
        assert images.shape == (300, 4, 4, 3) and len(np.unique(images)) > 300
    else:
        np.testing.assert_array_equal(images, NOISE[rows] / np.float32(255))


def test_fewer_points_than_images_are_all_different_and_need_no_note():
    sample = encode_sample(DATASETS["a full grid"], REPRESENTATION, None, 60, 0, baselines=False)
    assert len(np.unique(sample.sources, axis=0)) == 60 and sample.notes == ()


def test_large_data_are_drawn_as_ever():
    data = DATASETS["a full grid"]
    assert distinct_rows(data, 30, np.random.RandomState(0)) is None
    sample = encode_sample(data, REPRESENTATION, None, 30, 0, baselines=False)
    np.testing.assert_array_equal(sample.sources, data.sample_factors(30, np.random.RandomState(0)))
    assert share_repeated(data, 1) == pytest.approx(1 / 300)


def test_a_dataset_of_another_kind_is_drawn_and_that_is_said(monkeypatch):
    monkeypatch.delattr(GridData, "take")
    scores, sample = evaluate_protocol(
        DATASETS["a full grid"], REPRESENTATION, None, num_samples=600, seed=0, baselines=False
    )
    assert len(sample.sources) == 600
    assert any("87% are images that were fitted on" in n for n in scores["infomec"]["notes"])


@pytest.mark.filterwarnings("ignore:Some labels of source")
@pytest.mark.parametrize("name", ["dci_random_forest", "sap_score"])
def test_disentanglement_lib_s_metrics_keep_their_draws_and_say_it(name):
    registry.metrics.load(name)
    bindings = [f"{name}.num_train = 200"]
    if name == "sap_score":
        bindings += ["sap_score.num_test = 50", "sap_score.continuous_factors = True"]
    gin.parse_config(bindings)
    with pytest.warns(UserWarning, match="200 points are drawn, with replacement, of 300 images"):
        gin.get_configurable(name)(
            DATASETS["a full grid"], REPRESENTATION, np.random.RandomState(0)
        )


@pytest.mark.parametrize(
    "bindings",
    [
        ["fairness.num_train = 30", "fairness.num_test_points_per_class = 4"],
        [
            "strong_downstream_task.num_train = (10, 30)",
            "strong_downstream_task.num_test = 8",
            "strong_downstream_task.n_experiment = 1",
        ],
    ],
    ids=["fairness", "strong_downstream_task"],
)
def test_metrics_that_change_factors_say_too_how_many_images_they_were_fitted_on(bindings):
    """Thirty draws of twelve images have 1 - (11 / 12)^30 = 93 % of them."""
    name = bindings[0].split(".")[0]
    registry.metrics.load(name)
    gin.parse_config([*bindings, "predictor.predictor_fn = @logistic_regression_cv"])
    data = GridData("grid", SPACE.names[:2], (3, 4), NOISE[:12])
    with pytest.warns(UserWarning, match="30 points are drawn.* of 12 images.* about 93%"):
        gin.get_configurable(name)(data, REPRESENTATION, np.random.RandomState(0))


def test_labels_that_no_metric_would_take_are_refused_before_training():
    images = np.zeros((300, 16, 16, 1), np.uint8)
    numbered = GridData("mine", ["number"], [300], images)
    with pytest.raises(InputError, match="labels of mine cannot be scored.* 300 classes in 300"):
        require_scorable(numbered, Protocol())
    with pytest.raises(InputError, match="60 classes in 60 samples: it looks like numbers of rows"):
        require_scorable(numbered, Protocol(num_samples=60))
    for sizes in ([3, 100], [2, 150]):  # 60 rows of 100 and of 150 values: some come twice
        require_scorable(GridData("mine", ["a", "b"], sizes, images), Protocol(num_samples=60))
    require_scorable(UnlabelledImages("photos", images), Protocol())
