"""MIG, and PSNR of images."""

import numpy as np
import pytest
from metric_samples import grid
from parity import load_parity

from tripod_dlib.metrics import (
    compute_mig,
    psnr,
)


def test_mig_is_the_normalized_gap():
    """Latent 0 is source 0; source 1 is told by latents 1 and 2 alike: gaps 1 and 0."""
    cells = grid(4, 5, repeats=10)
    latents = cells[:, [0, 1, 1]]
    assert compute_mig(cells, latents)["discrete_mig"] == pytest.approx(0.5)
    np.testing.assert_allclose(
        compute_mig(cells, latents, discrete=True)["gaps"], [1, 0], atol=1e-9
    )
    assert compute_mig(cells, np.zeros((200, 2)))["discrete_mig"] == 0.0


def test_psnr_is_the_exact_one_not_the_one_modulo_256():
    reference = load_parity("reconstruction")
    found = psnr(reference["psnr_true"], reference["psnr_pred"])
    np.testing.assert_allclose(found, reference["psnr_exact"], atol=1e-3)


def test_psnr_has_a_ceiling_and_takes_floats():
    images = np.random.default_rng(0).uniform(size=(3, 8, 8, 1)).astype(np.float32)
    np.testing.assert_allclose(psnr(images, images), 100.0)
    np.testing.assert_allclose(psnr(np.zeros((1, 4)), np.full((1, 4), 0.1)), 20.0)
    with pytest.raises(ValueError, match="Shapes differ"):
        psnr(images, images[:2])


@pytest.mark.parametrize(
    "images, message",
    [
        (np.full((1, 4), 255), "images are uint8 or floats .* got dtype int64"),
        (np.full((1, 4), 200.0), "images are .* got floats from 200 to 200"),
        (np.full((1, 4), np.nan), "got floats from nan to nan"),
    ],
)
def test_images_on_another_scale_have_no_psnr(images, message):
    with pytest.raises(ValueError, match=message):
        psnr(images, images)
    with pytest.raises(ValueError, match="reconstructions are .* got dtype int64"):
        psnr(np.zeros((1, 4)), np.zeros((1, 4), int))
    with pytest.raises(ValueError, match="reconstructions are on another scale .* from 0 to 255"):
        psnr(np.zeros((1, 4)), np.array([[0.0, 255.0, 3.0, 4.0]]))
    with pytest.raises(ValueError, match="reconstructions hold NaN"):
        psnr(np.zeros((1, 4)), np.full((1, 4), np.nan))
