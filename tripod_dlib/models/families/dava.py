"""DAVA."""

from typing import ClassVar

from tripod_dlib.allowed import NonNegativeFloat, PositiveFloat, PositiveInt
from tripod_dlib.models.families.dlib import DlibFamily
from tripod_dlib.models.family import family


@family("dava")
class DAVAFamily(DlibFamily):
    """A variational autoencoder whose capacity a discriminator of images controls.

    Capacity grows while the discriminator cannot tell reconstructions from decodings of redrawn
    latents. One update takes all terms together, where the authors' two steps let the first one's
    gradient act twice.

    Attributes:
      gamma: Weight of the distance from the capacity.
      c_max: Largest capacity, in nats for each latent.
      capacity_samples: Images after which it is reached, if it grows at every step (each adds half
        of its batch).
      power: Of the distance.

    Reference: Estermann and Wattenhofer, 2023.
    """

    builds = "tripod_dlib.models.dava:DAVA"
    optimizer: ClassVar[dict] = {"learning_rate": 1e-4, "clip_value": None, "clip_norm": 1.0}

    gamma: NonNegativeFloat = 1000.0
    c_max: PositiveFloat = 8.0
    capacity_samples: PositiveInt = 12_800_000
    power: PositiveInt = 4

    def term_weights(self):
        logged = {"kl": 0.0, "capacity": 0.0, "discriminator_accuracy": 0.0}
        adversaries = {"discriminator": 1.0, "against_encoder": 1.0, "against_decoder": 1.0}
        return {"capacity_gap": self.gamma, **adversaries, **logged}

    def networks(self, image_shape, num_inputs, num_outputs):
        from tripod_dlib.networks.image_discriminator import ImageDiscriminator

        networks = super().networks(image_shape, num_inputs, num_outputs)
        return {**networks, "discriminator": ImageDiscriminator(image_shape)}
