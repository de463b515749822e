"""A family of one's own, with an adversary and a second optimizer, within one loss."""

import gin
import numpy as np
import pytest
from keras import ops
from models.adversary import OwnAdversaryFamily, largest_gradients
from models.contract import IMAGES, FamilyContract, compiled, fit

from tripod_dlib import registry
from tripod_dlib.errors import InputError


@pytest.fixture(autouse=True, scope="module")
def registered():
    registry.models.register("own_adversary", OwnAdversaryFamily)
    yield
    registry.models.unregister("own_adversary")


class TestOwnAdversary(FamilyContract):
    name = "own_adversary"
    parameters = {}


def test_the_term_against_the_adversary_reaches_the_encoder_alone():
    found = largest_gradients(TestOwnAdversary.model(), "total_correlation")
    assert found["discriminator"] == 0.0 == found["decoder"] and found["encoder"] > 0.0


def test_the_adversary_s_own_term_reaches_the_adversary_alone():
    found = largest_gradients(TestOwnAdversary.model(), "discriminator")
    assert found["encoder"] == 0.0 == found["decoder"] and found["discriminator"] > 0.0


def test_the_adversary_has_an_optimizer_of_its_own():
    gin.parse_config("discriminator/optimizer.learning_rate = 0.5\noptimizer.epsilon = 1e-3")
    model = compiled(TestOwnAdversary.model())
    rates = {float(o.learning_rate): o for o in model.optimizer.optimizers}
    assert sorted(rates) == pytest.approx([1e-3, 0.5])
    main, own = rates[min(rates)], rates[0.5]
    assert (main.beta_1, main.clipvalue, main.epsilon) == (0.9, 1.0, 1e-3)
    assert (own.beta_1, own.clipvalue, own.epsilon) == (0.5, None, 1e-3)
    before = [ops.convert_to_numpy(v) for v in model.trainable_variables]
    fit(model, 1)
    moved = {
        v.path: np.abs(ops.convert_to_numpy(v) - old).max()
        for v, old in zip(model.trainable_variables, before, strict=True)
    }
    for path, distance in moved.items():  # Adam's first step is as long as its learning rate
        assert distance <= 1.01 * (0.5 if "discriminator" in path else 1e-3), path
    assert max(moved.values()) > 0.4


def test_a_term_that_the_record_does_not_name_is_named_in_words(monkeypatch):
    monkeypatch.setattr(OwnAdversaryFamily, "term_weights", lambda self: {"kl": 1.0})
    model = TestOwnAdversary.model()
    outputs = model(IMAGES, training=True)
    with pytest.raises(InputError, match="loss_terms gives .*discriminator.* names .*, kl: both"):
        model.compute_loss(IMAGES, y_pred=outputs)
