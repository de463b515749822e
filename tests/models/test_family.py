"""The record: fields bound by gin, checked at once, inherited, and what it builds."""

import dataclasses

import gin
import numpy as np
import pytest
from models.tiny_networks import tiny_networks

from tripod_dlib import registry
from tripod_dlib.errors import InputError
from tripod_dlib.models import slots
from tripod_dlib.models.declared import class_of, require_terms
from tripod_dlib.models.families.tripod import TripodFamily
from tripod_dlib.models.family import Family, family


@family("own_ablation")
class OwnAblation(TripodFamily):
    """Quantization and multiinformation.

    Attributes:
      extra: A parameter of its own.
    """

    nhp_weight = 0.0
    num_values_per_latent = 5

    extra: float


@pytest.mark.parametrize(
    ("name", "latents", "readable"),
    [
        ("tripod", "gaussian", "'grid' or 'codebook' or 'continuous'"),
        ("tripod", "categorical", "'grid' or 'codebook' or 'continuous'"),
        ("qlae", "grid", "'codebook'"),
        ("tripod_naive", "vector_codebook", "'codebook'"),
    ],
)
def test_latents_that_a_family_s_loss_cannot_read_are_refused(name, latents, readable):
    with pytest.raises(InputError, match=rf"{name}.latents is '{latents}', .*for {readable}: bind"):
        registry.models.load(name)(klm_weight=1e-3, nhp_weight=1e-3, latents=latents)


def of_weights(weights):
    """A family of always the same name that declares these weights."""
    body = {"__doc__": "Its own.", "term_weights": lambda self: weights}
    return family("own_family")(type("OwnFamily", (Family,), body))


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


@pytest.mark.parametrize(
    "weights, message",
    [
        (["sparsity"], r"term_weights gives \['sparsity'\]; it gives a dictionary"),
        ({"sparsity": None}, "gives None for 'sparsity'; a weight is a finite number"),
        ({"sparsity": "0.1"}, "gives '0.1' for 'sparsity'"),
        ({"sparsity": float("inf")}, "gives inf for 'sparsity'"),
    ],
    ids=str,
)
def test_weights_that_are_none_are_refused_when_the_record_is_made(weights, message):
    with pytest.raises(InputError, match=f"own_family.*{message}"):
        of_weights(weights)()


def test_a_family_that_is_defined_again_as_a_cell_of_a_notebook_is_takes_the_first_one_s_place():
    for weight in (1.0, 2.0):
        record = of_weights({"sparsity": weight})
        registry.models.register("own_family", record)
        assert gin.get_configurable("own_family")().term_weights() == {"sparsity": weight}
        assert registry.models.load("own_family") is record
    with pytest.raises(InputError, match="'own_family' is taken in gin by .*; choose another"):
        family("own_family")(type("Another", (Family,), {"__doc__": "Another."}))
    with pytest.raises(InputError, match="'own_family' is already taken"):
        registry.models.register("own_family", dict)
    registry.models.unregister("own_family")


@pytest.mark.parametrize(
    "name", [None, 3, "", "my vae", "my-vae", "9x", type("Own", (Family,), {})]
)
def test_what_is_no_name_makes_no_family(name):
    with pytest.raises(InputError, match=r"@family was given .*: @family\('my_vae'\)"):
        family(name)(type("Own", (Family,), {}))


def test_what_is_no_family_s_class_is_refused():
    with pytest.raises(InputError, match="no_family: @family makes a subclass of .*Family"):
        family("no_family")(type("Own", (), {}))
    plain = type("Own", (Family,), {"width": 3})
    with pytest.raises(InputError, match="width = 3 in Own has no annotation.*width: int = 3"):
        family("plain_value")(plain)


@pytest.mark.parametrize(
    "builds, message",
    [
        (dict, "own_class builds <class 'dict'>; a family builds a subclass of .*Autoencoder"),
        ("nowhere_at_all:Model", "'nowhere_at_all:Model', which leads nowhere: No module named"),
        ("tripod_dlib.models.tripod:Nothing", "leads nowhere: .* has no attribute 'Nothing'"),
        ("tripod_dlib.models.family:dataclasses", "builds <module 'dataclasses'"),
    ],
)
def test_what_is_no_autoencoder_is_not_built(builds, message):
    with pytest.raises(InputError, match=message):
        class_of("own_class", builds)


@pytest.mark.parametrize(
    "terms, message",
    [
        (None, r"Own.loss_terms gives NoneType; it returns a dictionary, such as"),
        ([1.0], "gives list; it returns a dictionary"),
        ({"kl": np.zeros(3)}, "gives kl, but the record's term_weights names reconstruction, kl"),
        (
            {"reconstruction": np.zeros(3), "kl": np.zeros((3, 2))},
            r"gives 'kl' of shape \(3, 2\); it is one value per image",
        ),
    ],
    ids=str,
)
def test_terms_that_are_not_the_declared_ones_are_refused(terms, message):
    with pytest.raises(InputError, match=message):
        require_terms("Own", terms, ["reconstruction", "kl"])


def test_a_record_does_not_change():
    record = OwnAblation(klm_weight=1.0, extra=2.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.extra = 3.0
    assert dataclasses.replace(record, extra=3.0).extra == 3.0


def of_tiny(change):
    """Builds networks as `tiny_networks` does, and changes what it gives."""

    def build(image_shape, num_latents, num_outputs):
        return change(tiny_networks(image_shape, num_latents, num_outputs))

    return build


@pytest.mark.parametrize(
    "builder, message",
    [
        (of_tiny(lambda made: tuple(made.values())), r"= 'own' gives \(<TinyEncoder.*; it gives {"),
        (of_tiny(lambda made: None), "= 'own' gives None; it gives {.encoder.: a Keras layer, "),
        (of_tiny(lambda made: {"encoder": made["encoder"]}), "'encoder' and no decoder; it gives"),
        (of_tiny(lambda made: {**made, "decoder": len}), "<built-in function len> as 'decoder'"),
        (lambda shape, *_: tiny_networks(shape, 3, 7), r"the shape \(1, 7\) .* gives \(1, 6\), n"),
        (
            lambda _, *sizes: tiny_networks((8, 8, 3), *sizes),
            r"decoder gives the shape \(1, 8, 8, 3\) for one image; it gives \(1, 16, 16, 3\), log",
        ),
    ],
    ids=["tuple", "nothing", "no decoder", "no layer", "outputs", "image"],
)
def test_networks_of_one_s_own_that_cannot_be_used_are_refused_in_words(
    builder, message, monkeypatch
):
    monkeypatch.setattr(slots.networks, "_registered", {"own": builder})
    gin.parse_config("networks.architecture = 'own'")
    with pytest.raises(InputError, match=message):
        registry.models.load("vae")(beta=1.0)(
            image_shape=(16, 16, 3), num_latents=3, dataset_size=9, seed=0
        )


def test_latents_and_penalties_of_one_s_own_are_classes_of_this_package_s(monkeypatch):
    monkeypatch.setattr(slots.latents, "_registered", {"own": lambda parameters, num: None})
    monkeypatch.setattr(slots.penalties, "_registered", {"own": lambda parameters, decoder: None})
    sizes = {"image_shape": (32, 32, 3), "num_latents": 3, "dataset_size": 9, "seed": 0}
    weights = {"klm_weight": 0.0, "nhp_weight": 1.0}
    with pytest.raises(InputError, match="latents 'own' is <function .* a subclass of .*Latents"):
        TripodFamily(latents="own", **weights)(**sizes)
    with pytest.raises(InputError, match="'own', called with .* gives None; it gives an object"):
        TripodFamily(nhp_estimator="own", **weights)(**sizes)
