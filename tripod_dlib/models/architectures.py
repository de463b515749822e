"""The networks of all families by gin's name `networks`. Importing this loads no framework."""

from typing import TYPE_CHECKING, Literal

import gin

from tripod_dlib.allowed import PositiveInt
from tripod_dlib.errors import InputError
from tripod_dlib.models import slots
from tripod_dlib.models.declared import require_networks
from tripod_dlib.models.dlib_names import is_bound

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
    architecture: str | None = None,
    normalize_activations: bool = False,
) -> "dict[str, keras.layers.Layer]":
    """Encoder and decoder, the same for every family.

    Args:
      image_shape: (height, width, channels), 32 or 64 pixels a side.
      num_latents: Numbers that the decoder takes.
      num_outputs: Numbers that the encoder gives.
      widths: Channels of the encoder's four stages and of its last map; the decoder mirrors them.
      hidden_units: Units of the encoder's hidden layer.
      cond_units: Units of the decoder's conditioning vector.
      implementation: "fused" (fast, in little memory) or "plain" (its oracle; the same values).
      architecture: "tripod" (Hsu et al., 2024, appendix B), "structural" (its encoder, and
        `structural_decoder`) or another of `slots.networks`, for which the parameters above have no
        meaning: "disentanglement_lib" (see `encoder` and `decoder`). None: the last where
        `encoder.encoder_fn` is bound, else the first.
      normalize_activations: Whether the decoder's outputs of all stages but the last are normalized
        (`tripod_naive` wants it); Tripod's networks alone can.

    Returns:
      {"encoder": images in [-1, 1] to (batch, num_outputs), "decoder": (batch, num_latents) to
      logits}.

    Raises:
      InputError: If the networks cannot be normalized.
    """
    if architecture is None:
        architecture = "disentanglement_lib" if is_bound("encoder.encoder_fn") else "tripod"
    builder = slots.networks.load(architecture)
    if builder is tripod_networks:
        of_tripod = widths, hidden_units, cond_units, implementation, normalize_activations
        return tripod_networks(image_shape, num_latents, num_outputs, *of_tripod)
    if normalize_activations:
        raise InputError(
            f"The decoder of networks.architecture = {architecture!r} cannot normalize its "
            "activations; networks.architecture = 'tripod' can."
        )
    if builder is structural_networks:
        of_encoder = widths, hidden_units, implementation
        return structural_networks(image_shape, num_latents, num_outputs, *of_encoder)
    networks = builder(image_shape, num_latents, num_outputs)
    require_networks(f"networks.architecture = {architecture!r}", networks)
    return networks


def tripod_networks(
    image_shape: tuple[int, int, int],
    num_latents: int,
    num_outputs: int,
    widths: tuple[int, ...],
    hidden_units: int,
    cond_units: int,
    implementation: str,
    normalize_activations: bool,
) -> "dict[str, keras.layers.Layer]":
    """Encoder and decoder of Hsu et al., 2024; the arguments are those of `build_networks`."""
    from tripod_dlib.networks import Decoder, Encoder

    return {
        "encoder": Encoder(image_shape, num_outputs, widths, hidden_units, implementation),
        "decoder": Decoder(
            image_shape, num_latents, widths, cond_units, implementation, normalize_activations
        ),
    }


@gin.configurable(
    "structural_decoder", module="tripod_dlib", denylist=["image_shape", "num_latents"]
)
def structural_decoder(
    image_shape: tuple[int, int, int],
    num_latents: int,
    num_groups: PositiveInt | None = None,
    channels: PositiveInt = 64,
    hidden_units: tuple[PositiveInt, ...] = (64, 128),
    norm_groups: PositiveInt = 8,
) -> "keras.layers.Layer":
    """The decoder of Leeb et al., 2023: one group of latents after another changes the image.

    Of `networks.architecture = 'structural'`, or beside disentanglement_lib's encoders by
    `decoder.decoder_fn = @structural_decoder`.

    Args:
      image_shape: (height, width, channels), multiples of 32 pixels a side.
      num_latents: Numbers that it takes.
      num_groups: Groups of latents, in order, a divisor of their number. None: the most up to 18,
        which is one for each latent where that divides them.
      channels: Channels of its maps.
      hidden_units: Units of the hidden layers of each transform.
      norm_groups: Groups of channels that are normalized together.
    """
    from tripod_dlib.networks.structural import StructuralDecoder

    sizes = image_shape, num_latents
    return StructuralDecoder(*sizes, num_groups, channels, hidden_units, norm_groups)


def structural_networks(
    image_shape: tuple[int, int, int],
    num_latents: int,
    num_outputs: int,
    widths: tuple[int, ...],
    hidden_units: int,
    implementation: str,
) -> "dict[str, keras.layers.Layer]":
    """Tripod's encoder and the structural decoder; the arguments are those of `build_networks`."""
    from tripod_dlib.networks import Encoder

    return {
        "encoder": Encoder(image_shape, num_outputs, widths, hidden_units, implementation),
        "decoder": structural_decoder(image_shape, num_latents),
    }
