"""DAVA: which network learns from which term, and what the discriminator does to the capacity."""

import numpy as np
import pytest
from keras import ops
from models.adversary import largest_gradients
from models.contract import IMAGES, FamilyContract, compiled

from tripod_dlib.errors import InputError
from tripod_dlib.models.optimizers import build_optimizer


class TestDAVA(FamilyContract):
    name = "dava"
    parameters = {"gamma": 5.0, "c_max": 2.0, "capacity_samples": 100}

    @pytest.mark.parametrize(
        "term, learning",
        [
            ("discriminator", {"discriminator"}),
            ("against_encoder", {"encoder"}),
            ("against_decoder", {"decoder"}),
            ("capacity_gap", {"encoder"}),
        ],
    )
    def test_each_term_reaches_its_own_network_alone(self, term, learning, monkeypatch):
        model = self.model()
        model.progress.assign(100.0)  # capacity and divergence lie apart
        everything_told = "tripod_dlib.functional.dava.discriminator_accuracy"
        monkeypatch.setattr(everything_told, lambda *logits: ops.convert_to_tensor(0.9))
        found = largest_gradients(model, term)
        assert {name for name, gradient in found.items() if gradient > 0.0} == learning

    def test_the_capacity_follows_the_discriminator_in_training_alone(self):
        model = self.model()
        outputs = model(IMAGES, training=True)
        for accuracy, training, expected in ((0.5, True, 4), (0.5, False, 4), (0.9, True, 0)):
            outputs["accuracy"] = ops.convert_to_tensor(np.float32(accuracy))
            model.compute_loss(IMAGES, y_pred=outputs, training=training)
            assert float(model.progress) == expected
        model.progress.assign(50.0)
        terms = model.loss_terms(model.prepare(IMAGES), outputs)
        assert ops.convert_to_numpy(terms["capacity"])[0] == pytest.approx(1.0)

    def test_gradients_are_shortened_together(self):
        optimizer = compiled(self.model()).optimizer
        assert {(o.global_clipnorm, o.clipvalue) for o in optimizer.optimizers} == {(1.0, None)}


def test_both_ways_of_clipping_at_once_are_refused():
    with pytest.raises(InputError, match="clip_norm = 1.0 and .*bind optimizer.clip_value = None"):
        build_optimizer(10, None, clip_norm=1.0)
