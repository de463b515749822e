import numpy as np
import pytest

from tripod_dlib.models.families.beta_tcvae_mws import BetaTCVAEFamily
from tripod_dlib.training import device_check
from tripod_dlib.training.device_check import (
    ALLOWED_ON_PROCESSOR,
    Difference,
    differ_from_processor,
)


@pytest.fixture
def family(monkeypatch):
    """Of networks that compile soon."""
    import gin

    gin.parse_config(["networks.widths = (2, 3, 4, 5, 6)", "networks.implementation = 'plain'"])
    return BetaTCVAEFamily(tc_weight=1.0)


@pytest.mark.slow
def test_one_update_is_the_same_and_one_of_other_images_is_not(family, monkeypatch):
    assert differ_from_processor(family, (16, 16, 1)).within(ALLOWED_ON_PROCESSOR)
    updated = device_check._updated

    def wrong(model, images, *, run_eagerly, **how):
        return updated(model, images if run_eagerly else 255 - images, run_eagerly=True, **how)

    monkeypatch.setattr(device_check, "_updated", wrong)
    assert not differ_from_processor(family, (16, 16, 1)).within(ALLOWED_ON_PROCESSOR)


def test_what_is_no_number_is_not_within_any_tolerance():
    assert Difference(1e-5, 1e-6).within(1e-4)
    assert not Difference(np.nan, 0.0).within(1.0)
    assert not Difference(0.0, 2e-4).within(1e-4)
