"""The model families by their gin names. Importing this loads no framework."""

from typing import TYPE_CHECKING, Literal

import gin

from tripod_dlib.allowed import PositiveInt
from tripod_dlib.models.recipe import model_builder

if TYPE_CHECKING:
    import keras


@gin.configurable(
    "networks", module="tripod_dlib", denylist=["image_shape", "num_latents", "num_outputs"]
)
def build_networks(
    image_shape: tuple[int, int, int],
    num_latents: int,
    num_outputs: int,
    widths: tuple[PositiveInt, ...] = (32, 64, 128, 256, 512),
    hidden_units: PositiveInt = 512,
    cond_units: PositiveInt = 256,
    implementation: Literal["fused", "plain"] = "fused",
) -> "dict[str, keras.layers.Layer]":
    """Encoder and decoder, the same for every family.

    Args:
      image_shape: (height, width, channels), 32 or 64 pixels a side.
      num_latents: What the decoder takes.
      num_outputs: What the encoder gives.
      widths: Channels of the encoder's four stages and of its last map; the decoder mirrors them.
      hidden_units: Units of the encoder's hidden layer.
      cond_units: Units of the decoder's conditioning vector.
      implementation: "fused" (fast, in little memory) or "plain" (its oracle; the same values).

    Returns:
      {"encoder": ..., "decoder": ...}.
    """
    from tripod_dlib.networks import Decoder, Encoder

    return {
        "encoder": Encoder(
            image_shape, num_outputs, widths, hidden_units, implementation, name="encoder"
        ),
        "decoder": Decoder(
            image_shape, num_latents, widths, cond_units, implementation, name="decoder"
        ),
    }


@model_builder
def tripod(
    image_shape: tuple[int, int, int],
    num_latents: int,
    dataset_size: int,
    seed: int,
    *,
    klm_weight: float,
    nhp_weight: float,
    num_values_per_latent: int = 12,
    ramp_steps: int = 0,
    bandwidth_rule: str = "std",
    nhp_estimator: str = "published",
    nhp_layers: tuple[str, ...] = ("cond", "block0", "block1", "block2"),
    num_probes: int = 2,
    step_size: float = 0.1,
    reconstruction: str = "bce",
) -> "keras.Model":
    """Tripod (Hsu et al., 2024); the parameters are those of `models.tripod.Tripod`."""
    from tripod_dlib.models.tripod import Tripod

    return Tripod(
        **build_networks(image_shape, num_latents, num_outputs=num_latents),
        num_values_per_latent=num_values_per_latent,
        klm_weight=klm_weight,
        nhp_weight=nhp_weight,
        ramp_steps=ramp_steps,
        bandwidth_rule=bandwidth_rule,
        nhp_estimator=nhp_estimator,
        nhp_layers=nhp_layers,
        num_probes=num_probes,
        step_size=step_size,
        reconstruction=reconstruction,
        seed=seed,
        name="tripod",
    )


@model_builder
def beta_tcvae_mws(
    image_shape: tuple[int, int, int],
    num_latents: int,
    dataset_size: int,
    seed: int,
    *,
    tc_weight: float,
    reconstruction: str = "bce",
) -> "keras.Model":
    """beta-TCVAE, minibatch-weighted (Chen et al., 2018); see `models.beta_tcvae_mws.BetaTCVAE`."""
    from tripod_dlib.models.beta_tcvae_mws import BetaTCVAE

    return BetaTCVAE(
        **build_networks(image_shape, num_latents, num_outputs=2 * num_latents),
        dataset_size=dataset_size,
        tc_weight=tc_weight,
        reconstruction=reconstruction,
        seed=seed,
        name="beta_tcvae_mws",
    )
