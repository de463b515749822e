"""The record: fields bound by gin, checked at once, inherited, and what it builds."""

import dataclasses

import gin
import pytest

from tripod_dlib import registry
from tripod_dlib.errors import InputError
from tripod_dlib.models.families.tripod import TripodFamily
from tripod_dlib.models.family import family


@family("own_ablation")
class OwnAblation(TripodFamily):
    """Quantization and multiinformation.

    Attributes:
      extra: A parameter of its own.
    """

    nhp_weight = 0.0
    num_values_per_latent = 5

    extra: float


def test_gin_binds_a_record_and_refuses_one_without_its_weights():
    registry.models.load("tripod")
    gin.parse_config("tripod.klm_weight = 0.5\ntripod.nhp_weight = 0.25")
    record = gin.get_configurable("tripod")()
    assert (record.klm_weight, record.nhp_weight) == (0.5, 0.25)
    gin.clear_config()
    with pytest.raises(RuntimeError, match="Required bindings for `tripod` not provided"):
        gin.get_configurable("tripod")()


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"klm_weight": -1.0}, "tripod.klm_weight is -1.0; allowed is float from 0"),
        ({"nhp_weight": float("nan")}, "tripod.nhp_weight is nan"),
        ({"num_values_per_latent": 1}, "num_values_per_latent is 1; allowed is int from 2"),
        ({"num_probes": 0}, "tripod.num_probes is 0"),
        ({"step_size": 0.0}, "tripod.step_size is 0.0; allowed is float above 0"),
        ({"reconstruction": "l3"}, "Unknown reconstruction 'l3'"),
        ({"bandwidth_rule": "scott"}, "tripod.bandwidth_rule is 'scott'"),
    ],
    ids=str,
)
def test_a_value_that_cannot_be_used_is_refused_when_the_record_is_made(changes, message):
    with pytest.raises(InputError, match=message):
        TripodFamily(**{"klm_weight": 0.0, "nhp_weight": 0.0, **changes})


def test_a_record_that_inherits_changes_defaults_by_their_values_alone():
    record = OwnAblation(klm_weight=1.0, extra=2.0)
    assert (record.name, record.nhp_weight, record.num_values_per_latent) == ("own_ablation", 0, 5)
    assert set(record.term_weights()) == {"klm"}
    gin.parse_config("own_ablation.num_values_per_latent = 7\ntripod.num_values_per_latent = 9")
    assert OwnAblation(klm_weight=1.0, extra=2.0).num_values_per_latent == 7
    with pytest.raises(RuntimeError, match=r"`own_ablation` not provided.*'klm_weight', 'extra'"):
        OwnAblation()


def test_a_record_does_not_change():
    record = OwnAblation(klm_weight=1.0, extra=2.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.extra = 3.0
    assert dataclasses.replace(record, extra=3.0).extra == 3.0
