"""A family of one's own whose batches hold more than images."""

import numpy as np
import pytest
from keras import ops
from models.contract import BATCH, IMAGE_SHAPE, IMAGES, FamilyContract

from tripod_dlib import registry
from tripod_dlib.models.autoencoder import Autoencoder
from tripod_dlib.models.family import Family, family

SECOND = np.random.default_rng(5).integers(0, 256, (BATCH, *IMAGE_SHAPE), np.uint8)


class OwnPairs(Autoencoder):
    """Encodes both images of a pair in one pass."""

    def prepare(self, batch):
        both = ops.concatenate([batch["images"], batch["second"]], axis=0)
        return super().prepare({**batch, "images": both})

    def loss_terms(self, batch, outputs):
        first, second = ops.split(outputs["z_mean"], 2)
        distance = ops.sum(ops.square(first - second), axis=-1) * batch["share"]
        return {**super().loss_terms(batch, outputs), "distance": distance}


@family("own_pairs")
class OwnPairsFamily(Family):
    """A variational autoencoder of pairs, whose means are drawn together."""

    builds = OwnPairs
    latents = "gaussian"
    batches = "own_pairs"

    def term_weights(self):
        return {"distance": 0.1}


@pytest.fixture(autouse=True, scope="module")
def registered():
    registry.models.register("own_pairs", OwnPairsFamily)
    yield
    registry.models.unregister("own_pairs")


class TestOwnPairs(FamilyContract):
    name = "own_pairs"
    parameters = {}
    batch = {"images": IMAGES, "second": SECOND, "share": np.linspace(0, 1, BATCH, dtype="float32")}

    def test_both_images_are_reconstructed(self, untrained):
        outputs = untrained(self.batch, training=True)
        assert outputs["logits"].shape == (2 * BATCH, *IMAGE_SHAPE)
        terms = untrained.loss_terms(untrained.prepare(self.batch), outputs)
        assert terms["reconstruction"].shape == (2 * BATCH,)
