"""Images without labels, and grids with holes."""

import gin
import numpy as np
import pytest

from tripod_dlib.data.factor_space import FactorSpace
from tripod_dlib.data.grid_data import GridData
from tripod_dlib.data.ground_truth import require_factors, require_full_grid
from tripod_dlib.data.own.labelled_images import LabelledImages, UnlabelledImages
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.protocol import evaluate_protocol
from tripod_dlib.evaluation.representation import Representation
from tripod_dlib.evaluation.wrappers.mig import mig
from tripod_dlib.results.scores import flatten_scores, table_rows
from tripod_dlib.training.selection import select

IMAGES = np.random.default_rng(0).integers(0, 256, size=(12, 4, 4, 1), dtype=np.uint8)
SPACE = FactorSpace(["a", "b"], (3, 4))


def first_pixels(images):
    return images[:, 0, :3, 0]


def darkened(latents):
    images = IMAGES / np.float32(255)
    places = [np.abs(first_pixels(images) - row).sum(axis=1).argmin() for row in latents]
    return 0.9 * images[places]


REPRESENTATION = Representation(first_pixels, None)


def test_images_without_labels_are_scored_by_psnr_alone():
    data = UnlabelledImages("photos", IMAGES)
    scores, sample = evaluate_protocol(
        data, REPRESENTATION, darkened, num_samples=50, seed=0, baselines=True
    )
    assert sorted(scores) == ["baselines", "psnr"] and sample.sources.shape == (50, 0)
    flat, baselines = flatten_scores(scores), flatten_scores(scores["baselines"])
    rows = table_rows(flat, baselines)
    assert [row[0] for row in rows] == ["PSNR (dB)"] and rows[0][1] > rows[0][2]
    evaluations = [{"step": 1, "psnr.psnr": 20.0}, {"step": 2, "psnr.psnr": 30.0}]
    assert select(evaluations, 25.0)[0]["step"] == 2


def test_a_metric_that_needs_factors_says_so():
    gin.bind_parameter("mig.num_train", 10)
    data = UnlabelledImages("photos", IMAGES)
    with pytest.raises(InputError, match="needs factors, and none are known of the images of pho"):
        mig(data, REPRESENTATION, np.random.RandomState(0))
    with pytest.raises(InputError, match="FactorVAE needs factors"):
        require_full_grid(data, "FactorVAE")


def test_an_incomplete_grid_is_scored_on_what_there_is_and_refused_where_factors_are_combined():
    holes = LabelledImages("holes", SPACE, SPACE.factors(np.arange(11)), IMAGES[:11])
    require_factors(holes, "MIG")
    with pytest.raises(InputError, match="each of the 12 combinations; holes is an incomplete"):
        require_full_grid(holes, "FactorVAE")
    scores, sample = evaluate_protocol(
        holes, REPRESENTATION, None, num_samples=200, seed=0, baselines=False
    )
    assert scores["infomec"]["infoe"] > 0.5 and len(np.unique(sample.sources, axis=0)) == 11
    require_full_grid(GridData("whole", SPACE.names, SPACE.sizes, IMAGES), "FactorVAE")
