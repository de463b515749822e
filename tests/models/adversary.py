"""A family as another package might bring it, in one file: FactorVAE, small, with its adversary."""

import keras
import numpy as np
from keras import layers, ops
from models.contract import IMAGES, terms_of

from tripod_dlib.allowed import NonNegativeFloat
from tripod_dlib.functional.differentiation import value_and_gradient
from tripod_dlib.models.autoencoder import Autoencoder
from tripod_dlib.models.family import Family, family


@family("own_adversary")
class OwnAdversaryFamily(Family):
    """A variational autoencoder whose latents a discriminator compares with shuffled ones.

    Attributes:
      gamma: Weight of the total correlation that the discriminator estimates.
    """

    builds = "models.adversary:OwnAdversary"
    latents = "gaussian"

    gamma: NonNegativeFloat = 2.0

    def term_weights(self):
        return {"kl": 1.0, "total_correlation": self.gamma, "discriminator": 1.0}

    def networks(self, image_shape, num_inputs, num_outputs):
        discriminator = keras.Sequential(
            [layers.Dense(6, "leaky_relu", name="hidden"), layers.Dense(2, name="logits")],
            name="discriminator",
        )
        discriminator.build((None, num_inputs))
        return {
            **super().networks(image_shape, num_inputs, num_outputs),
            "discriminator": discriminator,
        }


class OwnAdversary(Autoencoder):
    """Neither registered with Keras nor with a config of its own: the base class does both."""

    def draw(self, batch_size):
        shape = (batch_size, self.num_latents)
        shuffle = keras.random.uniform(shape, seed=self.seed_of_step(15))
        return {**super().draw(batch_size), "uniform": shuffle}

    def loss_terms(self, batch, outputs):
        terms = super().loss_terms(batch, outputs)
        discriminate, z = self.networks["discriminator"], outputs["latents"]
        against = self.held("discriminator", z)
        order = ops.argsort(outputs["draws"]["uniform"], axis=0)
        fixed = ops.stop_gradient(z)
        real, shuffled = fixed, ops.take_along_axis(fixed, order, axis=0)
        real, shuffled = discriminate(real), discriminate(shuffled)
        return {
            **terms,
            "kl": ops.sum(self.divergence(outputs), axis=-1) / 1000.0,
            "total_correlation": against[:, 0] - against[:, 1],
            "discriminator": 0.5 * ops.softplus(real[:, 1] - real[:, 0])
            + 0.5 * ops.softplus(shuffled[:, 0] - shuffled[:, 1]),
        }

    def optimizer_groups(self):
        trained = self.networks["discriminator"].trainable_variables
        return {"discriminator": (trained, {"beta_1": 0.5, "clip_value": None})}


def largest_gradients(model, term):
    """Of each network: the largest entry of a term's gradient."""
    variables = model.trainable_variables
    draws = model.draw(len(IMAGES))

    def loss(*values):
        with keras.StatelessScope(state_mapping=list(zip(variables, values, strict=True))):
            return ops.mean(terms_of(model, draws=draws)[term]), 0.0

    gradients = value_and_gradient(loss, *[ops.convert_to_tensor(v.value) for v in variables])[2]
    of_network = {}
    for name, network in model.networks.items():
        own = {id(variable) for variable in network.trainable_variables}
        found = [
            np.abs(ops.convert_to_numpy(g)).max()
            for v, g in zip(variables, gradients, strict=True)
            if id(v) in own
        ]
        of_network[name] = max(found)
    return of_network
