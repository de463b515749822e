"""QLAE, what is built on it, and the other baselines of its study."""

from typing import ClassVar

from tripod_dlib.allowed import NonNegativeFloat, PositiveInt
from tripod_dlib.models.architectures import build_networks
from tripod_dlib.models.families.tripod import BandwidthRule, NumValues, TripodFamily
from tripod_dlib.models.family import Family, family


@family("qlae")
class QLAEFamily(TripodFamily):
    """Latent quantization by learned codebooks; with `klm_weight` above 0, QLAE + KLM.

    Attributes:
      quantization_weight: Weight of the codebooks' distance to the encoder's outputs.
      commitment_weight: Weight of the encoder's outputs' distance to the codebooks.

    Reference: Hsu et al., 2023.
    """

    builds = "tripod_dlib.models.qlae:QLAE"
    readable_latents = ("codebook",)
    optimizer: ClassVar[dict] = {"weight_decay": 0.1}

    klm_weight: NonNegativeFloat = 0.0
    nhp_weight: NonNegativeFloat = 0.0
    latents: str = "codebook"
    num_values_per_latent: NumValues = 10
    quantization_weight: NonNegativeFloat = 0.01
    commitment_weight: NonNegativeFloat = 0.01

    def term_weights(self):
        return {
            **super().term_weights(),
            "quantization": self.quantization_weight,
            "commitment": self.commitment_weight,
        }


@family("tripod_naive")
class TripodNaiveFamily(QLAEFamily):
    """The three legs as they were before Tripod: codebooks, kernels of one fixed bandwidth, and the
    vanilla Hessian penalty on activations that are normalized.

    Weights, bandwidth and the directions' scale were not published: they are this package's.

    Reference: Hsu et al., 2024, section 4.3.
    """

    klm_weight: NonNegativeFloat
    nhp_weight: NonNegativeFloat
    bandwidth_rule: BandwidthRule = "fixed"
    nhp_estimator: str = "hessian_penalty"

    def networks(self, image_shape, num_inputs, num_outputs):
        return build_networks(image_shape, num_inputs, num_outputs, normalize_activations=True)


@family("hessian_autoencoder")
class HessianAutoencoderFamily(TripodFamily):
    """A plain autoencoder with the original Hessian penalty on its decoder.

    Reference: Peebles et al., 2020; Hsu et al., 2024, as a baseline.
    """

    klm_weight: NonNegativeFloat = 0.0
    latents: str = "continuous"
    nhp_estimator: str = "hessian_penalty"


@family("vq_vae")
class VQVAEFamily(Family):
    """An autoencoder whose latents are vectors of one learned codebook.

    Attributes:
      num_values_per_latent: Vectors in the codebook.
      num_dimensions: Of a vector.
      quantization_weight: Weight of the codebook's distance to the encoder's outputs.
      commitment_weight: Weight of the encoder's outputs' distance to the codebook.

    Reference: van den Oord et al., 2017; Hsu et al., 2023.
    """

    builds = "tripod_dlib.models.qlae:VQAutoencoder"
    latents = "vector_codebook"
    optimizer: ClassVar[dict] = {"weight_decay": 0.01}

    num_values_per_latent: NumValues = 512
    num_dimensions: PositiveInt = 64
    quantization_weight: NonNegativeFloat = 1.0
    commitment_weight: NonNegativeFloat = 0.25

    def term_weights(self):
        return {
            "quantization": self.quantization_weight,
            "commitment": self.commitment_weight,
        }


@family("bio_ae")
class BioAEFamily(Family):
    """The biologically inspired autoencoder: latents above 0, of little activity, by weights of
    little energy, which the optimizer's decay takes care of.

    Attributes:
      negativity_weight: Weight of latents below 0.
      activity_weight: Weight of the latents' squares.

    Reference: Whittington et al., 2023; Hsu et al., 2023, as a baseline.
    """

    builds = "tripod_dlib.models.bio_ae:BioAutoencoder"
    optimizer: ClassVar[dict] = {"weight_decay": 1e-4}

    negativity_weight: NonNegativeFloat = 1.0
    activity_weight: NonNegativeFloat = 0.1

    def term_weights(self):
        return {"negativity": self.negativity_weight, "activity": self.activity_weight}
