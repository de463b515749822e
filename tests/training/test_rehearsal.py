"""Models of somebody's own class are saved and loaded before they are trained."""

import gin
import keras
import numpy as np
import pytest
from models.contract import build

from tripod_dlib import registry
from tripod_dlib.compat import vae
from tripod_dlib.errors import InputError
from tripod_dlib.models.autoencoder import Autoencoder
from tripod_dlib.models.family import Family, family
from tripod_dlib.training.rehearsal import rehearse_saving, require_built_layers


@pytest.fixture
def built():
    """A small model of a family of this package, as an instance of another class."""

    def build_as(own_class, **attributes):
        registry.models.register("rehearsed", f"{__name__}:{own_class.__name__}")
        model = build("autoencoder", {})
        model.__class__ = own_class
        for name, value in attributes.items():
            setattr(model, name, value)
        return model

    yield build_as
    registry.models.unregister("rehearsed")


class Faithful(Autoencoder):
    """Differs in nothing that must be saved."""


class Forgetful(Autoencoder):
    """Has a weight of its loss that its configuration does not hold."""

    def __init__(self, *args, beta=4.0, sizes=(1, 2), **kwargs):
        super().__init__(*args, **kwargs)
        self.beta = beta
        self.sizes = sizes


class Unbuildable(Autoencoder):
    """Wants an argument that its configuration does not hold."""

    def __init__(self, *args, beta, **kwargs):
        super().__init__(*args, **kwargs)
        self.beta = beta


class Unsaveable(Autoencoder):
    """Its configuration is no configuration."""

    def get_config(self):
        return {"beta": object()}


class Restless(Autoencoder):
    """Encodes otherwise every time that it is made."""

    made = 0

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        Restless.made += 1
        self._shift = float(Restless.made)

    def encode(self, images):
        outputs = super().encode(images)
        return {**outputs, "representation": outputs["representation"] + self._shift}


def rehearsed_weights(model):
    """Weights before, and after a rehearsal that has nothing against the model."""
    before = model.get_weights()
    rehearse_saving(model)
    return before, model.get_weights()


def test_a_model_that_comes_back_as_it_was_is_taken_and_left_as_it_is(built):
    before, after = rehearsed_weights(built(Faithful))
    assert len(before) > 3 and all(map(np.array_equal, before, after))


def test_lists_and_tuples_are_the_same_as_json_makes_lists_of_tuples(built):
    before, after = rehearsed_weights(built(Forgetful, beta=4.0, sizes=[1, 2]))
    assert all(map(np.array_equal, before, after))


@pytest.mark.parametrize(
    "own_class, attributes, message",
    [
        (Forgetful, {"beta": 2.0}, "loaded with other values: beta is 2.0 here and 4.0 there"),
        (Unbuildable, {"beta": 2.0}, "Unbuildable is saved, but cannot be loaded again"),
        (Unsaveable, {}, "Unsaveable"),
        (Restless, {"_shift": -1.0}, "encodes images otherwise"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_model_whose_training_would_be_lost_is_refused_in_words(
    built, own_class, attributes, message
):
    with pytest.raises(InputError, match=message) as raised:
        rehearse_saving(built(own_class, **attributes))
    assert "get_config" in str(raised.value)


class Positional(Autoencoder):
    """Encodes to a tensor without a name."""

    def encode(self, images):
        return super().encode(images)["representation"]


class Nameless(Autoencoder):
    """Encodes to names of which none is evaluated."""

    def encode(self, images):
        return {"codes": super().encode(images)["representation"]}


class Averaging(Autoencoder):
    """Encodes all images to one representation."""

    def encode(self, images):
        return {"representation": super().encode(images)["representation"][0]}


class Cropping(Autoencoder):
    """Decodes to other sizes."""

    def decode(self, representation):
        return super().decode(representation)[:, :4]


@pytest.mark.parametrize(
    "own_class, message",
    [
        (Positional, "Positional.encode gives a .*Tensor; it gives a dictionary"),
        (Nameless, "Nameless.encode gives codes; it gives .*'representation' is evaluated"),
        (Averaging, r"encode gives a representation of shape \(\d+,\) for 2 images"),
        (Cropping, r"Cropping.decode gives shape \(2, 4, \d+, 3\) .* here \(2, \d+, \d+, 3\)"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_could_not_be_evaluated_is_refused_before_it_is_trained(built, own_class, message):
    with pytest.raises(InputError, match=message):
        rehearse_saving(built(own_class))


def test_a_family_that_nobody_registered_is_refused():
    model = build("autoencoder", {})
    own = family("never_registered")(type("Own", (Family,), {"__doc__": "Its own."}))
    model.parameters = own()
    with pytest.raises(InputError, match=r"registry.models.register\('never_registered'"):
        rehearse_saving(model)


def test_a_model_s_class_in_place_of_its_family_s_record_is_named():
    model = build("autoencoder", {})
    own = family("class_registered")(type("OwnFamily", (Family,), {"__doc__": "Its own."}))
    model.parameters = own()
    registry.models.register("class_registered", Faithful)
    try:
        with pytest.raises(InputError, match="Faithful'> is registered .* is the family's record"):
            rehearse_saving(model)
    finally:
        registry.models.unregister("class_registered")


def test_a_weight_that_is_made_in_the_first_update_is_named():
    optimizer = keras.optimizers.SGD()
    optimizer.build([keras.Variable([1.0], name="known")])
    late = keras.Variable([1.0], name="late")
    with pytest.raises(ValueError) as caught:
        optimizer.apply_gradients([(keras.ops.ones(1), late)])
    with pytest.raises(InputError, match="The weight late was made .*Family.networks"):
        require_built_layers(caught.value)
    require_built_layers(ValueError("something else"))


def test_a_class_of_a_script_of_2019_needs_no_registration():
    class Bottleneck(vae.BaseVAE):
        """Such as that library's example has."""

        def __init__(self, gamma):
            self.gamma = gamma

        def regularizer(self, kl_loss, z_mean, z_logvar, z_sampled):
            return self.gamma * kl_loss

    sizes = {"image_shape": (16, 16, 3), "num_latents": 3, "dataset_size": 100, "seed": 0}
    gin.parse_config(["encoder.encoder_fn = @test_encoder", "decoder.decoder_fn = @test_decoder"])
    before, after = rehearsed_weights(Bottleneck(2.0)(**sizes))
    assert all(map(np.array_equal, before, after))


def test_a_class_of_no_registered_package_is_refused():
    model = build("autoencoder", {})
    model.__class__ = type("Stranger", (Autoencoder,), {"__module__": "elsewhere"})
    with pytest.raises(InputError, match="elsewhere, which no installed package registers"):
        rehearse_saving(model)


def test_the_model_itself_is_left_as_it_was(built):
    model = built(Faithful)
    before = [np.array(weights) for weights in model.get_weights()]
    seed = keras.random.randint((4,), 0, 1000, seed=7)
    rehearse_saving(model)
    for one, two in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(seed, keras.random.randint((4,), 0, 1000, seed=7))
