from types import SimpleNamespace

import numpy as np
import pytest

from tripod_dlib.training.traversal import order_by_factor, traverse

NAMES = ["hue", "shape"]


def model(table=None):
    """Decodes latents (num, 2) to images of one pixel that shows both."""
    return SimpleNamespace(
        num_latents=2,
        latent_values=lambda latent: None if table is None else np.asarray(table)[latent],
        decode=lambda points: np.pad(points / 2 + 0.5, [(0, 0), (0, 1)])[:, None, None, :],
    )


LATENTS = np.array([[-1.0, 0.2], [0.3, 1.0], [1.0, -1.0]], np.float32)


def test_only_the_traversed_latent_changes_and_the_start_is_the_nearest_value():
    found = traverse(model([np.linspace(-1, 1, 5)] * 2), LATENTS, latent=1, num_images=2)
    assert found.tiles.shape == (2, 5, 1, 1, 3)
    np.testing.assert_allclose(found.values, [-1, -0.5, 0, 0.5, 1])
    assert found.starts.tolist() == [2, 4]
    np.testing.assert_array_equal(found.tiles[0, :, 0, 0, 1], [0, 64, 128, 191, 255])
    assert np.ptp(found.tiles[..., 0], axis=1).max() == 0


def test_values_that_a_model_has_of_its_own_are_taken():
    table = np.array([[-0.9, 0.1, 0.7], [0.0, 0.5, 0.6]])
    found = traverse(model(table), LATENTS, latent=0, num_images=1)
    np.testing.assert_allclose(found.values, table[0])


def test_of_very_many_values_some_are_shown_the_outermost_among_them():
    values = traverse(model([np.arange(100.0)] * 2), LATENTS, latent=0, num_images=1).values
    assert len(values) == 16 and values[0] == 0 and values[-1] == 99


def test_a_continuous_latent_goes_through_its_range():
    latents = np.random.RandomState(0).normal(size=(500, 2)).astype(np.float32)
    values = traverse(model(), latents, latent=0, num_images=1).values
    assert values[0] == pytest.approx(np.percentile(latents[:, 0], 2))
    assert values[-1] == pytest.approx(np.percentile(latents[:, 0], 98))


def test_latents_stand_in_the_order_of_their_factors_the_telling_first():
    nmi = np.array([[0.01, 0.9, 0.3, 0.2], [0.02, 0.1, 0.8, 0.5]])
    assert order_by_factor(nmi, NAMES, 4) == [
        (1, "z1 hue 0.90"),
        (2, "z2 shape 0.80"),
        (3, "z3 shape 0.50"),
        (0, "z0"),
    ]


def test_constant_or_unknown_factors_name_no_latent():
    assert order_by_factor(np.full((2, 2), np.nan), NAMES, 2) == [(0, "z0"), (1, "z1")]
    assert order_by_factor(None, [], 2) == [(0, "z0"), (1, "z1")]
